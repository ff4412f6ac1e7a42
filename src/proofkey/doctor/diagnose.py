"""From a capture to a verdict: every fault on every login, the root cause first (decision 7).

A login that the server accepted is judged only by faults that show in spite of it. A particular fault silences the
vaguer one that it explains; what is only possible is left out beside what is sure.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from proofkey.doctor import catalogue, pair
from proofkey.doctor.arrival import came_home
from proofkey.doctor.assemble import assemble
from proofkey.doctor.capture import Capture, CodeFact
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import BLAMES, LIKELY, POSSIBLE, PROVEN, STAGES, Check, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.record import fresh, record
from proofkey.doctor.soundness import is_readable

Verdict: TypeAlias = Literal["fault", "ok", "undecided"]


class Diagnosed(NamedTuple):
    """One finding, the fault that it is of, and the login that it is about (None: about code in the input)."""

    fault: Fault
    finding: Finding
    login: Login | None


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
            findings = [_weakened(each) for each in findings]
        found += in_order(findings)
    found = _with_code_facts(found, _facts_of(capture), logins)
    sentences = [*capture.sentences, *_answers_alone(capture, logins)]
    if sentences and not any(login.accepted or _is_shown(login) for login in logins):
        found = _with_error_texts(found, sentences, logins)
        if not found:
            result.unexplained, found = _causes_of(sentences, logins)
    result.findings = _surest_first(_without_abandoned(found, logins))
    result.not_judged = {slug: sorted(paths) for slug, paths in missing.items() if slug not in judged}
    # A check of ours that broke is said, too; nothing of the capture was missing for it.
    result.not_judged.update((failure.partition(":")[0], []) for failure in result.failures)
    result.facts = [fact for login in logins for fact in facts_of(login)]
    result.verdict = _verdict(result)
    pair.forget()
    return result


def in_order(findings: list[Diagnosed]) -> list[Diagnosed]:
    """Drop what another finding of the login explains, and put the cause before its effects."""
    kept = [each for each in findings if not any(_silences(other, each) for other in findings if other is not each)]
    if any(each.finding.certainty >= LIKELY for each in kept):
        kept = [each for each in kept if each.finding.certainty >= LIKELY]
    kept.sort(
        key=lambda each: (-each.finding.certainty, STAGES.index(each.fault.stage), BLAMES.index(each.fault.blame))
    )
    ordered: list[Diagnosed] = []
    for each in kept:
        place = next((i for i, other in enumerate(ordered) if _explains(each, other)), len(ordered))
        ordered.insert(place, each)
    return ordered


def facts_of(login: Login) -> list[str]:
    """Say what is right about the PKCE part of a login."""
    challenge, method, verifier = login.challenge, login.method, login.verifier
    facts = []
    if isinstance(challenge, Seen) and isinstance(verifier, Seen):
        plain = not isinstance(method, Seen) or method.value == "plain"
        if plain and challenge.value == verifier.value:
            facts.append(f"{login.id}: challenge and verifier are equal, as the method plain wants it.")
        elif isinstance(method, Seen) and method.value == "S256":
            match = pair.explain(verifier.value, challenge.value)
            if match is not None and match.is_s256:
                facts.append(f"{login.id}: the challenge is base64url(SHA-256(verifier)) and the method is S256.")
    authorize, token = login.authorize, login.token
    if authorize is not None and token is not None:
        for name in ("redirect_uri", "client_id"):
            sent, repeated = authorize.get(name), login.observe(f"token.{name}")
            if isinstance(sent, Seen) and isinstance(repeated, Seen) and sent.value == repeated.value:
                facts.append(f"{login.id}: {name} is the same in both steps.")
    if login.accepted:
        facts.append(f"{login.id}: the server accepted the code.")
    return facts


def _check(fault: Fault, check: Check, login: Login, failures: list[str]) -> Finding | None:
    try:
        return check(login)
    except Exception as error:
        # One broken predicate must not hide what the others found.
        failures.append(f"{fault.slug}: {type(error).__name__}")
        return None


def _shows_in_spite(fault: Fault) -> bool:
    return fault.even_if_accepted or fault.stage in ("id_token", "refresh")


def _explains(one: Diagnosed, other: Diagnosed) -> bool:
    return other.fault.slug in one.fault.explains


def _weakened(each: Diagnosed) -> Diagnosed:
    """Take what merely fits the beginning of a login for possible: the rest of it is cut off."""
    finding = each.finding
    if finding.certainty is not LIKELY:
        return each
    weaker = Finding(POSSIBLE, finding.explanation, finding.evidence, finding.fix)
    return Diagnosed(each.fault, weaker, each.login)


def _silences(one: Diagnosed, other: Diagnosed) -> bool:
    """Tell whether one finding makes another redundant: it explains it and is at least as sure."""
    return _explains(one, other) and one.finding.certainty >= other.finding.certainty


def _facts_of(capture: Capture) -> list[CodeFact]:
    """Give the mistakes of the code; what StrictMode breaks is no mere possibility where it is on."""
    return [each._replace(conditional=each.conditional and not capture.strict_mode) for each in capture.code_facts]


def _with_code_facts(found: list[Diagnosed], facts: list[CodeFact], logins: list[Login]) -> list[Diagnosed]:
    """Add the mistakes that code in the input shows; beside a proof of the same fault they are one more place."""
    if any(login.accepted for login in logins):
        return found
    merged = list(found)
    for fact in facts:
        if fact.slug not in catalogue.stages():
            continue
        evidence = Evidence(fact.where, fact.what)
        at = next((i for i, each in enumerate(merged) if each.fault.slug == fact.slug), None)
        if at is not None:
            one = merged[at]
            finding = one.finding
            more = Finding(finding.certainty, finding.explanation, (*finding.evidence, evidence), finding.fix)
            merged[at] = Diagnosed(one.fault, more, one.login)
            continue
        if (fact.conditional or fact.possible) and any(each.finding.certainty >= LIKELY for each in merged):
            continue
        certainty = POSSIBLE if fact.advice or fact.conditional or fact.possible else LIKELY
        new = Diagnosed(catalogue.find(fact.slug), Finding(certainty, fact.what, (evidence,), fact.fix), None)
        if not any(_silences(other, new) for other in merged):
            merged.append(new)
    return [each for each in merged if not any(_silences(o, each) for o in merged if o is not each and o.login is None)]


def _is_shown(login: Login) -> bool:
    """Tell whether the redemption and its answer are shown, so that more than words was judged."""
    return any(each.answer.observed and is_readable(each) and each.message.url for each in login.token_requests)


def _answers_alone(capture: Capture, logins: list[Login]) -> list[tuple[str, str]]:
    """Give the words of answers in a text whose requests show no parameters, as in a trace of curl."""
    if "har" in capture.sources:
        return []  # a file without bodies was made so, and its answers are not the question
    requests = [each for login in logins for each in login.token_requests if not is_readable(each)]
    return [
        (f"{each.message.where}, answer", f"{each.answer.error or ''}: {each.answer.description}")
        for each in requests
        if each.answer.refused and (each.answer.error or each.answer.description)
    ]


def _with_error_texts(found: list[Diagnosed], sentences: list[tuple[str, str]], logins: list[Login]) -> list[Diagnosed]:
    """Add what the quoted errors name, where nothing is surer than possible; the vaguest finding then goes."""
    from proofkey.doctor.spoken import findings_of  # only questions without requests need it

    if any(each.finding.certainty >= LIKELY for each in found):
        return found
    right = _a_pair_is_right(logins)
    said = [
        Diagnosed(catalogue.find(slug), finding, None) for slug, finding in findings_of(sentences, pair_is_right=right)
    ]
    sure = any(each.finding.certainty is LIKELY for each in said)
    if not sure and not all(any(_explains(word, each) for word in said) for each in found):
        return found
    return said or found


def _causes_of(sentences: list[tuple[str, str]], logins: list[Login]) -> tuple[str, list[Diagnosed]]:
    """Give the error code that stands alone in a text, and what may be behind it."""
    from proofkey.doctor.unexplained import causes_of  # only questions without requests need it

    code, causes = causes_of(sentences, pair_is_right=_a_pair_is_right(logins))
    return code, [Diagnosed(catalogue.find(slug), finding, None) for slug, finding in causes]


def _a_pair_is_right(logins: list[Login]) -> bool:
    return any(match.is_s256 for login in logins if (match := pair.found_in(login)) is not None)


def _without_abandoned(found: list[Diagnosed], logins: list[Login]) -> list[Diagnosed]:
    """Leave out what is harmless beside another login of the same client that worked.

    That is a mere possibility about an attempt that was given up, and a silent attempt (prompt=none) that found nobody
    logged in, which is the answer that it asked for (OpenID Connect Core 3.1.2.6). A refresh comes after the login that
    worked, so that one excuses nothing.
    """
    return [
        each
        for each in found
        if each.login is None
        or not any(
            login.accepted and login.client_id == each.login.client_id
            for login in logins
            if login is not each.login or each.fault.stage != "refresh"
        )
        or not (
            each.finding.certainty is POSSIBLE or (each.finding.certainty is LIKELY and _asked_silently(each.login))
        )
    ]


def _asked_silently(login: Login) -> bool:
    asked = login.authorize.value("prompt") if login.authorize is not None else None
    answered = login.callback.value("error") if login.callback is not None else None
    return asked == "none" and answered in ("login_required", "interaction_required", "consent_required")


def _was_refused_on_purpose(each: Diagnosed) -> bool:
    callback = each.login.callback if each.login is not None else None
    return each.fault.blame == "user" and callback is not None and callback.value("error") == "access_denied"


def _surest_first(found: list[Diagnosed]) -> list[Diagnosed]:
    """Order over all logins: the login with the surest first finding first, each login's findings together.

    Among equals one that was refused on purpose stands last: it is an answer, and what else was found is a defect.
    """
    groups: dict[int, list[Diagnosed]] = {}
    for each in found:
        groups.setdefault(id(each.login), []).append(each)
    ordered = sorted(
        groups.values(), key=lambda group: (-group[0].finding.certainty, _was_refused_on_purpose(group[0]))
    )
    return [each for group in ordered for each in group]


def _ended_refused(login: Login) -> bool:
    """Tell whether the last refresh was refused, and no new login of the client followed."""
    last = login.refreshes[-1] if login.refreshes else None
    if last is None or not last.answer.refused:
        return False
    later = [other for other in login.others if other.accepted and other.client_id == login.client_id]
    return not any(other.token is not None and other.token.number > last.number for other in later)


def _verdict(result: Diagnosis) -> Verdict:
    if result.capture.cut_short:
        return "undecided"  # what was found stands, but what came after the cut may have been worse
    if any(each.finding.certainty >= LIKELY for each in result.findings):
        return "fault"
    if result.findings or not result.logins:
        return "undecided"
    if any(_ended_refused(login) for login in result.logins):
        return "undecided"
    if any(login.accepted for login in result.logins):
        return "ok"
    if any(refresh.answer.gave_tokens for login in result.logins for refresh in login.refreshes):
        return "ok"
    if any(grant.answer.gave_tokens for login in result.logins for grant in login.other_grants):
        return "ok"
    if any(came_home(login) for login in result.logins):
        return "ok"
    # No answer was recorded, and everything that can be compared is right.
    right = any(fact for fact in result.facts if "challenge" in fact)
    unanswered = not any(
        each.answer.observed or each.answer.lost for login in result.logins for each in login.token_requests
    )
    return "ok" if right and unanswered else "undecided"
