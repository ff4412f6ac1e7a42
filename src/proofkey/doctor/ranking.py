"""Which findings are told, and in which order: the root cause first, mere possibilities only where nothing is surer."""

from __future__ import annotations

from proofkey.doctor.diagnosed import Diagnosed, explains, silences
from proofkey.doctor.fault import BLAMES, LIKELY, POSSIBLE, STAGES, Finding
from proofkey.doctor.login import Login


def in_order(findings: list[Diagnosed]) -> list[Diagnosed]:
    """Drop what another finding of the login explains, and put the cause before its effects."""
    kept = [each for each in findings if not any(silences(other, each) for other in findings if other is not each)]
    if any(each.finding.certainty >= LIKELY for each in kept):
        kept = [each for each in kept if each.finding.certainty >= LIKELY]
    kept.sort(
        key=lambda each: (-each.finding.certainty, STAGES.index(each.fault.stage), BLAMES.index(each.fault.blame))
    )
    ordered: list[Diagnosed] = []
    for each in kept:
        place = next((i for i, other in enumerate(ordered) if explains(each, other)), len(ordered))
        ordered.insert(place, each)
    return ordered


def weakened(each: Diagnosed) -> Diagnosed:
    """Take what merely fits the beginning of a login for possible: the rest of it is cut off."""
    finding = each.finding
    if finding.certainty is not LIKELY:
        return each
    weaker = Finding(POSSIBLE, finding.explanation, finding.evidence, finding.fix)
    return Diagnosed(each.fault, weaker, each.login)


def without_abandoned(found: list[Diagnosed], logins: list[Login]) -> list[Diagnosed]:
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


def surest_first(found: list[Diagnosed]) -> list[Diagnosed]:
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
