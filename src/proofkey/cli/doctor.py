"""`proofkey doctor`: say why a login failed. Exit 0 ok, 1 fault, 2 undecodable input, 3 undecided."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proofkey.doctor.capture import Capture
    from proofkey.doctor.diagnose import Diagnosis

EXIT = {"ok": 0, "fault": 1, "undecided": 3}
UNDECODABLE = 2
LARGE = 20_000_000  # octets that take long enough to say so


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
    parser.add_argument("--html", metavar="FILE", help="write the report as a web page, too; - is standard output")
    parser.add_argument("--sarif", metavar="FILE", help="write the report as SARIF 2.1.0, too, for code scanning")
    form.add_argument("--web", action="store_true", help="open a page of this machine to drop captures on")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, judge and report; the exit status tells the verdict."""
    from proofkey.doctor.sources import Undecodable

    if args.web:
        return _serve(args)
    if not args.inputs:
        return _refuse("no input: give a file, or - for standard input", args.json)
    inputs: dict[str, bytes] = {}
    try:
        inputs = gather(args.inputs)
        _tell_progress(inputs)
        capture = read_capture(inputs, args.client)
        if not args.sarif:
            inputs.clear()  # the octets are no longer needed
    except (Undecodable, OSError) as error:
        return _refuse(_reason(error), args.json)
    from proofkey.doctor.diagnose import diagnose

    diagnosis = diagnose(capture)
    try:
        _write_files(diagnosis, args, inputs)
    except OSError as error:
        return _refuse(_reason(error), args.json)
    if args.html == "-":
        pass  # the page is what standard output is for
    elif args.json:
        from proofkey.doctor.reports import json as report

        _print_json(report.write(diagnosis))
    else:
        from proofkey.doctor.reports import text

        sys.stdout.write(text.write(diagnosis))
    return EXIT[diagnosis.verdict]


def gather(names: list[str]) -> dict[str, bytes]:
    """Give every input's octets by name, one that is named twice once. Raises OSError."""
    return {_named(name): _octets(name) for name in dict.fromkeys(names)}


def read_capture(inputs: Mapping[str, bytes], client: str | None) -> Capture:
    """Read inputs, given by name and octets, into one capture.

    Raises OSError where the registration cannot be opened, Undecodable where an input cannot be read.
    """
    from proofkey.doctor.capture import join
    from proofkey.doctor.registration import read_registrations
    from proofkey.doctor.sources import read

    captures = [read(name, octets) for name, octets in inputs.items()]
    capture = captures[0] if len(captures) == 1 else join(captures)
    if client is not None:
        capture.registrations += read_registrations(client, _octets(client))
    return capture


def _serve(args: argparse.Namespace) -> int:
    if args.inputs or args.client or args.html or args.sarif:
        return _refuse("--web takes no input: drop the files on its page", False)
    from proofkey.doctor.web import serve

    return serve(announce=_announce)


def _announce(address: str) -> None:
    from proofkey.cli.screen import has_a_screen

    print(f"Drop a capture on {address} (Ctrl-C ends it; nothing leaves this machine).", flush=True)
    if has_a_screen():
        import webbrowser

        webbrowser.open(address)


def _tell_progress(inputs: Mapping[str, bytes]) -> None:
    """Say that a large file takes its time, where somebody waits at a terminal."""
    size = sum(map(len, inputs.values()))
    if size > LARGE and sys.stderr.isatty():
        print(f"proofkey doctor: reading {size / 1_000_000:.0f} MB ...", file=sys.stderr, flush=True)


def _write_files(diagnosis: Diagnosis, args: argparse.Namespace, inputs: Mapping[str, bytes]) -> None:
    if args.html:
        from proofkey.doctor.reports import html

        page = html.write(diagnosis)
        if args.html == "-":
            sys.stdout.write(page)
        else:
            _write(args.html, page)
    if args.sarif:
        import json

        from proofkey.doctor.reports import sarif

        log = json.dumps(sarif.write(diagnosis, inputs), indent=1, ensure_ascii=False)
        _write(args.sarif, f"{log}\n")


def _named(name: str) -> str:
    return "standard input" if name == "-" else name


def _octets(name: str) -> bytes:
    if name == "-":
        if sys.stdin.isatty():
            print("Paste what you have, then press Enter and Ctrl-D.", file=sys.stderr, flush=True)
        return sys.stdin.buffer.read()
    with open(name, "rb") as file:  # pathlib would be loaded for this alone
        return file.read()


def _write(name: str, text: str) -> None:
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


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
