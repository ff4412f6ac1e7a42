"""`proofkey doctor`: say why a login failed. Exit 0 ok, 1 fault, 2 undecodable input, 3 undecided."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofkey.doctor.capture import Capture

EXIT = {"ok": 0, "fault": 1, "undecided": 3}
UNDECODABLE = 2


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "doctor",
        help="say why a login failed, from a HAR file, a command line or a text",
        description="Say why a login failed. An input is a HAR file, raw HTTP, curl or fetch commands, or any text that"
        " holds them; - is standard input. Several inputs are read as one capture. Nothing secret is printed.",
        epilog="exit status: 0 nothing wrong, 1 a fault was found, 2 input that cannot be read, 3 undecided",
    )
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="a file, or - for standard input")
    parser.add_argument("--client", metavar="FILE", help="the client's registration, as JSON (names of RFC 7591)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, judge and report; the exit status tells the verdict."""
    from proofkey.doctor.sources import Undecodable

    if not args.inputs:
        return _refuse("no input: give a file, or - for standard input", args.json)
    try:
        capture = read_inputs(args.inputs, args.client)
    except (Undecodable, OSError) as error:
        return _refuse(_reason(error), args.json)
    from proofkey.doctor.diagnose import diagnose

    diagnosis = diagnose(capture)
    if args.json:
        from proofkey.doctor.reports import json as report

        _print_json(report.write(diagnosis))
    else:
        from proofkey.doctor.reports import text

        sys.stdout.write(text.write(diagnosis))
    return EXIT[diagnosis.verdict]


def read_inputs(names: list[str], client: str | None) -> Capture:
    """Read every input into one capture.

    Raises OSError where a file cannot be opened, Undecodable where one cannot be read.
    """
    from proofkey.doctor.capture import join
    from proofkey.doctor.registration import read_registrations
    from proofkey.doctor.sources import read

    captures = [read("standard input" if name == "-" else name, _octets(name)) for name in names]
    capture = captures[0] if len(captures) == 1 else join(captures)
    if client is not None:
        capture.registrations += read_registrations(client, _octets(client))
    return capture


def _octets(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be read').lower()}"
    return str(error)


def _refuse(reason: str, as_json: bool) -> int:
    if as_json:
        _print_json({"error": reason})
    else:
        print(f"proofkey doctor: {reason}", file=sys.stderr)
    return UNDECODABLE


def _print_json(document: dict[str, Any]) -> None:
    import json

    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
