"""What is found beyond the exchange: mistakes that code shows, and errors that a text quotes."""

from __future__ import annotations

from proofkey.doctor import catalogue, pair
from proofkey.doctor.capture import Capture, CodeFact
from proofkey.doctor.diagnosed import Diagnosed, explains, silences
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_readable


def facts_of_code(capture: Capture) -> list[CodeFact]:
    """Give the mistakes of the code; what StrictMode breaks is no mere possibility where it is on."""
    return [each._replace(conditional=each.conditional and not capture.strict_mode) for each in capture.code_facts]


def with_code_facts(found: list[Diagnosed], facts: list[CodeFact], logins: list[Login]) -> list[Diagnosed]:
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
        if not any(silences(other, new) for other in merged):
            merged.append(new)
    return [each for each in merged if not any(silences(o, each) for o in merged if o is not each and o.login is None)]


def is_shown(login: Login) -> bool:
    """Tell whether the redemption and its answer are shown, so that more than words was judged."""
    return any(each.answer.observed and is_readable(each) and each.message.url for each in login.token_requests)


def answers_alone(capture: Capture, logins: list[Login]) -> list[tuple[str, str]]:
    """Give the words of answers in a text whose requests show no parameters, as in a trace of curl."""
    if "har" in capture.sources:
        return []  # a file without bodies was made so, and its answers are not the question
    requests = [each for login in logins for each in login.token_requests if not is_readable(each)]
    return [
        (f"{each.message.where}, answer", f"{each.answer.error or ''}: {each.answer.description}")
        for each in requests
        if each.answer.refused and (each.answer.error or each.answer.description)
    ]


def with_error_texts(found: list[Diagnosed], sentences: list[tuple[str, str]], logins: list[Login]) -> list[Diagnosed]:
    """Add what the quoted errors name, where nothing is surer than possible; the vaguest finding then goes."""
    from proofkey.doctor.spoken import findings_of  # only questions without requests need it

    if any(each.finding.certainty >= LIKELY for each in found):
        return found
    right = _a_pair_is_right(logins)
    said = [
        Diagnosed(catalogue.find(slug), finding, None) for slug, finding in findings_of(sentences, pair_is_right=right)
    ]
    sure = any(each.finding.certainty is LIKELY for each in said)
    if not sure and not all(any(explains(word, each) for word in said) for each in found):
        return found
    return said or found


def suspects_of(sentences: list[tuple[str, str]], logins: list[Login]) -> tuple[str, list[Diagnosed]]:
    """Give the error code that stands alone in a text, and what may be behind it."""
    from proofkey.doctor.unexplained import causes_of  # only questions without requests need it

    code, causes = causes_of(sentences, pair_is_right=_a_pair_is_right(logins))
    return code, [Diagnosed(catalogue.find(slug), finding, None) for slug, finding in causes]


def _a_pair_is_right(logins: list[Login]) -> bool:
    return any(match.is_s256 for login in logins if (match := pair.found_in(login)) is not None)
