"""A request that came before is judged as it would be the long way: whatever changes, the verdict is the same."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from proofkey.core.params import MalformedForm, Params
from proofkey.core.server_side.authorization import judge_authorization
from proofkey.core.server_side.policy import Policy
from proofkey.core.server_side.verdicts import Asked
from proofkey.server.familiar import Familiar, take_apart
from tests.server.person import CALLBACK, Attempt, Clock, Person, client

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SOUND = {
    "response_type": "code",
    "client_id": "spa",
    "redirect_uri": CALLBACK,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "abc",
}

values = some.sampled_from(
    ["", "abc", "a b+%", CHALLENGE, CHALLENGE[:-1] + "N", "x" * 300, "code", "S256", CALLBACK, "é"]
)
fields = some.tuples(
    some.sampled_from([*SOUND, "nonce", "scope", "prompt", "st%61te", "request_uri", "response_mode", "unknown"]),
    values.map(lambda value: urlencode({"": value})[1:]) | some.sampled_from(["%", "%zz", "%ff", "a=b"]),
)


class Clients:
    """A store with one client."""

    def __init__(self) -> None:
        self.record = client(scopes=("abc", "S256"))

    async def client(self, _: str):
        """Give it."""
        return self.record


def verdict(query: str, clients: Clients):
    """Judge the long way; None where it is not sound."""
    try:
        params = Params.parse(query)
    except MalformedForm:
        return None
    known = clients.record if params.get("client_id") == "spa" else None
    asked = judge_authorization(params, known, Policy("https://server.example"))
    return asked if isinstance(asked, Asked) else None


@given(some.lists(some.lists(fields, max_size=3), min_size=2, max_size=6))
async def test_a_familiar_request_comes_to_what_the_long_way_comes_to(changes: list[list[tuple[str, str]]]) -> None:
    """Any queries one after the other, mostly sound ones with a few changes; fields may stand there twice."""
    familiar, clients = Familiar(), Clients()
    for more in changes:
        kept = {name: value for name, value in SOUND.items() if name not in dict(more) or len(value) == 3}
        query = "&".join([urlencode(kept), *(f"{name}={value}" for name, value in more)])
        apart, expected = take_apart(query.encode()), verdict(query, clients)
        if apart is not None:
            found = await familiar.recognise(apart, clients)  # type: ignore[arg-type]
            assert found in (None, expected)
            if expected is not None:
                familiar.remember(apart, expected)
                assert await familiar.recognise(apart, clients) in (None, expected)  # type: ignore[arg-type]


async def test_what_is_new_each_time_is_taken_from_the_request_at_hand() -> None:
    """State, nonce and challenge are never those of an earlier login."""
    familiar, clients = Familiar(), Clients()
    first = urlencode(SOUND | {"nonce": "n1"})
    apart, asked = take_apart(first.encode()), verdict(first, clients)
    assert apart is not None
    assert asked is not None
    familiar.remember(apart, asked)
    other = CHALLENGE[:-1] + "I"
    second = take_apart(urlencode(SOUND | {"state": "two words", "nonce": "n2", "code_challenge": other}).encode())
    assert second is not None
    found = await familiar.recognise(second, clients)  # type: ignore[arg-type]
    assert found is not None
    assert (found.state, found.nonce) == ("two words", "n2")
    assert found.challenge_digest != asked.challenge_digest


async def test_a_changed_client_is_judged_the_long_way() -> None:
    """Disabled, or with another registration: nothing of the earlier judgement holds."""
    familiar, clients = Familiar(), Clients()
    query = urlencode(SOUND)
    apart, asked = take_apart(query.encode()), verdict(query, clients)
    assert apart is not None
    assert asked is not None
    familiar.remember(apart, asked)
    clients.record = replace(clients.record)
    found = await familiar.recognise(apart, clients)  # type: ignore[arg-type]
    assert found == asked  # read again, and the same
    clients.record = replace(clients.record, disabled=True)
    assert await familiar.recognise(apart, clients) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "extra", ["prompt=none", "login_hint=a", "id_token_hint=x", "request_uri=x", "x=y", "state", ""]
)
async def test_what_is_seldom_sent_takes_the_long_way(extra: str) -> None:
    """Only what every login has is remembered, so that memory holds apps and not people."""
    clients = Clients()
    asked = verdict(urlencode(SOUND), clients)
    assert asked is not None
    for query, found in ((urlencode(SOUND), asked), (f"{urlencode(SOUND)}&{extra}", None)):
        familiar, apart = Familiar(), take_apart(query.encode())
        assert apart is not None
        familiar.remember(apart, asked)
        assert await familiar.recognise(apart, clients) == found  # type: ignore[arg-type]


@pytest.mark.parametrize("extra", ["state=b", "state=", "nonce=", "nonce=%zz", "nonce=\xe9", "code_challenge=x"])
def test_what_is_new_is_there_once_and_can_be_read(extra: str) -> None:
    """Else the long way says what is wrong."""
    for query in (f"{urlencode(SOUND)}&{extra}", f"{extra}&{urlencode(SOUND)}"):
        assert take_apart(query.encode("latin-1")) is None


async def test_a_name_without_its_value_is_not_that_name() -> None:
    """Whatever stands where: a request without a challenge never passes for one that had it."""
    familiar, clients = Familiar(), Clients()
    asked = verdict(urlencode(SOUND), clients)
    apart = take_apart(urlencode(SOUND).encode())
    assert asked is not None
    assert apart is not None
    familiar.remember(apart, asked)
    rest = {name: text for name, text in SOUND.items() if name != "code_challenge"}
    for bare in ("code_challenge", "code_challenge=", "code_challenge&code_challenge"):
        for query in (f"{urlencode(rest)}&{bare}", f"{bare}&{urlencode(rest)}"):
            other = take_apart(query.encode())
            assert other is None or await familiar.recognise(other, clients) is None  # type: ignore[arg-type]


async def test_the_second_login_of_an_app_is_as_good_as_the_first(ada: Person, clock: Clock) -> None:
    """Each with its own challenge: a verifier of the first login does not open the second one's code."""
    attempts = [Attempt(), Attempt(), Attempt()]
    codes = []
    for attempt in attempts:
        back = await ada.visit(attempt.url())
        codes.append(parse_qs(urlsplit(back.headers["location"]).query)["code"][0])
    form = {"grant_type": "authorization_code", "client_id": "spa", "redirect_uri": CALLBACK}
    wrong = await ada.token(**form, code=codes[2], code_verifier=attempts[0].verifier)
    assert wrong.json()["error"] == "invalid_grant"
    good = await ada.token(**form, code=codes[2], code_verifier=attempts[2].verifier)
    assert good.status_code == 200
