"""`proofkey pkce`: make a verifier and its challenge, or tell whether two of them fit and why not (RFC 7636 4)."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence

_LONGEST = 4096  # characters taken from standard input
_OK, _FAULT, _UNUSABLE = 0, 1, 2
_OPTIONS = ("--verifier", "--check")
_VERIFIER_FAULTS = {
    "verifier-is-null-text": "it is empty or the printed name of a missing value",
    "verifier-illegal-characters": "it holds a character outside A-Z a-z 0-9 - . _ ~",
    "verifier-too-short": "it has {length} characters, fewer than 43",
    "verifier-too-long": "it has {length} characters, more than 128",
}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "pkce",
        help="make a PKCE pair, or tell whether a verifier and a challenge fit",
        description="Without options: print a fresh code_verifier, its code_challenge and the method. With --verifier: "
        "print its challenge. With --check: exit 0 where verifier and challenge fit, 1 where they do not, and say why.",
    )
    parser.add_argument(
        "--verifier", metavar="V", help="a code_verifier; - reads it from standard input, where no shell remembers it"
    )
    parser.add_argument("--check", metavar="CHALLENGE", help="the code_challenge that the verifier should fit")
    parser.set_defaults(run=run)
    parse = parser.parse_known_args
    parser.parse_known_args = lambda args=None, namespace=None: parse(  # type: ignore[method-assign,assignment]
        None if args is None else _join_values(args), namespace
    )


def _join_values(args: Sequence[str]) -> list[str]:
    """Tie a value to its option: one verifier in 64 begins with '-', which would pass for an option of its own."""
    joined: list[str] = []
    for arg in args:
        if joined and joined[-1] in _OPTIONS and not arg.startswith((*_OPTIONS, "--help")):
            joined[-1] += f"={arg}"
        else:
            joined.append(arg)
    return joined


def run(args: argparse.Namespace) -> int:
    """Carry out the command; returns the exit status."""
    if args.verifier is None:
        if args.check is not None:
            return _refuse(
                "--check needs a verifier: give --verifier V, or --verifier - and write it to standard input"
            )
        return _print_pair()
    try:
        verifier = _read_verifier(args.verifier)
    except ValueError as unreadable:
        return _refuse(str(unreadable))
    return _print_challenge(verifier) if args.check is None else _check(verifier, args.check)


def _print_pair() -> int:
    from proofkey.core import pkce

    verifier = pkce.make_verifier(secrets.token_bytes)
    print(f"code_verifier: {verifier.reveal()}")
    print(f"code_challenge: {pkce.s256(verifier)}")
    print(f"code_challenge_method: {pkce.METHOD}")
    return _OK


def _print_challenge(verifier: str) -> int:
    from proofkey.core import pkce

    if fault := pkce.fault_of_verifier(verifier):
        print(_say_fault(fault, verifier), file=sys.stderr)
        return _FAULT
    print(pkce.s256(pkce.parse_verifier(verifier)))
    return _OK


def _check(verifier: str, challenge: str) -> int:
    from proofkey.core import pkce
    from proofkey.doctor import transforms

    if len(challenge) > _LONGEST:
        return _refuse(f"a challenge of {len(challenge)} characters is not looked at; S256 gives 43")
    found = transforms.search(verifier, challenge)
    fault = pkce.fault_of_verifier(verifier)
    if found is not None and found.is_s256:
        if fault is None:
            print(f"They fit. {found.words}")
            return _OK
        print("The challenge is that of this verifier, but " + _small(_say_fault(fault, verifier)))
        return _FAULT
    if found is not None:
        print(f"They do not fit. {found.words}\n{found.fix}\nproofkey explain {found.fault}")
        return _FAULT
    print("They do not fit: nothing that is known to go wrong turns this verifier into this challenge.")
    for fact in transforms.facts(challenge):
        print(f"Of the challenge alone: {fact.sentence}." + (f" (proofkey explain {fact.fault})" if fact.fault else ""))
    if fault:
        print(_say_fault(fault, verifier))
    return _FAULT


def _read_verifier(option: str) -> str:
    """Give the verifier; from standard input it loses one line end. Raises ValueError where it cannot be read."""
    text = option
    if option == "-":
        try:
            if sys.stdin.isatty():
                print("Paste the verifier, then press Enter and Ctrl-D.", file=sys.stderr, flush=True)
            text = sys.stdin.read(_LONGEST + 1)
        except UnicodeDecodeError:
            raise ValueError("standard input is not text") from None
        text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    if len(text) > _LONGEST:
        raise ValueError(f"a verifier of more than {_LONGEST} characters is not looked at; RFC 7636 allows 128")
    return text


def _say_fault(fault: str, verifier: str) -> str:
    said = _VERIFIER_FAULTS[fault].format(length=len(verifier))
    return f"This is not a legal code_verifier: {said}. A verifier has 43 to 128 characters. (proofkey explain {fault})"


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _refuse(message: str) -> int:
    print(f"proofkey pkce: {message}", file=sys.stderr)
    return _UNUSABLE
