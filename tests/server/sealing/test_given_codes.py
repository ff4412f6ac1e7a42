"""Codes that this process gave are not opened, and nothing else comes of it than of opening them."""

from __future__ import annotations

from dataclasses import replace

from proofkey.server.sealing import code
from proofkey.server.sealing.given_codes import MOST, GivenCodes
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.sealer import Sealer
from tests.server.sealing.samples import CLIENT, FACTS, ISSUER, NOW, WORDS, keyring


async def test_a_given_code_says_what_opening_it_says() -> None:
    """The first time from memory, the second time opened."""
    sealer = Sealer(keyring(), WORDS)
    text = sealer.seal_code(FACTS, CLIENT, now=NOW)
    remembered, opened = await sealer.open_code(text, CLIENT), await sealer.open_code(text, CLIENT)
    assert remembered is FACTS
    assert opened == FACTS
    assert opened is not FACTS


async def test_a_code_given_to_another_client_is_not_remembered_for_this_one() -> None:
    """It opens as a stranger's: without a redirect URI."""
    sealer = Sealer(keyring(), WORDS)
    text = sealer.seal_code(FACTS, CLIENT, now=NOW)
    opened = await sealer.open_code(text, replace(CLIENT, client_id="another"))
    assert not isinstance(opened, NotOpened)
    assert opened.redirect_uri == ""


async def test_a_redirect_uri_taken_back_since_is_refused() -> None:
    """The client's record changed between the code and its redemption."""
    sealer = Sealer(keyring(), WORDS)
    text = sealer.seal_code(FACTS, CLIENT, now=NOW)
    opened = await sealer.open_code(text, replace(CLIENT, redirect_uris=("https://new.example/",)))
    assert isinstance(opened, NotOpened)
    assert opened.reason is Reason.REDIRECT_URI_GONE


async def test_a_code_under_a_key_given_up_since_is_refused() -> None:
    """After `keys rotate --now` whatever the old keys sealed is worth nothing."""
    sealer = Sealer(keyring(), WORDS)
    text = sealer.seal_code(FACTS, CLIENT, now=NOW)
    sealer.keyring = Keyring(ISSUER, ())
    assert isinstance(await sealer.open_code(text, CLIENT), NotOpened)


def test_the_same_client_read_again_is_the_same() -> None:
    """A store that is read again gives another object of the same record."""
    given, keys = GivenCodes(), keyring()
    given.keep("code", FACTS, CLIENT, keys)
    assert given.take("code", replace(CLIENT), keys) is FACTS


def test_codes_that_never_come_back_are_forgotten() -> None:
    """The newest are there, the oldest are not, and there are never more than two halves."""
    given, keys = GivenCodes(), keyring()
    for number in range(3 * MOST):
        given.keep(str(number), FACTS, CLIENT, keys)
    found = [number for number in range(3 * MOST) if given.take(str(number), CLIENT, keys) is not None]
    assert found == list(range(MOST, 3 * MOST))


async def test_a_code_forgotten_meanwhile_is_opened() -> None:
    """As is one of another process."""
    sealer = Sealer(keyring(), WORDS)
    texts = [code.seal_code(FACTS, CLIENT, keyring=sealer.keyring, words=WORDS, now=NOW) for _ in range(3)]
    assert [await sealer.open_code(text, CLIENT) for text in texts] == [FACTS] * 3
