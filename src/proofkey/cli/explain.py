"""`proofkey explain`: what a fault means and how to mend it; without a name, the list of all."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofkey.doctor.fault import Fault


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "explain",
        help="say what a fault means and how to mend it",
        description="Say what a fault means and how to mend it; without a name, list every fault.",
    )
    parser.add_argument("fault", nargs="?", metavar="FAULT", help="the fault's name, such as challenge-padded")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one fault or the list; exit 2 for a name that is not in the catalogue."""
    from proofkey.doctor import catalogue

    if args.fault is None:
        faults = catalogue.faults()
        if args.json:
            _print_json([document(fault) for fault in faults])
        else:
            sys.stdout.write(_listing(faults))
        return 0
    try:
        # An address is what answers carry as error_uri, and what stands in a browser's address bar.
        fault = catalogue.find(args.fault.rstrip("/").rpartition("/")[2].lower().replace("_", "-"))
    except catalogue.UnknownFault:
        print(f"proofkey explain: there is no fault {args.fault!r}. {_hint(args.fault)}", file=sys.stderr)
        return 2
    if args.json:
        _print_json(document(fault))
    else:
        sys.stdout.write(page(fault))
    return 0


def document(fault: Fault) -> dict[str, Any]:
    """Give a fault as JSON."""
    from proofkey.doctor import catalogue

    return {
        "fault": fault.slug,
        "title": fault.title,
        "stage": fault.stage.replace("_", "-"),
        "blame": fault.blame,
        "meaning": fault.meaning,
        "fix": fault.fix,
        "wrong_fix": fault.wrong_fix,
        "example_js": fault.example_js,
        "example_py": fault.example_py,
        "reference": "; ".join(fault.spec),
        "explains": list(fault.explains),
        "needs": list(fault.needs),
        "url": catalogue.page_of(fault.slug),
    }


def page(fault: Fault) -> str:
    """Write a fault for a terminal."""
    import textwrap

    def fill(text: str) -> str:
        return textwrap.fill(" ".join(text.split()), 88, break_on_hyphens=False)

    parts = [f"{fault.title}\n{'=' * len(fault.title)}", fill(fault.meaning), fill(f"Fix: {fault.fix}")]
    if fault.wrong_fix:
        parts.append(fill(f"Not: {fault.wrong_fix}"))
    for name, code in (("JavaScript", fault.example_js), ("Python", fault.example_py)):
        if code:
            parts.append(f"{name}:\n\n{textwrap.indent(code.strip(), '    ')}")
    parts.append(f"{'; '.join(fault.spec)} · blame: {fault.blame} · stage: {fault.stage.replace('_', '-')}")
    return "\n\n".join(parts) + "\n"


def _hint(asked: str) -> str:
    """Say what may be meant: the names that are spelt much like it, else those that it is a part of."""
    from proofkey.doctor import catalogue

    slugs, word = catalogue.slugs(), asked.lower()
    near = get_close_matches(word, slugs, 3, cutoff=0.75) or [slug for slug in slugs if len(word) > 2 and word in slug]
    every = "`proofkey explain` without a name lists them all."
    return f"Did you mean {', '.join(near[:-1])}{' or ' if near[1:] else ''}{near[-1]}? {every}" if near else every


def _listing(faults: tuple[Fault, ...]) -> str:
    width = max(len(fault.slug) for fault in faults)
    lines = []
    stage = ""
    for fault in faults:
        if fault.stage != stage:
            stage = fault.stage
            lines += ["", stage.replace("_", "-")]
        lines.append(f"  {fault.slug.ljust(width)}  {fault.title}")
    return "\n".join(lines).lstrip("\n") + "\n"


def _print_json(document: object) -> None:
    import json

    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
