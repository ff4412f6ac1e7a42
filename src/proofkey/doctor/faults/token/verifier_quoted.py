"""The verifier is wrapped in quotes (RFC 7636 4.1)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right, stands_for_nothing
from proofkey.doctor.transcript import VERIFIER, login

_QUOTES = "\"'`"


def check(login: Login) -> Finding | None:
    """Look for a quote at both ends; the search tells whether the text between them fits."""
    verifier = login.verifier
    if not isinstance(verifier, Seen) or stands_for_nothing(verifier.value):
        return None
    text = verifier.value.removeprefix("\\").removesuffix('\\"')
    quoted = len(text) > 2 and text[0] in _QUOTES and verifier.value[-1] == text[0]
    found = pair.proof(login, "verifier-quoted")
    if not quoted and found is None:
        return None
    inside = " Without them it fits the challenge." if found is not None else ""
    if pair_is_right(login):
        inside = " The challenge was made with the quotes too, but they are not allowed in a verifier."
    return Finding(
        PROVEN,
        f"The verifier was sent with the quotes around it.{inside}",
        (verifier.shows(f"code_verifier, {characters(verifier.value)}, with quotes"),),
    )


FAULT = Fault(
    title="The verifier is wrapped in quotes",
    meaning=(
        "The verifier was stored as JSON text and read back as it stands, so its quotes became part of the value. The"
        " server hashes them too, or refuses them as illegal characters."
    ),
    fix="Parse what was stored as JSON, or store the bare text.",
    example_js="const verifier = JSON.parse(sessionStorage.getItem('verifier'));",
    example_py='verifier = json.loads(cache.get("verifier"))',
    wrong_fix="Hashing the quotes as well: the verifier stays illegal.",
    spec=("RFC 7636 4.1",),
    blame="client",
    explains=("verifier-illegal-characters", "verifier-unrelated", "verifier-too-long", "code-not-accepted"),
    needs=("token.code_verifier",),
    check=check,
    bad=login(token={"code_verifier": f'"{VERIFIER}"'}),
    good=login(answer={}),
)
