"""The doctor on what a real browser recorded while the lab's mistakes were made: the HAR alone tells the cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import PROVEN
from proofkey.doctor.reports import json as json_report
from proofkey.doctor.sources import read
from tests.browser.chromium import window
from tests.demo.spa.test_lab import MISTAKES, run

# Without the registration no capture tells these two apart: the server shows one page for both, and redirects nobody.
ON_THE_SAME_PAGE = {"unknown-client": "client-unknown", "unregistered-redirect": "redirect-uri-not-registered"}


def record(browser: Browser, known: BrowserContext, demo: Any, mistake: str, har: Path) -> Diagnosis:
    """Make a mistake in a window that records, and diagnose the recording."""
    with window(browser, record_har_path=har, storage_state=known.storage_state()) as context:
        tab = context.new_page()
        tab.goto(demo.app)
        if mistake in ON_THE_SAME_PAGE:
            with tab.expect_popup() as opened:
                run(tab, mistake)
            opened.value.get_by_role("heading", level=1).wait_for()  # the page is part of the recording
        else:
            run(tab, mistake)
    return diagnose(read(har.name, har.read_bytes()))


@pytest.mark.parametrize("mistake", [name for name, slug in MISTAKES.items() if slug])
def test_the_recording_of_a_mistake_names_it(
    browser: Browser, known: BrowserContext, demo: Any, tmp_path: Path, mistake: str
) -> None:
    """The first finding is the mistake that was made, and no code or verifier is in the report."""
    har = tmp_path / "login.har"
    result = record(browser, known, demo, mistake, har)
    slugs = [each.fault.slug for each in result.findings]
    if mistake in ON_THE_SAME_PAGE:
        assert slugs[0] in ON_THE_SAME_PAGE.values()
        assert result.findings[0].finding.certainty < PROVEN
        return
    assert slugs[:1] == [MISTAKES[mistake]], (slugs, [each.finding.explanation for each in result.findings])
    report = json.dumps(json_report.write(result))
    for login in result.logins:
        for step in (*login.token_requests, *login.callbacks):
            for name in ("code", "code_verifier"):
                value = step.value(name)
                assert not value or len(value) < 20 or value not in report


def test_the_recording_of_a_good_login_is_healthy(
    browser: Browser, known: BrowserContext, demo: Any, tmp_path: Path
) -> None:
    """No false alarm on a login that works."""
    result = record(browser, known, demo, "none", tmp_path / "login.har")
    assert result.verdict == "ok", [each.fault.slug for each in result.findings]
    assert not result.findings
