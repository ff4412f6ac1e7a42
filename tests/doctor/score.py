"""Judge the public captures and print the score: `python -m tests.doctor.score [NAME...]`.

`verdict_on` is what the tests use; the printed score is for whoever works on the faults.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from proofkey.cli import doctor
from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.reports import json as report

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
NOT_BUILT = sorted({slug for case in EXPECTED.values() for slug in case["first"]} - set(catalogue.slugs()))
RANK = {"possible": 1, "likely": 2, "proven": 3}


def options(name: str, as_json: bool = True) -> argparse.Namespace:
    """Build the command's arguments for a case."""
    client = EXPECTED[name]["client"]
    return argparse.Namespace(
        inputs=[str(CASES / name)],
        client=str(CASES / client) if client else None,
        json=as_json,
        html=None,
        sarif=None,
        web=False,
    )


def complaints(name: str, found: dict[str, Any]) -> list[str]:
    """Say what a report gets wrong about a case."""
    expected = EXPECTED[name]
    findings = [(each["fault"], each["certainty"]) for each in found["findings"]]
    wrong = []
    if found["verdict"] not in expected["verdict"]:
        wrong.append(f"verdict {found['verdict']}, expected {expected['verdict']}")
    if expected["first"]:
        if not findings:
            wrong.append(f"no finding, expected {expected['first']}")
        elif findings[0][0] not in expected["first"]:
            wrong.append(f"first {findings[0]}, expected {expected['first']}")
        elif RANK[findings[0][1]] < RANK[expected["certainty_at_least"] or "possible"]:
            wrong.append(f"only {findings[0]}, expected at least {expected['certainty_at_least']}")
    elif findings:
        wrong.append(f"found {findings}, expected nothing")
    accused = [slug for slug, certainty in findings if slug in expected["must_not"] and certainty != "possible"]
    if accused:
        wrong.append(f"must not accuse {accused}")
    if expected["first"] and set(expected["first"]) <= set(NOT_BUILT):
        wrong.append(f"not built yet: {', '.join(expected['first'])}")
    return wrong


def main(names: list[str]) -> int:
    """Print each case that fails and the score by flavour."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    lines: list[str] = []
    for name, expected in EXPECTED.items():
        if names and not any(part in name for part in names):
            continue
        args = options(name)
        diagnosis = diagnose(doctor.read_capture(doctor.gather(args.inputs), args.client))
        wrong = complaints(name, report.write(diagnosis)) + [f"predicate broke: {each}" for each in diagnosis.failures]
        total[expected["flavour"]] += 1
        right[expected["flavour"]] += not wrong
        if wrong:
            lines.append(f"{name}: {'; '.join(wrong)}")
    lines += [f"{flavour:20} {right[flavour]:4} of {total[flavour]}" for flavour in sorted(total)]
    lines.append(f"{'all':20} {right.total():4} of {total.total()}; not built: {len(NOT_BUILT)} {NOT_BUILT}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if right == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
