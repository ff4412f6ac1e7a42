"""The page of a command line holds every command and option, and is the same on every version of Python."""

from __future__ import annotations

import argparse

from scripts.cli_page import write_cli_page


def example_parser() -> argparse.ArgumentParser:
    """Make a command line with one command that has everything."""
    top = argparse.ArgumentParser(prog="tool")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    users = commands.add_parser("users", help="People 100%% of the time").add_subparsers(required=True)
    add = users.add_parser("add", help="Add one")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--claim", metavar="K=V", action="append", help="a claim; repeats")
    add.add_argument("--kind", choices=("a", "b"), default="a", help="which; default %(default)s")
    add.add_argument("-q", "--quiet", action="store_true")
    add.add_argument("--secret", help=argparse.SUPPRESS)
    return top


def test_every_command_and_option_is_on_the_page() -> None:
    """Commands are headings below each other, options a list with what they take."""
    assert write_cli_page(example_parser()).split("standard error.\n\n")[1] == (
        "## tool users\n\nPeople 100% of the time\n\n    tool users COMMAND\n\n"
        "### tool users add\n\nAdd one\n\n    tool users add NAME [--claim K=V] [--kind a|b] [--quiet]\n\n"
        "- `NAME`\n- `--claim K=V`: a claim; repeats\n- `--kind a|b`: which; default a\n- `-q, --quiet`\n"
    )
