"""Which failures are asked for, by whom, for which requests, and how often they still happen."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from proofkey.core.errors import Misuse
from proofkey.core.redirect_uri import is_loopback
from proofkey.server.development.failures import (
    FAILURES,
    LONGEST_DELAY,
    OF_A_CLIENT,
    OF_NOBODY,
    Failure,
    Options,
    Value,
)
from proofkey.server.development.passing import Passing

MOST = 200  # failures asked for at once


@dataclass(slots=True, eq=False)
class Armed:
    """A failure that happens to the next `left` requests (None: to all until it is undone)."""

    failure: Failure
    holder: str  # whose tests asked for it
    endpoints: tuple[str, ...]
    client_id: str | None
    left: int | None
    options: Options
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    hits: int = 0
    undone: asyncio.Event = field(default_factory=asyncio.Event)
    _codes: set[bytes] = field(default_factory=set)

    def concerns(self, passing: Passing) -> bool:
        """Tell whether it is to happen to this request."""
        failure = self.failure
        if passing.endpoint not in self.endpoints or (passing.is_preflight and not failure.preflights):
            return False
        if failure.grant_type is not None and passing.params.get("grant_type") != failure.grant_type:
            return False
        if self._met_before(passing):
            return True
        # A preflight says nothing of its client, and what sends people back is looked at when it is there.
        if self.client_id is not None and failure.rewrite is None and passing.client_id != self.client_id:
            return False
        if self.client_id is not None and failure.preflights and passing.client_id != self.client_id:
            return False
        if self.options.get("code") not in (None, passing.params.get("code")):
            return False
        return self.left is None or self.left > 0

    def happened(self, passing: Passing) -> None:
        """Count one."""
        self.hits += 1
        if self._met_before(passing):
            return
        if self.left is not None:
            self.left -= 1
        if (code := passing.params.get("code")) and self.failure.name == "expire-code":
            self._codes.add(_digest(code))

    def _met_before(self, passing: Passing) -> bool:
        """A code that was too old is not young again when it is sent once more."""
        code = passing.params.get("code")
        return bool(self._codes) and code is not None and _digest(code) in self._codes


class Armoury:
    """All failures that are asked for."""

    def __init__(self) -> None:
        self._armed: dict[str, Armed] = {}

    def __bool__(self) -> bool:
        return bool(self._armed)

    def __iter__(self) -> Iterator[Armed]:
        return iter(tuple(self._armed.values()))

    def arm(
        self,
        name: str,
        *,
        holder: str,
        times: int | None = None,
        client_id: str | None = None,
        endpoint: str | None = None,
        options: Options | None = None,
    ) -> Armed:
        """Ask for a failure. Raises Misuse where there is no such one, or it cannot be had so."""
        failure = FAILURES.get(name)
        if failure is None:
            raise Misuse(f"there is no failure {name[:60]!r}; there are: {', '.join(FAILURES)}")
        if times is not None and not 0 < times <= 1_000_000:
            raise Misuse("times is a number of requests, 1 or more")
        if len(self._armed) >= MOST:
            raise Misuse(f"{MOST} failures are asked for already: undo some")
        endpoints = _endpoints(failure, endpoint, client_id)
        armed = Armed(failure, holder, endpoints, client_id, times, _options(failure, options or {}))
        self._armed[armed.name] = armed
        return armed

    def of(self, holder: str) -> list[Armed]:
        """Give what one holder asked for, oldest first."""
        return [armed for armed in self if armed.holder == holder]

    def undo(self, armed: Armed) -> None:
        """End a failure; requests that it holds up go on."""
        self._armed.pop(armed.name, None)
        armed.undone.set()


def _endpoints(failure: Failure, endpoint: str | None, client_id: str | None) -> tuple[str, ...]:
    if endpoint is None:
        return failure.endpoints
    if not failure.elsewhere or endpoint not in (*OF_A_CLIENT, *OF_NOBODY):
        places = (*OF_A_CLIENT, *OF_NOBODY) if failure.elsewhere else failure.endpoints
        raise Misuse(f"{failure.name} happens at {', '.join(places)}, not at {endpoint[:60]!r}")
    if client_id is not None and endpoint in OF_NOBODY:
        raise Misuse(f"a request for {endpoint} does not say which client it is from: leave the client out")
    return (endpoint,)


def _options(failure: Failure, said: Options) -> dict[str, Value]:
    known = dict(failure.options)
    if unknown := sorted(set(said) - set(known)):
        has = f"its options are {', '.join(known)}" if known else "it has none"
        raise Misuse(f"{failure.name} has no option {unknown[0][:60]!r}; {has}")
    options = known | dict(said)
    for name, value in options.items():
        if not _READERS[name](value):
            raise Misuse(f"{failure.name}: {name} cannot be {value!r}"[:300])
    return options


def _is_number(value: Value, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


_READERS = {
    "code": lambda value: value is None or (isinstance(value, str) and 0 < len(value) <= 4096),
    "retry_after": lambda value: isinstance(value, int) and _is_number(value, 86_400),
    "seconds": lambda value: _is_number(value, LONGEST_DELAY),
    "status": lambda value: value in (301, 302, 303, 307, 308),
    # A code and its verifier follow a 307: they stay on this machine.
    "to": lambda value: value is None or (isinstance(value, str) and value.isprintable() and is_loopback(value)),
}


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()
