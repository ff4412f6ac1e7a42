"""The report for people: the defect as a headline, what was seen, what to do, where to read more."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.redact import Redactor, redactor_of
from proofkey.doctor.reports.opening import causes_of, is_code_alone, opening_of
from proofkey.doctor.reports.unseen import unseen_parts

WIDTH = 88
BESIDE = 34  # a longer place stands above what was seen there, not beside it
_RANGE = re.compile("[A-Za-z]-[A-Za-z]")
# A capture may hold what moves a terminal's cursor, or turns the direction of a line.
_DISTURBING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def write(diagnosis: Diagnosis) -> str:
    """Give the report as text without secrets."""
    clean = redactor_of(diagnosis.capture, diagnosis.logins)
    blocks = [*_opening(diagnosis, clean)]
    if not diagnosis.unexplained:
        blocks += ["\n".join(_finding(each, diagnosis, clean)) for each in diagnosis.findings]
    blocks += [*_closing(diagnosis, clean)]
    return plain("\n\n".join(block for block in blocks if block)) + "\n"


def plain(text: str) -> str:
    """Take out of a text what a terminal would not show but obey."""
    return _DISTURBING.sub("\ufffd", text)


def _opening(diagnosis: Diagnosis, clean: Redactor) -> Iterator[str]:
    if diagnosis.unexplained:
        yield from _causes(diagnosis)
        return
    if diagnosis.findings and diagnosis.verdict != "ok":
        return
    title, paragraphs = opening_of(diagnosis)
    yield _headline(title, diagnosis.verdict)
    yield from (_fill(clean.clean(paragraph)) for paragraph in paragraphs)
    yield "\n".join(_fill(clean.clean(fact), "    ") for fact in diagnosis.facts)


def _causes(diagnosis: Diagnosis) -> Iterator[str]:
    title, lead, asked, following = causes_of(diagnosis)
    yield _headline(title, diagnosis.verdict)
    yield _fill(lead)
    for number, (cause, question) in enumerate(asked, 1):
        yield "\n".join([_fill(cause, f"{number:>3}. ", "     "), _fill(question, "     ")])
    yield _fill(f"Next: {following}", "", "      ")
    yield "     possible · proofkey explain, with the name in brackets, tells more of each"


def _finding(each: Diagnosed, diagnosis: Diagnosis, clean: Redactor) -> Iterator[str]:
    fault, finding = each.fault, each.finding
    yield _headline(fault.title, fault.slug)
    yield ""
    yield _fill(clean.clean(finding.explanation))
    if finding.evidence:
        yield ""
        # Of code there is one sentence on what it does, which stands above already.
        told = [(one.where, "" if one.what == finding.explanation else one.what) for one in finding.evidence]
        places = [(clean.clean(where), clean.clean(what)) for where, what in told]
        width = max(len(where) for where, _ in places)
        for where, what in places:
            if width <= BESIDE:
                yield _fill(what, f"    {where.ljust(width)}  ", " " * (width + 6)) or f"    {where}"
            else:
                yield _fill(where, "    ")
                if what:
                    yield _fill(what, " " * 8)
    yield ""
    yield _fill(f"Fix: {clean.clean(finding.fix or fault.fix)}", "", "     ")
    if fault.wrong_fix:
        yield _fill(f"Not: {fault.wrong_fix}", "", "     ")
    about = f" · {each.login.id}" if each.login is not None and len(diagnosis.logins) > 1 else ""
    yield f"     {finding.certainty.word}{about} · {'; '.join(fault.spec)} · proofkey explain {fault.slug}"


def _closing(diagnosis: Diagnosis, clean: Redactor) -> Iterator[str]:
    if diagnosis.findings and diagnosis.facts:
        yield "\n".join(["What is right:", *(_fill(clean.clean(fact), "    ") for fact in diagnosis.facts)])
    if diagnosis.verdict != "ok" and diagnosis.not_judged and not diagnosis.findings and not is_code_alone(diagnosis):
        missing = unseen_parts((path for paths in diagnosis.not_judged.values() for path in paths), diagnosis.logins)
        yield _fill(f"Not judged, because the input does not show it: {'; '.join(missing)}.")
    for note in diagnosis.capture.damage[:10]:
        yield _fill(f"Note: {clean.clean(note)}.")


def _headline(title: str, name: str) -> str:
    # A range of characters, a-z, means its case.
    words = [word if _RANGE.fullmatch(word) else word.upper() for word in title.split(" ")]
    text = f"-- {' '.join(words)} "
    return f"{text}{'-' * max(2, WIDTH - len(text) - len(name) - 1)} {name}"


def _fill(text: str, first: str = "", rest: str | None = None) -> str:
    following = first if rest is None else rest
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
