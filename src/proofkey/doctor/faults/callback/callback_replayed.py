"""The callback page was loaded again with a code that was already used (RFC 6749 4.1.2, 10.5)."""

from __future__ import annotations

from itertools import combinations

from proofkey.doctor.evidence import Evidence
from proofkey.doctor.facts import gap
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback, TokenRequest
from proofkey.doctor.transcript import CODE, STATE, login, request, response, token_request

_RELOAD = ("max-age=0", "no-cache")
_APART = 1.5  # seconds; what follows faster is a page that handles one visit twice


def check(login: Login) -> Finding | None:
    """Look for a second visit with the code after the first use of it, and for what came of that visit."""
    for first, second in _visits(login):
        code = second.value("code")
        used = [each for each in login.token_requests if each.value("code") == code]
        before = [each for each in used if each.number < second.number]
        after = [each for each in used if each.number > second.number and each.answer.refused]
        if before and before[0].answer.gave_tokens and after:
            return _told(first, second, before[0], after[0])
        unseen = not login.token_requests  # a back end redeems
        if unseen and first.answer.status and not first.answer.is_error and second.answer.is_error:
            return _told(first, second, None, None)
    return _reloaded(login)


def _visits(login: Login) -> list[tuple[Callback, Callback]]:
    """Give the pairs of visits with one code, save those of which the first led to the second."""
    visits = [each for each in login.callbacks if each.value("code")]
    return [
        (first, second)
        for first, second in combinations(visits, 2)
        if first.value("code") == second.value("code")
        and first.message.redirect_target != second.message.url
        and not _fast(first, second)
    ]


def _fast(first: Callback, second: Callback) -> bool:
    span = second.seconds_after(first)
    return span is not None and span < _APART


def _told(first: Callback, second: Callback, use: TokenRequest | None, again: TokenRequest | None) -> Finding:
    later = gap(second.seconds_after(first), " {} later")
    evidence: list[Evidence] = [
        first.shows("first visit with this code"),
        *((use.shows(f"first use of the code: {use.answer.summary}"),) if use else ()),
        second.shows("second visit with the same code" + (", a reload" if _is_reload(second) else "")),
        again.answer.shows() if again else second.answer.shows(),
    ]
    end = "sent the used code again and was refused" if again else "was refused"
    return Finding(
        PROVEN if again else LIKELY,
        f"The callback URL was opened a second time{later}, with the code of the first time; that visit {end}.",
        tuple(evidence),
    )


def _reloaded(login: Login) -> Finding | None:
    """Find a reload where the capture begins with it: no authorization request, and the code is refused."""
    callback, token = login.callback, login.token
    if login.authorize is not None or callback is None or token is None or not callback.delivered:
        return None
    if not _is_reload(callback) or token.number < callback.number or token.answer.error != "invalid_grant":
        return None
    return Finding(
        LIKELY,
        "The browser loaded the callback URL again (it asks caches for a fresh copy), and the code in it was refused.",
        (callback.shows("a reload"), token.answer.shows()),
    )


def _is_reload(visit: Callback) -> bool:
    return (visit.message.request_header("cache-control") or "").lower().strip() in _RELOAD


FAULT = Fault(
    title="The callback page was loaded again with the old code",
    meaning=(
        "The code stays in the address of the callback page. Whoever reloads that page, goes back to it or has it as a"
        " bookmark sends the used code once more. The server must refuse it, and may also end the login that the first"
        " use began."
    ),
    fix="Take the code out of the address as soon as it is read, or answer the callback with a redirect to a clean"
    " address; on a second visit go to the start page.",
    example_js="const { searchParams } = new URL(location.href);\n"
    "history.replaceState(null, '', location.pathname); // before the code is redeemed",
    example_py='return redirect("/", code=303)  # after the code is redeemed; never a page under the callback address',
    wrong_fix="A longer lifetime of the code: it is used, not too old.",
    spec=("RFC 6749 4.1.2", "RFC 6749 10.5"),
    blame="client",
    explains=("code-redeemed-twice", "code-burned-by-failed-attempt", "code-not-redeemed"),
    even_if_accepted=True,
    needs=("callback.code",),
    check=check,
    bad=login(answer={})
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}", {"Cache-Control": "max-age=0"})
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + token_request(),
    good=login(answer={}),
)
