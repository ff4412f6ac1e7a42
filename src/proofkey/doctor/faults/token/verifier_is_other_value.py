"""Another value of the login was sent as the verifier (RFC 7636 4.5)."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator

from proofkey.doctor import pair
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pkce import s256
from proofkey.doctor.soundness import pair_is_right, shown_parameters, stands_for_nothing
from proofkey.doctor.steps import Step
from proofkey.doctor.transcript import STATE, login

_FORMS: dict[str, Callable[[str], bytes]] = {
    "hexadecimal digits": bytes.fromhex,
    "a list of numbers": lambda text: bytes(map(int, text.strip("[]").split(","))),
    "characters of one byte each": lambda text: text.encode("latin-1"),
}
_NOT_OTHER = ("code_verifier", "code_challenge", "code_challenge_method", "response_type", "grant_type")


def check(login: Login) -> Finding | None:
    """Compare the verifier with every other value of this login and of the others in the capture."""
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(verifier, Seen) or stands_for_nothing(verifier.value) or pair_is_right(login):
        return None
    if found := pair.proof(login, "verifier-is-other-value"):
        return found
    if isinstance(challenge, Seen) and challenge.value == verifier.value:
        return None
    if isinstance(challenge, Seen) and (form := _other_form(verifier.value, challenge.value)):
        return Finding(
            PROVEN,
            f"The random bytes were sent as {form}, and the challenge was made from their base64 form: two spellings of"
            " one value.",
            (challenge.shows("made from the base64 form"), verifier.shows(f"the same bytes as {form}")),
        )
    for name, where in _places(login, verifier.value):
        return Finding(
            PROVEN,
            f"The value that was sent as code_verifier is the {name}: another variable was put into the request.",
            (verifier.shows(f"code_verifier, equal to the {name}"), Evidence(where, f"the {name}")),
        )
    return None


def _other_form(verifier: str, challenge: str) -> str | None:
    """Tell in which form the bytes were sent whose base64 form was hashed."""
    for form, read in _FORMS.items():
        try:
            data = read(verifier)
        except (ValueError, OverflowError):
            continue
        texts = (urlsafe_b64encode(data).decode(), b64encode(data).decode())
        if data and any(s256(each) == challenge for text in texts for each in (text, text.rstrip("="))):
            return form
    return None


def _places(login: Login, value: str) -> Iterator[tuple[str, str]]:
    steps: list[Step] = [*login.authorize_hops, *login.pushed, *login.callbacks, *login.responses]
    steps += login.token_requests
    for step in steps:
        yield from _within(step, value, "")
    for request in login.token_requests:
        for name in ("access_token", "refresh_token", "id_token"):
            if request.answer.member(name) == value:
                yield name, request.message.where
    for other in login.others:
        for step in (*other.authorize_hops, *other.callbacks, *other.responses, *other.token_requests):
            yield from _within(step, value, " of another login")


def _within(step: Step, value: str, owner: str) -> Iterator[tuple[str, str]]:
    for each in shown_parameters(step):
        own = each.name in _NOT_OTHER and not (owner and each.name == "code_challenge")
        if each.value == value and len(value) >= 4 and not own:
            yield f"{each.name[:40]}{owner}", step.message.where


FAULT = Fault(
    title="Another value of this login was sent as verifier",
    meaning=(
        "The verifier of the token request equals the state, the nonce or another value that has its own place, or it"
        " is the random value before its last encoding. The hash of that value is not the challenge."
    ),
    fix="Load the variable that holds the text from which the challenge was made.",
    example_js="const { state, nonce, verifier } = JSON.parse(sessionStorage.getItem('login'));",
    example_py='state, nonce, verifier = session["state"], session["nonce"], session["code_verifier"]',
    wrong_fix="Making the challenge from that other value: state and nonce are not secret.",
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=(
        *(
            "verifier-unrelated",
            "verifier-too-short",
            "verifier-too-long",
            "verifier-illegal-characters",
            "code-not-accepted",
        ),
        "challenge-wrong-transform",
        "code-not-accepted",
    ),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(token={"code_verifier": STATE}),
    good=login(answer={}),
)
