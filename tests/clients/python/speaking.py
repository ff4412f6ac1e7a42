"""How a client program here speaks with the test beside it: a JSON document per line, see conversation.py."""

from __future__ import annotations

import json
import sys
from urllib.parse import parse_qsl, urlsplit


def read_settings() -> dict:
    """Read what the test wants."""
    return json.loads(sys.stdin.readline())


def open_in_browser(url: str) -> str:
    """Have an address opened; give where the browser ended."""
    _write({"open": url})
    return json.loads(sys.stdin.readline())


def answer_in(callback: str) -> dict[str, str]:
    """Read the parameters of a callback."""
    return dict(parse_qsl(urlsplit(callback).query))


def report(**facts: object) -> None:
    """Say how it went, as the last words."""
    _write({"done": facts})


def _write(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
