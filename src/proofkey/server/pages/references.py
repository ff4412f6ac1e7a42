"""Where a specification named in a fault can be read."""

from __future__ import annotations

import re

_RFC = re.compile(r"RFC (\d{3,5})(?: (?:(\d+(?:\.\d+)*)|appendix ([A-Z])))?")
_OPENID = re.compile(r"(OpenID Connect (?:Core|Discovery)(?: 1\.0)?)(?: (\d+(?:\.\d+)*))?")


def address(reference: str) -> str | None:
    """Give the address of a text such as "RFC 7636 4.2" or "OpenID Connect Core 3.1.2.1", or None."""
    if rfc := _RFC.fullmatch(reference):
        page = f"https://www.rfc-editor.org/rfc/rfc{rfc[1]}"
        anchor = f"#section-{rfc[2]}" if rfc[2] else f"#appendix-{rfc[3]}" if rfc[3] else ""
        return page + anchor
    if openid := _OPENID.fullmatch(reference):
        kind = "discovery" if "Discovery" in openid[1] else "core"
        return f"https://openid.net/specs/openid-connect-{kind}-1_0.html"
    return None
