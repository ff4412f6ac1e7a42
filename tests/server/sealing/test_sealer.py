"""The sealer reads keys and vocabulary again where a text is ahead of it."""

from __future__ import annotations

from proofkey.core.records import CodeFacts
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.sealing.sealer import Sealer
from proofkey.server.sealing.token import TokenFacts
from tests.server.sealing.samples import CLIENT, FACTS, ISSUER, NOW, WORDS, keyring


async def test_a_code_under_a_key_made_elsewhere_opens_after_reading_the_keys_again() -> None:
    """After `keys rotate --now` another process may be ahead of this one."""
    ahead = Sealer(keyring(), WORDS)
    behind = Sealer(Keyring(ISSUER, ()), WORDS, reread=lambda: reread())

    async def reread() -> None:
        behind.keyring = keyring()

    assert await behind.open_code(ahead.seal_code(FACTS, CLIENT, now=NOW), CLIENT) == FACTS


async def test_strangers_texts_do_not_cause_a_reading_each() -> None:
    """At most one a second, and none for what is plainly not ours."""
    readings = 0

    async def reread() -> None:
        nonlocal readings
        readings += 1

    foreign = Sealer(keyring(salt=3), WORDS).seal_code(FACTS, CLIENT, now=NOW)
    sealer = Sealer(keyring(), WORDS, reread=reread)
    for text in ("x", "", foreign, foreign, foreign[:-1], foreign):
        assert isinstance(await sealer.open_code(text, CLIENT), NotOpened)
    assert readings == 1


async def test_everything_the_endpoints_need_goes_there_and_back() -> None:
    """Codes, both kinds of token, and boxes."""
    sealer = Sealer(keyring(), WORDS)
    assert isinstance(await sealer.open_code(sealer.seal_code(FACTS, CLIENT, now=NOW), CLIENT), CodeFacts)
    facts = TokenFacts(FACTS.grant_id, 1, NOW, NOW + 60, ("openid",), None)
    assert await sealer.open_access(sealer.seal_access(facts, now=NOW)) == facts
    text = sealer.seal_refresh(FACTS.grant_id, 4, expires_at=NOW, key_id=sealer.refresh_key_id(NOW))
    assert text is not None
    opened = await sealer.open_refresh(text)
    assert isinstance(opened, TokenFacts)
    assert opened.generation == 4
    box = sealer.seal_box(Purpose.CSRF, b"token", ttl=5, now=NOW)
    assert sealer.open_box(Purpose.CSRF, box, now=NOW) == b"token"
    wrong = sealer.open_box(Purpose.LOGIN, box, now=NOW)
    assert isinstance(wrong, NotOpened)
    assert wrong.reason is Reason.OTHER_PURPOSE
