"""What may notice a broken predicate: the faults' examples and the public captures, each with what must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial

from proofkey.cli import doctor
from proofkey.doctor import catalogue
from proofkey.doctor.assemble import assemble
from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import Fault
from proofkey.doctor.login import Login
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.reports import json as report
from proofkey.doctor.sources import read
from tests.doctor.generated import build
from tests.doctor.generated.reductions import reduced
from tests.doctor.generated.test_less_evidence import SEEDS as SEEDS_OF_REDUCED
from tests.doctor.generated.test_less_evidence import TURNS, accused
from tests.doctor.score import EXPECTED, complaints, options

SEEDS = range(4)
Outcome = tuple[str, ...]  # of one fault on every login: "", a certainty, or the name of an error


@dataclass
class Witness:
    """A test: the logins that it judges, and whether it passes with the catalogue as it is now."""

    name: str
    about: frozenset[str]  # faults that it is about
    passes: Callable[[], bool]
    logins: list[Login] = field(default_factory=list)
    asked: dict[str, list[Login]] = field(default_factory=dict)  # of each fault
    usual: dict[str, Outcome] = field(default_factory=dict)  # what each unbroken fault finds

    def notices(self, fault: Fault) -> bool:
        """Tell whether the test fails with this fault in the place of the one of its name."""
        asked = self._asked(fault)
        if not asked or _outcome(fault, asked) == self.usual[fault.slug]:
            return False  # the test judges what it always judges
        with in_place(fault):
            try:
                return not self.passes()
            except Exception:
                return True  # what is broken in another way is noticed, too

    def hears(self, fault: Fault) -> bool:
        """Tell whether the fault says other words here than the one of its name."""
        usual = catalogue.find(fault.slug)
        with suppress(Exception):
            return any(fault.check(login) != usual.check(login) for login in self._asked(fault))
        return False

    def _asked(self, fault: Fault) -> list[Login]:
        """Give the logins about which the engine asks the fault; a broken copy is asked about the same."""
        if fault.slug not in self.asked:
            whole = catalogue.find(fault.slug)
            self.asked[fault.slug] = [login for login in self.logins if _is_asked(whole, login)]
            self.usual[fault.slug] = _outcome(whole, self.asked[fault.slug])
        return self.asked[fault.slug]


@contextmanager
def in_place(fault: Fault) -> Iterator[None]:
    """Put a fault into the catalogue in the place of the one of its name."""
    usual = catalogue.faults
    broken = tuple(fault if each.slug == fault.slug else each for each in usual())
    catalogue.faults = lambda: broken  # type: ignore[assignment]
    try:
        yield
    finally:
        catalogue.faults = usual


@lru_cache(maxsize=1)
def witnesses() -> tuple[Witness, ...]:
    """Give the examples of all faults and the public captures."""
    return (*_examples(), *_cases())


def concerned(slug: str) -> list[Witness]:
    """Give the witnesses that are about a fault."""
    return [each for each in witnesses() if slug in each.about]


def _examples() -> Iterator[Witness]:
    for fault in catalogue.faults():
        slug = frozenset((fault.slug,))
        for name, load, holds in (
            ("bad", partial(_transcript, fault.bad, fault.registration), partial(_comes_first, fault.slug)),
            ("good", partial(_transcript, fault.good, fault.registration), partial(_is_absent, fault.slug)),
        ):
            yield Witness(f"{name} example of {fault.slug}", slug, partial(_judges, load, holds), assemble(load()))


def _cases() -> Iterator[Witness]:
    for name, expected in EXPECTED.items():
        load = partial(_case, name)
        about = frozenset((*expected["first"], *expected["must_not"]))
        yield Witness(name, about, partial(_judges, load, partial(_is_as_expected, name)), assemble(load()))


def generated() -> list[Witness]:
    """Give the captures that the tests make from seeds; some hundreds, so only where there is time."""
    made = [
        Witness(case.name, frozenset(case.first), partial(_has_no_complaints, case), assemble(_read(case)))
        for case in build.cases(SEEDS)
    ]
    made += [
        Witness(case.name, frozenset(case.first), partial(_accuses_nobody_else, case), assemble(_read(case)))
        for seeds in SEEDS_OF_REDUCED
        for case in reduced(seeds, TURNS)
    ]
    return [each for each in made if each.passes()]


def _accuses_nobody_else(case: build.Case) -> bool:
    return accused(case) == []


def _has_no_complaints(case: build.Case) -> bool:
    return build.complaints(case) == []


def _read(case: build.Case) -> Capture:
    capture = read("case", case.data)
    if case.registration:
        capture.registrations += read_registrations("registration", json.dumps(case.registration).encode())
    return capture


def _transcript(text: str, registration: str) -> Capture:
    capture = read("transcript", text.encode())
    if registration:
        capture.registrations += read_registrations("registration", registration.encode())
    return capture


def _case(name: str) -> Capture:
    args = options(name)
    return doctor.read_capture(doctor.gather(args.inputs), args.client)


def _judges(load: Callable[[], Capture], holds: Callable[[Diagnosis], bool]) -> bool:
    diagnosis = diagnose(load())
    return not diagnosis.failures and holds(diagnosis)


def _comes_first(slug: str, diagnosis: Diagnosis) -> bool:
    return [each.fault.slug for each in diagnosis.findings][:1] == [slug]


def _is_absent(slug: str, diagnosis: Diagnosis) -> bool:
    return slug not in [each.fault.slug for each in diagnosis.findings]


def _is_as_expected(name: str, diagnosis: Diagnosis) -> bool:
    return complaints(name, report.write(diagnosis)) == []


def _is_asked(fault: Fault, login: Login) -> bool:
    if login.accepted and not (fault.even_if_accepted or fault.stage in ("id_token", "refresh")):
        return False
    return not login.missing(fault.needs)


def _outcome(fault: Fault, logins: list[Login]) -> Outcome:
    """Say what a fault finds on each login."""
    return tuple(_find(fault, login) for login in logins)


def _find(fault: Fault, login: Login) -> str:
    try:
        found = fault.check(login)
        return found.certainty.word if found else ""
    except Exception as error:
        return type(error).__name__
