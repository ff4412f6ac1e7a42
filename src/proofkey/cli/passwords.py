"""Where a new password comes from: a terminal is asked without echo, twice; a pipe gives one line."""

from __future__ import annotations

import getpass
import sys

from proofkey.core.errors import Misuse
from proofkey.core.secret import Password

LONGEST_LINE = 4096  # characters; more than a password may have


def read_password(*, from_stdin: bool) -> Password:
    """Give the password that a person typed, or that a program wrote. Raises Misuse."""
    try:
        if sys.stdin.isatty():
            return Password(_ask())
        if from_stdin:
            return Password(sys.stdin.readline(LONGEST_LINE).removesuffix("\n").removesuffix("\r"))
    except EOFError:
        raise Misuse("no password was given") from None
    except UnicodeError:
        raise Misuse("the password is no text in the encoding of this terminal") from None
    raise Misuse("there is no terminal to ask for the password on; use --password-stdin")


def _ask() -> str:
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise Misuse("the two passwords differ")
    return typed
