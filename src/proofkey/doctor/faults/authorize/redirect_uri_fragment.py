"""The redirect_uri has a fragment, which it must not have (RFC 6749 3.1.2)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.address import split
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.refusals import words
from proofkey.doctor.transcript import login

_LOST = Pattern(r"(?:^|&)(?:state|code_challenge|code_challenge_method|scope|nonce|client_id|response_type)=")


def check(login: Login) -> Finding | None:
    """Look for '#' in either redirect_uri, and for an authorization URL that ends early at a bare one."""
    asked, repeated = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    if cut := _cut_at_fragment(login):
        return cut
    if not isinstance(asked, Seen):
        return None
    sent = redirects.difference(asked.value, repeated.value) if isinstance(repeated, Seen) else None
    if sent == "redirect-uri-fragment" and isinstance(repeated, Seen):
        return _finding(PROVEN, "Only one of the two steps has the fragment, so the values differ.", asked, repeated)
    if _redeemed(login, asked.value):
        return None
    if "#" in asked.value:
        return _finding(PROVEN, _route(asked.value, "#"), asked)
    if "%23" in asked.value and "://" in asked.value:
        return _finding(LIKELY, f"{_route(asked.value, '%23')} The '#' was escaped twice.", asked)
    return None


def _redeemed(login: Login, asked: str) -> bool:
    """Tell whether the client found the code all the same, so that the fragment did not stop this login."""
    token = login.token
    if token is None or not token.value("code") or token.value("redirect_uri") not in (asked, None):
        return False
    return words(login, "redirect-mismatch", "redirect-unregistered") is None


def _route(asked: str, mark: str) -> str:
    place, _, route = asked.partition(mark)
    back = f" The answer goes to {split(place).without_query}" if place else ""
    return f"The redirect_uri goes on behind '{mark}' ({len(route)} characters).{back}, where no router looks for it."


def _finding(certainty: Certainty, explanation: str, *places: Seen) -> Finding:
    evidence = (each.shows(f"redirect_uri {'with' if '#' in each.value else 'without'} a fragment") for each in places)
    return Finding(certainty, explanation, tuple(evidence))


def _cut_at_fragment(login: Login) -> Finding | None:
    """Find an authorization URL with a bare '#' in its redirect_uri: everything behind it stays in the browser."""
    authorize = login.authorize
    if authorize is None or authorize.message.method != "GET":
        return None
    address = authorize.address
    last = address.query.rpartition("&")[2]
    if not last.startswith("redirect_uri=") or "%3A%2F%2F" in last.upper():
        return None
    lost = _LOST.search(address.fragment) is not None
    if not lost and not address.fragment.startswith(("/", "!/")):
        return None
    behind = ", and so do the parameters behind it" if lost else ""
    return Finding(
        PROVEN if lost else LIKELY,
        f"The URL has a bare '#' in the middle of its redirect_uri: the rest of it stays in the browser{behind}.",
        (Evidence(authorize.message.where, "the query of the authorization URL ends inside redirect_uri"),),
    )


FAULT = Fault(
    title="The redirect_uri has a fragment",
    meaning=(
        "A redirect URI must not contain '#'. Some servers refuse it; others put the code in front of the fragment,"
        " behind it, or drop it, so that a hash router does not find the code on its page."
    ),
    fix="Give the callback a path of its own (/callback), served by the application, and register that.",
    example_js=(
        "const redirectUri = `${location.origin}/callback`; // no '#'\n"
        "// Angular: leave useHash out; Vue: createWebHistory(); React: BrowserRouter"
    ),
    wrong_fix="Escaping the '#': the server then sends people to a path that has %23 in its name.",
    spec=("RFC 6749 3.1.2",),
    blame="client",
    explains=(
        *("redirect-uri-not-registered", "redirect-uri-differs", "code-not-redeemed", "challenge-missing"),
        *("state-missing", "code-not-accepted", "redirect-uri-altered-by-server", "verifier-without-challenge"),
    ),
    needs=("authorize.redirect_uri",),
    check=check,
    bad=login(authorize={"redirect_uri": "https://app.example/#/cb"}, steps=("authorize",)),
    good=login(answer={}),
)
