"""Reads the command line and hands over to the command's file.

Only the command that was asked for is imported, because starting is most of what a small command does.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from proofkey import __version__
from proofkey.cli.parsing import Parser
from proofkey.core.errors import ProofkeyError

# Command, and what it does in a line; its file is `cli/<command>.py`.
COMMANDS = {
    "demo": "Start a server and a single-page app to try logins, and to break them",
    "doctor": "Explain failed logins from a HAR, curl commands, pasted text or code",
    "explain": "Explain a fault by its name",
    "watch": "Watch a login through a local proxy and name the fault as it happens",
    "serve": "Run the authorization server",
    "users": "Add, list and remove people who may log in",
    "clients": "Register, list and remove OAuth clients",
    "keys": "List and rotate the server's keys",
    "journal": "Say what the server refused and why, by request id",
    "db": "Migrate, back up, restore and move the server's database",
    "login": "Log in with the browser, and keep the tokens",
    "token": "Print a live access token",
    "whoami": "Say who is logged in",
    "logout": "Revoke the tokens, and forget them",
    "pkce": "Make a PKCE pair, or check one",
}

EXIT_UNUSABLE = 2
# What brings a package that is missing; all others come with `server`.
_EXTRAS = {"asyncpg": "postgres", "joserfc": "openid", "keyring": "keyring", "opentelemetry": "otel"}
# They end at once: to take the interpreter apart takes a tenth of the time of a small diagnosis.
_LEAVE_NOTHING_OPEN = ("doctor", "explain", "pkce")
_RARELY = 50_000  # objects between two looks of the garbage collector: what is loaded at the start is no garbage


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Build the parser: of every command, or of the one that is asked for, where it is a command."""
    top = Parser(
        prog="proofkey",
        description="Authorization Code + PKCE logins that work the first time, and a straight answer when they don't.",
    )
    top.add_argument("--version", action="version", version=f"proofkey {__version__}")
    # The program's name is said, or argparse would lay out a usage message to find it.
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=top.prog)
    for name, words in COMMANDS.items():
        if only is None or name == only:
            module = import_module(f"proofkey.cli.{name}")
            module.add(commands)
            commands.choices[name].set_defaults(run=module.run)
        elif only not in COMMANDS:
            commands.add_parser(name, help=words)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; give its exit code. Unusable input is 2, with a plain sentence on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    ends_at_once = argv is None and arguments[:1] != [] and arguments[0] in _LEAVE_NOTHING_OPEN
    if argv is None:  # a process of ours alone
        gc.set_threshold(_RARELY)
    args = parser(arguments[0] if arguments else "").parse_args(arguments)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except ProofkeyError as error:
        print(f"proofkey: {error}", file=sys.stderr)
        return EXIT_UNUSABLE
    except ModuleNotFoundError as error:
        return _missing_extra(error)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    if ends_at_once:
        sys.stderr.flush()
        os._exit(code)
    return code


def _missing_extra(error: ModuleNotFoundError) -> int:
    if error.name is None or error.name.startswith("proofkey"):
        raise error
    package = error.name.partition(".")[0]
    extra = _EXTRAS.get(package, "server")
    print(
        f"proofkey: this command needs the package {package}; install it with: pip install 'proofkey[{extra}]'",
        file=sys.stderr,
    )
    return EXIT_UNUSABLE
