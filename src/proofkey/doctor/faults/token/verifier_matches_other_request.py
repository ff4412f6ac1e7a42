"""The verifier fits the challenge of another authorization request in the capture (RFC 7636 4.5)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.code_origin import may_come_from
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right, stands_for_nothing
from proofkey.doctor.transcript import CHALLENGE, STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Where the login's own pair does not fit, try the verifier on every other challenge."""
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen) or stands_for_nothing(verifier.value):
        return None
    if pair_is_right(login) or pair.found_in(login) is not None:
        return None
    request = pair.request_of_other_login(login)
    if request is None:
        return None
    own = login.authorize
    when = "later" if own is not None and request.number > own.number else "earlier"
    if own is not None and may_come_from(login, request):
        return Finding(
            POSSIBLE,
            f"Two authorization requests wait for their answer, and the capture does not show to which of them the code"
            f" belongs. The verifier fits the {when} one, at {request.message.where}, and not the other, at"
            f" {own.message.where}. If the code belongs to the other, one storage slot served both logins and one"
            " overwrote the other. If it belongs to the one that fits, the pair is right and the server refuses it"
            " wrongly.",
            (
                verifier.shows("code_verifier"),
                challenge.shows("a code_challenge that it does not fit"),
                request.shows("the code_challenge that it fits"),
            ),
            "Capture the callbacks too: the state beside the code tells to which request it belongs. Until then, look"
            " whether each verifier is stored under the state of its login.",
        )
    return Finding(
        PROVEN,
        f"The verifier does not fit this login's challenge, and it fits the challenge of the {when} authorization"
        f" request at {request.message.where}. One storage slot served both logins, and one overwrote the other.",
        (
            verifier.shows("code_verifier of this login"),
            challenge.shows("this login's code_challenge, which it does not fit"),
            request.shows("the code_challenge that it fits"),
        ),
    )


FAULT = Fault(
    title="The verifier belongs to another login in the capture",
    meaning=(
        "Both halves are well made, but of two different logins. A second tab, a double start, two renewals at once or"
        " two processes share one place for the verifier, so the later login overwrote the verifier of the earlier one."
    ),
    fix="Store each verifier under the state of its login, and read it back by the state of the callback.",
    example_js="sessionStorage.setItem(`pkce:${state}`, verifier);               // at the start\n"
    "const verifier = sessionStorage.getItem(`pkce:${params.get('state')}`); // at the callback",
    example_py='session[f"pkce:{state}"] = verifier  # one slot per login, not one per user',
    wrong_fix="Trying encodings: the values are right, they are only not of the same login.",
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=("verifier-unrelated", "code-not-accepted", "server-refuses-correct-pair"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "JuMuRRUxLAbzJvsZUTlvYlBam7VnoY1vlU07xADovko"}, steps=("authorize",))
    + "\n"
    + request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&state=second&scope=openid"
        "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge_method=S256&code_challenge=" + CHALLENGE,
    )
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={STATE}")
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + login(steps=("token",)),
    good=login(answer={}),
)
