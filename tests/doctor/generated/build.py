"""Make captures and judge them: `python -m tests.doctor.generated.build [--seed N] [--count N] [PART...]`."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.reports import json as report
from proofkey.doctor.sources import read
from tests.doctor.generated import (  # noqa: F401 - they register
    after_mistakes,
    body_mistakes,
    client_mistakes,
    code_mistakes,
    flow_mistakes,
    healthy,
    healthy_modes,
    mode_mistakes,
    pair_mistakes,
    redirect_mistakes,
    tangled_mistakes,
)
from tests.doctor.generated.har_writers import FLAVOURS, har, noise
from tests.doctor.generated.mistakes import MISTAKES, Mistake
from tests.doctor.generated.story import begin
from tests.doctor.generated.text_writers import FORMS, text

RANK = {"possible": 1, "likely": 2, "proven": 3}


@dataclass
class Case:
    """One capture with its answer."""

    name: str
    data: bytes
    first: tuple[str, ...]
    certainty: str
    verdicts: tuple[str, ...]
    registration: dict[str, Any] | None = None
    secrets: list[str] = field(default_factory=list)


def faulty(mistake: Mistake, seed: int) -> Case:
    """Make a capture with one mistake."""
    rng = Random(f"{mistake.name}/{seed}")
    story = begin(rng, rng.choice(mistake.vendors) if mistake.vendors else None)
    if mistake.topic:
        story.refusal = story.vendor.refusal(mistake.topic)
    mistake.change(story)
    answer = "honest"
    if (
        story.misleading
        and mistake.certainty == "proven"
        and story.refusal
        and story.refusal[0] >= 400
        and rng.random() < 0.35
    ):
        story.refusal, answer = story.vendor.refusal(rng.choice(("code", "redirect", "mismatch"))), "misleading"
    exchanges = story.exchanges()
    as_text = story.texts and rng.random() < 0.4
    if as_text:
        form = rng.choice(FORMS)
        data = text(exchanges, form, rng).encode()
    else:
        form = rng.choice(FLAVOURS)
        if mistake.name.split("/")[0] in NEEDS_HEADERS and form == "sanitized":
            form = "chrome"
        more = noise(rng, exchanges[0].at - 20, exchanges[-1].at + 5, rng.choice((0, 3, 12, 40)))
        if rng.random() < 0.25:
            more += healthy.beside(rng, rng.choice((-100.0, 1.0, 5.0)))
        data = har(sorted([*exchanges, *more], key=lambda each: each.at), form, rng)
    name = f"{mistake.name} {story.vendor.name} {form} {answer} seed={seed}"
    return Case(name, data, mistake.first, mistake.certainty, mistake.verdicts, story.registration, story.secrets)


NEEDS_HEADERS = frozenset((
    "secret-empty", "two-client-authentications", "wrong-client-auth-method", "basic-credentials-badly-encoded", "client-secret-wrong",
    "callback-cookie-not-sent", "login-cookie-unreadable", "state-overwritten-by-other-login", "login-cookie-never-set",
    "secret-in-public-client", "secret-missing", "code-of-other-client", "callback-in-other-browser",
))  # fmt: skip


def cases(seeds: range) -> list[Case]:
    """Make one capture for each mistake and seed, and the healthy ones."""
    made = [faulty(mistake, seed) for seed in seeds for mistake in MISTAKES]
    return made + [healthy.case(kind, seed) for seed in seeds for kind in healthy.KINDS]


def complaints(case: Case) -> list[str]:
    """Say what the doctor gets wrong about a case."""
    suffix = "har" if case.data[:1] == b"{" else "txt"
    capture = read(f"case.{suffix}", case.data)
    if case.registration:
        capture.registrations += read_registrations("client.json", json.dumps(case.registration).encode())
    diagnosis = diagnose(capture)
    found = report.write(diagnosis)
    findings = [(each["fault"], each["certainty"]) for each in found["findings"]]
    wrong = [f"predicate broke: {each}" for each in diagnosis.failures]
    if not case.first and findings:
        wrong.append(f"FALSE ALARM {findings}")
    if case.first and not findings:
        wrong.append("FIRST nothing found")
    elif case.first and findings[0][0] not in case.first:
        wrong.append(f"FIRST {findings[:3]}")
    elif case.first and RANK[findings[0][1]] < RANK[case.certainty]:
        wrong.append(f"only {findings[0]}, wanted {case.certainty}")
    if found["verdict"] not in case.verdicts:
        wrong.append(f"verdict {found['verdict']}")
    printed = json.dumps(found, ensure_ascii=False)
    wrong += [f"SECRET printed: {secret[:6]}..." for secret in case.secrets if len(secret) > 11 and secret in printed]
    return wrong


def main() -> None:
    """Judge many captures and print what is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    rates: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases(range(args.seed, args.seed + args.count)):
        if args.parts and not any(part in case.name for part in args.parts):
            continue
        wrong = complaints(case)
        kind = "healthy" if not case.first else "har" if case.data[:1] == b"{" else "text"
        rates[kind].update(
            total=1, full=not wrong, first=not any(each.startswith(("FIRST", "FALSE")) for each in wrong)
        )
        if wrong:
            sys.stdout.write(f"{case.name}: {'; '.join(wrong)}\n")
        if args.show:
            sys.stdout.write(case.data.decode() + "\n")
    for kind, rate in rates.items():
        sys.stdout.write(f"{kind:10} first {rate['first']}/{rate['total']}, full {rate['full']}/{rate['total']}\n")


if __name__ == "__main__":
    main()
