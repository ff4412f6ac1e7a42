"""Captures with something left out, as tools and people leave it out. Less evidence must not accuse anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.doctor.generated.build import Case, cases

Entries = list[dict[str, Any]]
Reduction = Callable[[Entries, Random], None]


def one_gone(entries: Entries, rng: Random) -> None:
    entries.pop(rng.randrange(len(entries)))


def two_gone(entries: Entries, rng: Random) -> None:
    one_gone(entries, rng)
    one_gone(entries, rng)


def request_headers_empty(entries: Entries, rng: Random) -> None:
    rng.choice(entries)["request"]["headers"] = []


def request_headers_gone(entries: Entries, rng: Random) -> None:
    del rng.choice(entries)["request"]["headers"]


def answer_headers_empty(entries: Entries, rng: Random) -> None:
    answer = rng.choice(entries)["response"]
    answer["headers"], answer["redirectURL"] = [], ""


def answer_body_gone(entries: Entries, rng: Random) -> None:
    rng.choice(entries)["response"]["content"].pop("text", None)


def request_body_gone(entries: Entries, rng: Random) -> None:
    rng.choice([each for each in entries if "postData" in each["request"]] or entries)["request"].pop("postData", None)


def end_cut(entries: Entries, rng: Random) -> None:
    del entries[rng.randrange(1, len(entries) + 1) :]


def beginning_cut(entries: Entries, rng: Random) -> None:
    del entries[: rng.randrange(len(entries))]


REDUCTIONS: list[Reduction] = [
    one_gone, two_gone, request_headers_empty, request_headers_gone, answer_headers_empty, answer_body_gone,
    request_body_gone, end_cut, beginning_cut,
]  # fmt: skip


def reduced(seeds: range, times: int) -> Iterator[Case]:
    """Give each HAR of these seeds this many times, each time with something else left out."""
    for case in cases(seeds):
        if case.data[:1] != b"{":
            continue
        for turn in range(times):
            rng = Random(f"{case.name} {turn}")
            document = json.loads(case.data)
            reduction = rng.choice(REDUCTIONS)
            if len(document["log"]["entries"]) > 2:
                reduction(document["log"]["entries"], rng)
                name = f"{case.name} {reduction.__name__}"
                data = json.dumps(document).encode()
                yield Case(name, data, case.first, case.certainty, case.verdicts, case.registration, case.secrets)
