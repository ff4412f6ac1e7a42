"""What the following of values asks of a language: its library and its way to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proofkey.doctor.sources.source_code.syntax import Call
from proofkey.doctor.sources.source_code.values import Value

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower


class Language(Protocol):
    """The functions that both languages' `library.py` have; None says that nothing is known."""

    def text_of(self, value: Value) -> Value:
        """Turn a value into text as the language does by itself."""

    def get_member(self, follower: Follower, value: Value, name: str, line: int) -> Value | None:
        """Say what `value.name` is."""

    def get_item(self, follower: Follower, owner: Value, key: str, line: int) -> Value | None:
        """Say what `owner[key]` is."""

    def put_member(self, follower: Follower, owner: Value, name: str, value: Value, line: int) -> None:
        """Note an assignment to `owner.name`."""

    def put_item(self, follower: Follower, owner: Value, key: str, value: Value, line: int) -> None:
        """Note an assignment to `owner[key]`."""

    def call(
        self, follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call
    ) -> Value | None:
        """Say what a call of something that the code does not define gives."""

    def call_method(
        self,
        follower: Follower,
        owner: Value,
        name: str,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: Call,
    ) -> Value | None:
        """Say what a method of a known kind of value gives."""
