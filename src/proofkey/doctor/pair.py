"""How a verifier and a challenge belong together, searched once for all the faults that ask.

The search gives one pipeline and the one fault that names it, so the faults about the transform exclude each other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Finding
from proofkey.doctor.pkce import s256

if TYPE_CHECKING:
    from proofkey.doctor.login import Login
    from proofkey.doctor.steps import AuthorizeRequest
    from proofkey.doctor.transforms import Found

_MOST_OTHERS = 20  # challenges that are searched for damaged forms; the exact form is tried on all


@lru_cache(maxsize=512)
def explain(verifier: str, challenge: str, beside: tuple[tuple[str, str], ...] = ()) -> Found | None:
    """Give the pipeline that turns the verifier, or a value beside it, into the challenge; None where none is found."""
    from proofkey.doctor.transforms import search  # loads tables that most runs do not need

    return search(verifier, challenge, dict(beside))


def forget() -> None:
    """Forget the pairs of a capture that is judged: a server lives long, and verifiers must not stay in its memory."""
    explain.cache_clear()
    _place_among.cache_clear()


def found_in(login: Login) -> Found | None:
    """Give the pipeline between this login's verifier and challenge; None where one is not seen or none is found."""
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen):
        return None
    return explain(verifier.value, challenge.value, _beside(login))


def request_of_other_login(login: Login) -> AuthorizeRequest | None:
    """Give the authorization request of another login, or an earlier one of this, that this verifier belongs to.

    A capture of a bad day has hundreds of failed logins: damaged forms are looked for in the nearest requests only.
    """
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen) or not verifier.value:
        return None
    elsewhere = [each for other in login.others for each in (*other.authorize_hops, *other.pushed)]
    others = [
        (value, each)
        for each in (*elsewhere, *login.authorize_hops[:-1])
        if (value := each.value("code_challenge")) and value != challenge.value
    ]
    exact = s256(verifier.value)
    if found := next((each for value, each in others if value == exact), None):
        return found
    if login.authorize is not None:
        own = login.authorize.number
        others.sort(key=lambda other: abs(other[1].number - own))
    nearest = others[:_MOST_OTHERS]
    place = _place_among(verifier.value, tuple(value for value, _ in nearest))
    return None if place is None else nearest[place][1]


@lru_cache(maxsize=512)
def _place_among(verifier: str, challenges: tuple[str, ...]) -> int | None:
    from proofkey.doctor.transforms import search_others  # loads tables that most runs do not need

    found = search_others(verifier, challenges) if challenges else None
    return found[0] if found else None


def _beside(login: Login) -> tuple[tuple[str, str], ...]:
    """Give the values of the authorization request that may have been taken for the verifier."""
    if login.authorize is None:
        return ()
    names = ("state", "nonce", "client_id", "redirect_uri")
    return tuple((name, value) for name in names if (value := login.authorize.value(name)))


def proof(login: Login, slug: str) -> Finding | None:
    """Prove a fault of the transform: the search found the pipeline, and this fault is its name."""
    found = found_in(login)
    challenge, verifier = login.challenge, login.verifier
    if found is None or found.fault != slug or not isinstance(challenge, Seen) or not isinstance(verifier, Seen):
        return None
    return Finding(
        PROVEN,
        found.words,
        (
            challenge.shows(f"code_challenge, {characters(challenge.value)}"),
            verifier.shows(f"code_verifier, {characters(verifier.value)}"),
        ),
        found.fix,
    )


def shape(login: Login, slug: str) -> Finding | None:
    """Find a fault that the challenge shows by itself, where no pipeline joins it to the verifier.

    Beside a verifier only what is proven counts: that the two are unrelated is more certain than a likeness.
    """
    from proofkey.doctor.transforms import facts

    challenge = login.challenge
    if not isinstance(challenge, Seen) or found_in(login) is not None:
        return None
    said = login.method
    if isinstance(said, Seen) and said.value == "plain":
        return None
    certainties = {"proven": PROVEN, "likely": LIKELY, "possible": POSSIBLE}
    for fact in facts(challenge.value):
        certainty = certainties[fact.certainty]
        if fact.fault != slug or (isinstance(login.verifier, Seen) and certainty is not PROVEN):
            continue
        return Finding(
            certainty,
            f"The challenge has {characters(challenge.value)}: {fact.sentence}. An S256 challenge has 43 characters of"
            " base64url.",
            (challenge.shows(f"code_challenge: {fact.sentence}"),),
        )
    return None
