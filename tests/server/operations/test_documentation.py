"""docs/operations.md says what is there: every setting, metric and event, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from proofkey.server.configuration.options import OPTIONS
from proofkey.server.metrics.page import metrics_page
from proofkey.server.observing import Observing
from tests.server.person import open_test_server

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Give a section of the page."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_table_of_settings_is_that_of_the_code() -> None:
    """Name, flag, default and words of each."""
    rows = [
        f"| `{option.name}` | `{option.option}` | {option.shown_default or 'none' if option.metavar else 'off'} | "
        f"{option.words} |"
        for option in OPTIONS
    ]
    assert [row for row in section("Settings").splitlines() if row.startswith("| `")] == rows


async def test_the_table_of_metrics_is_that_of_the_code(tmp_path: Path) -> None:
    """Every family by its name, and every label value that is fixed."""
    server = await open_test_server(tmp_path, observing=Observing(with_times=True))
    page = metrics_page(server)
    await server.close()
    listed = re.findall(r"^\| `(\w+)`", section("Metrics"), re.MULTILINE)
    assert listed == re.findall(r"^# TYPE (\w+)", page, re.MULTILINE)
    for label, values in re.findall(r"^\| `\w+` \| (\w+): ([\w, ]+) \|", section("Metrics"), re.MULTILINE):
        assert {f'{label}="{value}"' for value in values.split(", ")} <= set(re.findall(r'\w+="\w+"', page))


def test_the_table_of_events_is_that_of_the_code() -> None:
    """What the sources log by name."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/proofkey").rglob("*.py"))
    logged = set(re.findall(r"event\(\s*log,\s*logging\.[A-Z]+,\s*\"([a-z-]+)\"", sources))
    assert set(re.findall(r"^\| `([a-z-]+)` \| (?:info|warning|error)", section("Logs"), re.MULTILINE)) == logged
