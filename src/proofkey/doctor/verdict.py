"""The verdict on a capture: a fault, ok, or undecided (contract of the JSON report)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from proofkey.doctor.arrival import came_home
from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.fault import LIKELY
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right

Verdict: TypeAlias = Literal["fault", "ok", "undecided"]


def verdict_of(capture: Capture, logins: list[Login], findings: list[Diagnosed]) -> Verdict:
    """Say whether there is a fault, whether all is well, or whether nobody can tell from what is there."""
    if capture.cut_short:
        return "undecided"  # what was found stands, but what came after the cut may have been worse
    if any(each.finding.certainty >= LIKELY for each in findings):
        return "fault"
    if findings or not logins:
        return "undecided"
    if any(_ended_refused(login) for login in logins):
        return "undecided"
    if any(login.accepted for login in logins):
        return "ok"
    if any(refresh.answer.gave_tokens for login in logins for refresh in login.refreshes):
        return "ok"
    if any(grant.answer.gave_tokens for login in logins for grant in login.other_grants):
        return "ok"
    if any(came_home(login) for login in logins):
        return "ok"
    # No answer was recorded, and everything that can be compared is right.
    right = any(pair_is_right(login) for login in logins)
    unanswered = not any(each.answer.observed or each.answer.lost for login in logins for each in login.token_requests)
    return "ok" if right and unanswered else "undecided"


def _ended_refused(login: Login) -> bool:
    """Tell whether the last refresh was refused, and no new login of the client followed."""
    last = login.refreshes[-1] if login.refreshes else None
    if last is None or not last.answer.refused:
        return False
    later = [other for other in login.others if other.accepted and other.client_id == login.client_id]
    return not any(other.token is not None and other.token.number > last.number for other in later)
