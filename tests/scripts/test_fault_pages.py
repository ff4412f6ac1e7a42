"""A fault's page says all that its definition says."""

from __future__ import annotations

from proofkey.doctor.fault import Fault
from scripts.fault_pages import write_fault_index, write_fault_page

FAULT = Fault(
    title="The challenge is padded",
    meaning="It ends with an equals sign, as `a < b` does not; see <title>.",
    fix="Cut it off.",
    spec=("RFC 7636 4.2",),
    blame="client",
    check=lambda login: None,
    needs=("authorize.code_challenge",),
    bad="GET /?x=``` HTTP/1.1",
    good="GET /?x=1 HTTP/1.1",
    example_js="cut(challenge)",
    wrong_fix="Encoding the sign.",
    explains=("verifier-unrelated", "not-written-yet"),
    slug="challenge-padded",
    stage="authorize",
)


def test_the_page_holds_every_part() -> None:
    """Words, examples, both exchanges and what else it explains are on it."""
    page = write_fault_page(FAULT, ["verifier-unrelated"])
    assert page.startswith("# The challenge is padded\n\n`challenge-padded` · Authorization request · RFC 7636 4.2\n")
    assert "as `a < b` does not; see &lt;title>." in page
    for part in (FAULT.fix, FAULT.wrong_fix, FAULT.example_js, FAULT.bad, FAULT.good):
        assert part in page
    assert "[verifier-unrelated](verifier-unrelated.md)" in page
    assert "not-written-yet" not in page


def test_an_exchange_cannot_end_its_own_fence() -> None:
    """A transcript with three backticks is fenced with four."""
    assert "````http\nGET /?x=``` HTTP/1.1\n````" in write_fault_page(FAULT, ["verifier-unrelated"])


def test_the_index_goes_by_stage() -> None:
    """Each fault stands under the step at which it shows."""
    index = write_fault_index([FAULT])
    assert "## Authorization request\n\n- [The challenge is padded](challenge-padded.md) `challenge-padded`\n" in index
    assert "## Refresh" not in index
