"""Several processes that serve one listening socket: started, replaced when one dies, ended together.

They are forked from a parent that has opened nothing but sockets, and share its memory until they write to it. The
parent has no threads and no event loop. Who is connecting while a worker dies waits for another one: the socket is
everybody's.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from proofkey.core.errors import ProofkeyError
from proofkey.server.serving import GRACE
from proofkey.server.store.errors import StoreUnreachable

log = logging.getLogger("proofkey.workers")

REFUSED = 2  # exit code: what was asked for cannot be; a new worker would say the same
AWAY = 75  # exit code: the database is away (EX_TEMPFAIL of sysexits.h)
_YOUNG = 5.0  # seconds; who dies younger is replaced after a pause
_PAUSE, _LONGEST_PAUSE = 0.5, 10.0  # seconds
_PATIENCE = GRACE + 5.0  # seconds the workers may take to end
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

Work = Callable[[int, int], None]  # the worker's index, and a descriptor that becomes readable when the parent is gone


@dataclass(slots=True)
class _Place:
    """One worker, or the time when there will be one."""

    pid: int = 0
    since: float = 0.0
    due: float = 0.0
    early_ends: int = 0


@dataclass
class Workers:
    """Keeps `count` processes at work."""

    count: int
    work: Work
    _places: list[_Place] = field(init=False)
    _ending: bool = field(default=False, init=False)
    _interrupted: bool = field(default=False, init=False)
    _code: int = field(default=0, init=False)

    def run(self) -> int:
        """Run until SIGTERM or SIGINT, or until a worker says that nothing can be served; give the exit code."""
        self._places = [_Place() for _ in range(self.count)]
        lifeline, self._held = os.pipe()
        self._lifeline = lifeline
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        before = {number: signal.signal(number, _noted) for number in (*_SIGNALS, signal.SIGCHLD)}
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        try:
            self._supervise()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._held)
            os.close(lifeline)
            self._woken.close()
            self._waker.close()
        return self._code

    def _supervise(self) -> None:
        while not self._ending:
            now = time.monotonic()
            for index, place in enumerate(self._places):
                if not place.pid and place.due <= now:
                    self._start(index, place)
            waiting = [place.due - now for place in self._places if not place.pid]
            self._wait(max(0.0, min(waiting)) if waiting else None)
            self._bury()
        self._end_all()

    def _start(self, index: int, place: _Place) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # what is meant for a new worker waits until it can tell
        try:
            pid = os.fork()
            if pid == 0:
                os._exit(self._live(index))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        place.pid, place.since = pid, time.monotonic()

    def _live(self, index: int) -> int:
        """Be a worker: give the exit code."""
        signal.set_wakeup_fd(-1)
        for number in (*_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(self._held)  # the parent alone holds it: when it is gone, the lifeline ends
        self._woken.close()
        self._waker.close()
        try:
            self.work(index, self._lifeline)
        except StoreUnreachable as error:
            log.error("worker %d cannot begin: %s", index, error)
            return AWAY
        except ProofkeyError as error:
            sys.stderr.write(f"proofkey: {error}\n")
            return REFUSED
        except BaseException:
            log.exception("worker %d ended", index)
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return 0

    def _wait(self, seconds: float | None) -> None:
        with contextlib.suppress(InterruptedError):
            select.select([self._woken], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while numbers := self._woken.recv(64):
                if any(number in numbers for number in _SIGNALS):
                    self._ending = True
                if signal.SIGINT in numbers:
                    self._interrupted = True

    def _bury(self) -> None:
        """Take note of workers that ended."""
        for index, place in enumerate(self._places):
            if not place.pid:
                continue
            pid, status = os.waitpid(place.pid, os.WNOHANG)
            if not pid:
                continue
            place.pid = 0
            if self._ending:
                continue
            code = os.waitstatus_to_exitcode(status)
            if code == REFUSED:
                self._ending, self._code = True, REFUSED
                return
            lived = time.monotonic() - place.since
            place.early_ends = place.early_ends + 1 if lived < _YOUNG else 0
            pause = min(_PAUSE * 2 ** (place.early_ends - 1), _LONGEST_PAUSE) if place.early_ends else 0.0
            place.due = time.monotonic() + pause
            log.error("worker %d ended (%s) and is replaced", index, _words(code))

    def _end_all(self) -> None:
        self._send(signal.SIGTERM)
        until = time.monotonic() + _PATIENCE
        while any(place.pid for place in self._places) and (left := until - time.monotonic()) > 0:
            self._interrupted = False
            self._wait(left)
            if self._interrupted:  # for the second time, or after SIGTERM: they need not finish what is under way
                self._send(signal.SIGINT)
            self._bury()
        self._send(signal.SIGKILL)
        for place in self._places:
            if place.pid:
                os.waitpid(place.pid, 0)

    def _send(self, number: signal.Signals) -> None:
        for place in self._places:
            if place.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(place.pid, number)


def _noted(number: int, frame: FrameType | None) -> None:
    """Let the wake-up descriptor tell of it."""


def _words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
