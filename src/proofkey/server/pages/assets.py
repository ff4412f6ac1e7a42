"""Style sheets, script and key, under names that carry a hash of their content and may be cached for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from proofkey.core.wire import Headers

_FOLDER = Path(__file__).with_name("static")
_TYPES = {
    "proofkey.css": "text/css; charset=utf-8",
    "key.svg": "image/svg+xml",
    "admin.css": "text/css; charset=utf-8",
    "journal.js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    name: str  # with the hash: proofkey.0123abcd.css
    body: bytes
    headers: Headers


@cache
def _assets() -> dict[str, Asset]:
    return {name: _read(name) for name in _TYPES}


def _read(name: str) -> Asset:
    body = (_FOLDER / name).read_bytes()
    stem, _, suffix = name.partition(".")
    headers = (
        ("content-type", _TYPES[name]),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        # Opened by itself an SVG is a document; this one may do nothing. It also keeps a served style sheet inert.
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    )
    return Asset(f"{stem}.{hashlib.sha256(body).hexdigest()[:16]}.{suffix}", body, headers)


def path_of(name: str) -> str:
    """Give the path of `proofkey.css` or `key.svg` below the issuer, hash included."""
    return f"/assets/{_assets()[name].name}"


def find(name: str) -> Asset | None:
    """Find the file behind the last segment of a path below /assets/; None for any other name, old hashes included."""
    return next((asset for asset in _assets().values() if asset.name == name), None)
