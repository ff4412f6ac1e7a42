"""The parser of the command line: argparse, without the libraries that it loads to measure the terminal.

What it refuses, it refuses with the usage of the command that was meant and with the nearest known word.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn


class Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose help, and that of its commands, is written by `Formatter`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **settings})
        self.register("action", "parsers", _Commands)

    def parse_known_args(  # type: ignore[override]  # its overloads tell namespaces apart; nobody here has his own
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """Refuse what is not known here, where the options are, rather than at the top. Exits with 2."""
        known, strangers = super().parse_known_args(args, namespace)
        if strangers:
            near = "".join(
                _nearest(word.partition("=")[0], self._option_string_actions)
                for word in strangers[:1]
                if word.startswith("-")
            )
            self.error(f"unrecognized arguments: {' '.join(strangers)}{near}")
        return known, strangers

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and list the commands where one is missing. Exits with 2."""
        if message.startswith("the following arguments are required") and self._subparsers is not None:
            self.print_help(sys.stderr)
            self.exit(2, f"\n{self.prog}: error: {message}\n")
        super().error(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = _nearest(str(value), map(str, action.choices or ()))
            raise argparse.ArgumentError(action, f"{error.message}{near}") from None


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]  # it is no generic class when it runs
    """Commands whose own help says at least what the list of commands says of them."""

    def add_parser(self, name: str, **settings: Any) -> Any:
        if words := settings.get("help"):
            settings.setdefault("description", f"{words[:1].upper()}{words[1:]}.")
        return super().add_parser(name, **settings)


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only who misspells waits for it

    found = get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _columns() -> int:
    """Give the terminal's width as `shutil.get_terminal_size` does, which loads archive formats."""
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80 if sys.__stdout__ else 80
    except (OSError, ValueError):
        return 80
