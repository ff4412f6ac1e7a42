"""Authorization requests that came before, but for what is new each time: an app sends the same query at every login.

Judging is a pure function of the parameters, the client and the policy. So what came of the part that stays is kept,
and only state, nonce and challenge are judged anew. Whatever else is in a query, or not sound, takes the long way.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from proofkey.core.params import MalformedForm, decode_component
from proofkey.core.server_side.authorization import NEW_EACH_TIME, judge_again
from proofkey.core.server_side.verdicts import Asked
from proofkey.server.store.protocol import Store

REMEMBERED = 10_000  # requests
_LONGEST = 1024  # characters that stay
_THE_SAME = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "code_challenge_method", "response_mode", "resource"}
)
_NEW = tuple((name, f"&{name}=") for name in sorted(NEW_EACH_TIME))


class Apart(msgspec.Struct, frozen=True):
    """A query taken apart: what is new each time, and the rest, in which those have no value."""

    key: str
    new: dict[str, str]


class Familiar:
    """Sound requests by the part that stays."""

    def __init__(self) -> None:
        self._known: dict[str, Asked] = {}

    async def recognise(self, apart: Apart, store: Store) -> Asked | None:
        """Judge a request by a sound one like it; None where there was none, or the client has changed."""
        known = self._known.get(apart.key)
        if known is None:
            return None
        client = await store.client(known.client.client_id)
        if client is not known.client and client != known.client:
            self._known.pop(apart.key, None)
            return None
        asked = judge_again(known, known.client, apart.new)
        if asked is not None and client is not known.client:  # the same, read again since: compared by identity anew
            self._known[apart.key] = replace(asked, client=client)
        return asked

    def remember(self, apart: Apart, asked: Asked) -> None:
        """Keep what came of a sound request, unless it holds anything unusual: a parameter that is seldom sent."""
        if len(apart.key) <= _LONGEST and all(_is_usual(field, apart) for field in apart.key[1:].split("&")):
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[apart.key] = asked


def take_apart(query: bytes) -> Apart | None:
    """Take a query apart; None where what is new is there twice, empty, or cannot be read."""
    new: dict[str, str] = {}
    try:
        key = "&" + query.decode("ascii")
        for name, mark in _NEW:
            before, found, after = key.partition(mark)
            if found:
                text = after.partition("&")[0]
                if not text or mark in after:
                    return None
                new[name] = decode_component(text) if "%" in text or "+" in text else text
                key = before + mark + after[len(text) :]
    except (UnicodeDecodeError, MalformedForm):
        return None
    return Apart(key, new)


def _is_usual(field: str, apart: Apart) -> bool:
    name, equals, value = field.partition("=")
    return name in _THE_SAME or (name in apart.new and equals == "=" and not value)
