"""What the proxy remembers: the messages of the last logins, and what was found in them.

Everything is in memory, bounded, and leaves it through the doctor's reports only.
"""

from __future__ import annotations

from collections import deque
from threading import Lock

from proofkey.doctor.assemble.roles import role_of
from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.verdict import Verdict

MAX_MESSAGES = 200
MAX_RECORDED = 256 * 1024  # octets of one body that are remembered


class Journal:
    """The remembered messages; safe to use from many threads."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=MAX_MESSAGES)
        self._told: deque[tuple[int, str]] = deque(maxlen=10 * MAX_MESSAGES)
        self._count = 0
        self._lock = Lock()

    def add(self, message: Message) -> Diagnosis | None:
        """Remember a message of a login and judge it; give what is new about its login, None for other messages."""
        role = role_of(message)
        if role is None:
            return None
        with self._lock:
            self._count += 1
            message.number = self._count
            message.where = f"request {self._count}"
            self._messages.append(message)
            if role == "preflight":
                return None
            return self._news(message, self._judge())

    def whole(self) -> Diagnosis:
        """Judge everything that is remembered."""
        with self._lock:
            return self._judge()

    def _judge(self) -> Diagnosis:
        return diagnose(Capture(messages=list(self._messages), sources=["watch"]))

    def _news(self, message: Message, diagnosis: Diagnosis) -> Diagnosis | None:
        """Cut a diagnosis down to the login of this message and to what was not told of it."""
        login = next((each for each in diagnosis.logins if any(message is step for step in each.messages)), None)
        if login is None:
            return None
        refused = login.token is not None and login.token.answer.refused
        # While a login is under way, only what is proven of its beginning is told: what is missing may still come.
        begun = not (login.token_requests or login.refreshes or login.other_grants)
        fresh = []
        for each in diagnosis.findings:
            mark = (_first(login), each.fault.slug)
            least = PROVEN if begun else POSSIBLE if refused else LIKELY
            if each.login is not login or mark in self._told or each.finding.certainty < least:
                continue
            if begun and each.fault.stage not in ("start", "authorize"):
                continue
            self._told.append(mark)
            fresh.append(each)
        facts = [fact for fact in diagnosis.facts if fact.startswith(f"{login.id}:")]
        sure = any(each.finding.certainty >= LIKELY for each in fresh)
        verdict: Verdict = "fault" if sure else "ok" if login.accepted and not fresh else "undecided"
        return Diagnosis(verdict, diagnosis.capture, [login], fresh, {}, facts)


def _first(login: Login) -> int:
    return min((message.number for message in login.messages), default=0)
