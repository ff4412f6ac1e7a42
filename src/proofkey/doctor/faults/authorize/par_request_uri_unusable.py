"""The pushed request_uri had expired or was used before (RFC 9126 2.2, 4)."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.facts import seconds
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.refusals import refused_at_authorize, words_at_authorize
from proofkey.doctor.transcript import CHALLENGE, FORM, login, request, response

# Refusals with a reason of their own, which neither age nor second use can bring about.
_OTHER_REASONS = (
    *("access-denied", "login-required", "scope-refused", "grant-not-enabled", "redirect-unregistered"),
    *("challenge-missing", "challenge-refused", "method-refused", "client-unknown", "resource-refused"),
)
_TWICE_APART = 0.5  # seconds; two requests closer than that may be one, seen twice


def check(login: Login) -> Finding | None:
    """Measure the age of the reference at the refusal, and count its uses; the words alone make it likely, too."""
    if not refused_at_authorize(login):
        return None
    said = words_at_authorize(login, "request-uri")
    used = [hop for hop in login.authorize_hops if _reference(hop.message.url)]
    if said is None and (not used or words_at_authorize(login, *_OTHER_REASONS)):
        return None
    if used and _is_by_url(_reference(used[-1].message.url)):
        return None  # the server fetches a request object from there; nothing was pushed
    reasons = [reason for reason in (_too_old(login), _used_again(login)) if reason is not None]
    if said is None and not reasons:
        return None
    sentences = [sentence for sentence, _ in reasons] or ["The server does not take this request_uri (any more)."]
    places = [place for _, place in reasons] + ([said] if said is not None else [])
    return Finding(LIKELY, " ".join(sentences), tuple(places))


def _reference(url: str) -> str:
    return split(url).parameters.get("request_uri") or ""


def _is_by_url(reference: str) -> bool:
    return reference.lower().startswith(("https://", "http://"))


def _too_old(login: Login) -> tuple[str, Evidence] | None:
    """Compare the lifetime that the server gave with the time at which it refused."""
    if not login.pushed:
        return None
    pushed = login.pushed[-1]
    lifetime = pushed.answer.members.get("expires_in")
    made, refused = pushed.message.ended, _end(login)
    if not isinstance(lifetime, int | float) or made is None or refused is None or refused - made <= lifetime:
        return None
    age = seconds(refused - made)
    return (
        f"The request_uri was given for {seconds(lifetime)}, and {age} had passed when the server refused it.",
        pushed.answer.shows(f"expires_in: {lifetime}"),
    )


def _end(login: Login) -> float | None:
    """Tell when the server refused: with the redirect to the client, else with its last page."""
    steps: list[Message] = [step.message for step in (*login.responses, *login.callbacks)]
    steps = steps or [step.message for step in login.authorize_hops] + login.pages
    times = [message.started for message in steps if message.started is not None]
    return max(times) if times else None


def _used_again(login: Login) -> tuple[str, Evidence] | None:
    """Find a second visit of the authorization endpoint with the same reference."""
    seen: dict[str, float | None] = {}
    for hop in login.authorize_hops:
        reference = _reference(hop.message.url)
        first = seen.get(reference)
        apart = first is None or hop.started is None or hop.started - first > _TWICE_APART
        if reference and reference in seen and apart:
            return "The same request_uri was used twice; it is for one use.", hop.shows("the same request_uri again")
        seen.setdefault(reference, hop.started)
    return None


_PUSHED = request(
    "POST",
    "https://login.example/oauth/par",
    {"Content-Type": FORM},
    "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=af0ifjsldkjJ2fK3"
    f"&code_challenge={CHALLENGE}&code_challenge_method=S256",
) + response(201, {"Content-Type": "application/json"}, '{"request_uri": "urn:example:bwc4JK", "expires_in": 30}')
_USED = request("GET", "https://login.example/oauth/authorize?client_id=app&request_uri=urn%3Aexample%3Abwc4JK")

FAULT = Fault(
    title="The pushed request_uri had expired or was used before",
    meaning=(
        "A request_uri lives for seconds and is for one use. This one was too old when the server looked at it, or had"
        " been used: the person was slow to sign in, the page was loaded again, or the URL was kept for later."
    ),
    fix=(
        "Push the request at the moment when the login starts and use the answer once; after a refusal push a new one."
        " Where people sign in slowly, ask for a longer lifetime; the server must not check it again after sign-in."
    ),
    spec=("RFC 9126 2.2", "RFC 9126 4"),
    blame="client",
    explains=("code-not-accepted", "code-not-redeemed"),
    needs=("authorize",),
    check=check,
    bad="\n".join(
        [
            _PUSHED,
            _USED
            + response(302, {"Location": "https://app.example/cb?state=af0ifjsldkjJ2fK3&error=invalid_request_uri"}),
        ]
    ),
    good=login(answer={}),
)
