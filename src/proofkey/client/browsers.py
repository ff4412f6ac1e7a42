"""Whether a browser of this machine can finish a login, and opening one.

An authorization URL comes from a server's metadata, so it is not trusted: it is opened only where it is http(s) and
can be nothing but one argument of one program (CVE-2025-6514 is what happens otherwise).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from proofkey.core.errors import PeerViolation

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:[/?][A-Za-z0-9\-._~!:@&=+,/?%]*)?")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def why_no_browser(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """Say why a browser on this machine would not do, or give None where one will."""
    if environ.get("BROWSER"):
        return None  # chosen on purpose
    display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        # A browser here would open on the far machine's screen; with a forwarded display it opens on the near one.
        return None if display else "this is an SSH session"
    if environ.get("WSL_DISTRO_NAME"):
        return None
    if platform in ("win32", "darwin") or display:
        return None
    if environ.get("container") or any(mark.exists() for mark in _CONTAINER_MARKS):
        return "this is a container without a display"
    return "there is no display"


def check_url(url: str) -> str:
    """Give the URL back if a browser may be sent there. Raises PeerViolation otherwise."""
    if not _PLAIN_URL.fullmatch(url):
        raise PeerViolation(
            "the authorization endpoint is no plain http(s) URL, so no browser is sent there", fault="answer-malformed"
        )
    return url


def open_browser(url: str) -> bool:
    """Open a URL in the person's own browser; False where none could be started. Raises PeerViolation."""
    import webbrowser

    check_url(url)
    try:
        return webbrowser.open(url)  # starts a program with a list of arguments; no shell reads the URL
    except (webbrowser.Error, OSError):
        return False
