"""A capture with something left out may say less; it accuses nobody else."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.fault import LIKELY
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.sources import read
from tests.doctor.generated.build import Case
from tests.doctor.generated.reductions import reduced

SEEDS = [range(1), range(1, 2)]
TURNS = 3
# What is left is then told by another name, and rightly.
OTHERWISE = {
    "two-client-authentications": ("client-secret-wrong",),  # the body with the second secret is gone
    "login-started-in-iframe": ("silent-renew-frame-refused",),  # the end is: a frame that got a page
    "verifier-matches-other-request": ("verifier-unrelated",),  # the other request is
    "issuer-mismatch": ("state-mismatch",),  # the request with the state is, and other logins have others
    "refresh-with-other-client": ("refresh-token-expired",),  # the login is, and the words tell of the token
    "refresh-retried-after-lost-answer": ("server-unavailable",),  # the second attempt is
}


def accused(case: Case) -> list[str]:
    """Name the faults that are found first and wrongly, at least likely."""
    capture = read("case.har", case.data)
    if case.registration:
        capture.registrations += read_registrations("client.json", json.dumps(case.registration).encode())
    found = diagnose(capture).findings[:1]
    slug = case.name.partition("/")[0]
    known = (*case.first, *OTHERWISE.get(slug, ()))
    return [each.fault.slug for each in found if each.finding.certainty >= LIKELY and each.fault.slug not in known]


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"seed-{seeds.start}")
def test_less_evidence_accuses_nobody_else(seeds: range) -> None:
    """Entries, headers and bodies may be missing: then a fault is not found, or only possible, but no other is."""
    wrong = {case.name: slugs for case in reduced(seeds, TURNS) if (slugs := accused(case))}
    assert wrong == {}
