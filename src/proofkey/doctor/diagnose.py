"""From a capture to a verdict: every fault on every login, the root cause first (decision 6).

A login that the server accepted is judged only by faults that show in spite of it. A particular fault silences the
vaguer one that it explains; what is only possible is left out beside what is sure.
"""

from __future__ import annotations

from proofkey.doctor import catalogue, pair
from proofkey.doctor.assemble import assemble
from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.fault import PROVEN, Check, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.ranking import in_order, surest_first, weakened, without_abandoned
from proofkey.doctor.record import fresh, record
from proofkey.doctor.right_parts import facts_of
from proofkey.doctor.told import answers_alone, facts_of_code, is_shown, suspects_of, with_code_facts, with_error_texts
from proofkey.doctor.verdict import Verdict, verdict_of


@record
class Diagnosis:
    """Everything that there is to report."""

    verdict: Verdict
    capture: Capture
    logins: list[Login]
    findings: list[Diagnosed] = fresh(default_factory=list)
    not_judged: dict[str, list[str]] = fresh(default_factory=dict)  # fault -> evidence paths that are missing
    facts: list[str] = fresh(default_factory=list)  # what was checked and is right
    failures: list[str] = fresh(default_factory=list)  # faults whose predicate raised; a bug of ours
    unexplained: str = ""  # the error code that is all there is; the findings are then its possible reasons


def diagnose(capture: Capture) -> Diagnosis:
    """Judge every login of a capture."""
    logins = assemble(capture)
    result = Diagnosis("undecided", capture, logins)
    judged: set[str] = set()
    missing: dict[str, set[str]] = {}
    found: list[Diagnosed] = []
    for login in logins:
        findings = []
        for fault in catalogue.faults():
            if login.accepted and not _shows_in_spite(fault):
                judged.add(fault.slug)
                continue
            if lacking := login.missing(fault.needs):
                missing.setdefault(fault.slug, set()).update(lacking)
                if fault.suspect is not None and (finding := _check(fault, fault.suspect, login, result.failures)):
                    findings.append(Diagnosed(fault, finding, login))
                continue
            judged.add(fault.slug)
            if finding := _check(fault, fault.check, login, result.failures):
                findings.append(Diagnosed(fault, finding, login))
        if login.is_upstream:
            findings = [each for each in findings if each.finding.certainty is PROVEN]
        if capture.cut_short and not login.token_requests:
            findings = [weakened(each) for each in findings]
        found += in_order(findings)
    found = with_code_facts(found, facts_of_code(capture), logins)
    sentences = [*capture.sentences, *answers_alone(capture, logins)]
    if sentences and not any(login.accepted or is_shown(login) for login in logins):
        found = with_error_texts(found, sentences, logins)
        if not found:
            result.unexplained, found = suspects_of(sentences, logins)
    result.findings = surest_first(without_abandoned(found, logins))
    result.not_judged = {slug: sorted(paths) for slug, paths in missing.items() if slug not in judged}
    # A check of ours that broke is said, too; nothing of the capture was missing for it.
    result.not_judged.update((failure.partition(":")[0], []) for failure in result.failures)
    result.facts = [fact for login in logins for fact in facts_of(login)]
    result.verdict = verdict_of(capture, logins, result.findings)
    pair.forget()
    return result


def _check(fault: Fault, check: Check, login: Login, failures: list[str]) -> Finding | None:
    try:
        return check(login)
    except Exception as error:
        # One broken predicate must not hide what the others found.
        failures.append(f"{fault.slug}: {type(error).__name__}")
        return None


def _shows_in_spite(fault: Fault) -> bool:
    return fault.even_if_accepted or fault.stage in ("id_token", "refresh")
