"""What a page's Content-Security-Policy lets it do: connect to an origin, be led on by a form, be framed (CSP3 6)."""

from __future__ import annotations

import re

from proofkey.doctor.address import DEFAULT_PORTS, Address, split
from proofkey.doctor.message import Message
from proofkey.doctor.pattern import Pattern

_META = Pattern(r"<meta\b[^>]*http-equiv\s*=\s*[\"']?content-security-policy[\"'\s][^>]*>", re.IGNORECASE)
_CONTENT = Pattern(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_MAX_PAGE = 100_000


def policies_of(page: Message) -> list[dict[str, list[str]]]:
    """Give the enforced policies of a page, each by directive; all of them apply together."""
    texts = [text for header in page.response_headers_named("content-security-policy") for text in header.split(",")]
    for tag in _META.findall((page.response_body or "")[:_MAX_PAGE]):
        if found := _CONTENT.search(tag):
            texts.append(found[1] or found[2] or "")
    return [policy for text in texts if (policy := _directives(text))]


def refusing(page: Message, names: tuple[str, ...], target: str) -> tuple[str, str] | None:
    """Give directive and sources by which a page may not reach a URL; the first directive that is there counts."""
    for policy in policies_of(page):
        name = next((each for each in names if each in policy), None)
        if name is not None and not any(_allows(source, target, page.url) for source in policy[name]):
            return name, " ".join(policy[name]) or "'none'"
    return None


def _directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in text.split(";"):
        words = part.split()
        if words:
            found.setdefault(words[0].lower(), words[1:])
    return found


def _allows(source: str, target: str, page: str) -> bool:
    """Tell whether a source expression matches a URL (CSP3 6.7.2.6)."""
    wanted, own = split(target), split(page)
    lower = source.lower()
    if lower == "'self'":
        return wanted.origin != "" and (wanted.origin == own.origin or _upgraded(own, wanted))
    if lower.startswith("'"):
        return False
    if lower == "*":
        return wanted.is_web or wanted.scheme == own.scheme
    if re.fullmatch(r"[a-z][a-z0-9+.\-]*:", lower):
        return wanted.scheme == lower[:-1] or (lower == "http:" and wanted.scheme == "https")
    expression = split(lower if "://" in lower else f"{own.scheme}://{lower}")
    if expression.scheme != wanted.scheme and not (expression.scheme == "http" and wanted.scheme == "https"):
        return False
    host = expression.host
    same = wanted.host.endswith(host[1:]) if host.startswith("*.") else host in ("*", wanted.host)
    port = lower.rpartition(":")[2].partition("/")[0]
    ports = _port(expression), _port(wanted)
    if not same or (port != "*" and ports[0] != ports[1] and ports != ("80", "443")):
        return False
    path = expression.path
    if wanted.path in ("", "/"):
        return True  # only the origin of the target is known
    return path in ("", "/") or (wanted.path.startswith(path) if path.endswith("/") else wanted.path in ("", path))


def _port(address: Address) -> str:
    return address.port or DEFAULT_PORTS.get(address.scheme, "")


def _upgraded(own: Address, wanted: Address) -> bool:
    return own.host == wanted.host and own.scheme == "http" and wanted.scheme == "https"
