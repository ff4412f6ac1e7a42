"""The redirect_uri stands in the token request under another name (RFC 6749 4.1.3)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import is_readable
from proofkey.doctor.transcript import login

_NAMES = Pattern(
    r"redirect(?:ion|ed)?(?:ur[il]s?|to)?|redir(?:ur[il])?|(?:callback|return|reply)(?:ur[il]|to|address)?|redircturi"
    r"|rediecturi|redirecturri|redriecturi"
)


def check(login: Login) -> Finding | None:
    """Look for a parameter that holds the value of the first step, or whose name means the same."""
    token, asked = login.token, login.observe("authorize.redirect_uri")
    if token is None or token.parameters is None or not is_readable(token):
        return None
    repeated = token.get("redirect_uri")
    if not (isinstance(repeated, Absent) or (isinstance(repeated, Seen) and not repeated.value)):
        return None
    for each in token.parameters:
        if each.name == "redirect_uri" or not each.value:
            continue
        shown = each.name not in token.message.placeholders
        same = shown and isinstance(asked, Seen) and each.value == asked.value and ":" in each.value
        letters = re.sub(r"[^a-z]", "", each.name.lower())
        if same or _NAMES.fullmatch(letters):
            held = "It holds the right value." if same else ""
            return Finding(
                PROVEN,
                f"There is no redirect_uri; the request has a parameter {each.name[:60]!r} instead, which the server"
                " does"
                f" not read. {held}".rstrip(),
                (token.shows(f"parameters: {', '.join(dict.fromkeys(token.names))[:300]}"),),
            )
    return None


FAULT = Fault(
    title="The redirect_uri parameter has another name",
    meaning=(
        "The parameter is called redirect_uri, in lower case and with the underscore. Under redirect_url, redirectUri"
        " or callback_url the server does not see it, and the request counts as one without."
    ),
    fix="Name the parameter redirect_uri.",
    example_js="new URLSearchParams({ ...params, redirect_uri: REDIRECT_URI })",
    example_py='data = {**params, "redirect_uri": REDIRECT_URI}',
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-missing", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("token.redirect_uri",),
    check=check,
    bad=login(token={"redirect_uri": None, "redirectUri": "https://app.example/cb"}),
    good=login(answer={}),
)
