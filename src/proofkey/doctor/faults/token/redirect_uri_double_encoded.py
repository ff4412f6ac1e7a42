"""The redirect_uri is still percent-encoded after the form was decoded (RFC 6749 appendix B)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from proofkey.doctor import redirects
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-double-encoded"
_ENCODED = Pattern(r"[a-z][a-z0-9+.\-]*%(?:25)*3a.*", re.IGNORECASE | re.DOTALL)


def check(login: Login) -> Finding | None:
    """Decode the value once more; without the other step the encoded '://' speaks for itself."""
    asked, repeated = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    if not isinstance(repeated, Seen):
        return None
    if isinstance(asked, Seen):
        twice = "token request" if unquote(repeated.value) != repeated.value else "authorization request"
        return redirects.finding(
            login,
            _SLUG,
            f"After one decoding the redirect_uri of the {twice} still has percent signs in it: the authorization"
            " request says {asked}, the token request says {repeated}. It was encoded twice.",
        )
    if _ENCODED.fullmatch(repeated.value) is None:
        return None
    return Finding(
        PROVEN if "%2f%2f" in repeated.value.lower() else LIKELY,
        f"After one decoding the redirect_uri still reads {redirects.shown(repeated.value)}: it was encoded twice.",
        (repeated.shows(f"redirect_uri: {redirects.shown(repeated.value)}"),),
    )


FAULT = Fault(
    title="The redirect_uri is percent-encoded twice",
    meaning=(
        "An encoding function was applied to a value that the form builder encodes again. The server decodes once, gets"
        " https%3A%2F%2F..., and compares that with the URL of the first step."
    ),
    fix="Give the form builder the plain URL; it encodes by itself.",
    example_js="new URLSearchParams({ ...params, redirect_uri: REDIRECT_URI }) // no encodeURIComponent around it",
    example_py='data = {**params, "redirect_uri": REDIRECT_URI}  # no quote() around it',
    wrong_fix="Encoding it twice at the start as well: the server then does not find it in the registration.",
    spec=("RFC 6749 appendix B",),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("token.redirect_uri",),
    check=check,
    bad=login(token={"redirect_uri": "https%3A%2F%2Fapp.example%2Fcb"}),
    good=login(answer={}),
)
