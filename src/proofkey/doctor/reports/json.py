"""The report as JSON: the contract that other programs rely on. Every string in it is redacted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.login import Login
from proofkey.doctor.redact import Redactor, redactor_of


def write(diagnosis: Diagnosis) -> dict[str, Any]:
    """Give the report as a JSON object without secrets."""
    clean = redactor_of(diagnosis.capture, diagnosis.logins)
    return {
        "verdict": diagnosis.verdict,
        "findings": [_finding(each, clean) for each in diagnosis.findings],
        "exchanges": [_exchange(login, clean) for login in diagnosis.logins],
        "not_judged": [{"fault": slug, "missing": missing} for slug, missing in diagnosis.not_judged.items()],
    }


def _finding(each: Diagnosed, clean: Redactor) -> dict[str, Any]:
    fault, finding = each.fault, each.finding
    return {
        "fault": fault.slug,
        "certainty": finding.certainty.word,
        "title": fault.title,
        "explanation": clean.clean(finding.explanation),
        "evidence": [{"where": clean.clean(one.where), "what": clean.clean(one.what)} for one in finding.evidence],
        "fix": clean.clean(finding.fix or fault.fix),
        "reference": "; ".join(fault.spec),
        "url": catalogue.page_of(fault.slug),
    }


def _exchange(login: Login, clean: Redactor) -> dict[str, Any]:
    started = login.started
    return {
        "id": login.id,
        "client_id": clean.clean(login.client_id) if login.client_id else None,
        "started": datetime.fromtimestamp(started, UTC).isoformat() if started is not None else None,
        "messages": [clean.clean(message.where) for message in login.messages],
    }
