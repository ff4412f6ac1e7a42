"""The parser of the command line: argparse, without the libraries that it loads to measure the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any


class Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose help, and that of its commands, is written by `Formatter`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **settings})


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
