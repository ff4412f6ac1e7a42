"""The SARIF log has what the standard and GitHub's code scanning require, and no more than they take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.reports import sarif
from proofkey.doctor.sources import read
from tests.doctor.score import CASES, EXPECTED

NAMES = [name for name in EXPECTED if EXPECTED[name]["kind"] == "fault"][::6]


def log_of(name: str, data: bytes) -> dict[str, Any]:
    """Judge an input and give the log, as it would be read again."""
    written = json.dumps(sarif.write(diagnose(read(name, data)), {name: data}))
    log: dict[str, Any] = json.loads(written)
    return log


def require(log: dict[str, Any]) -> None:
    """Check what SARIF 2.1.0 (3.13 to 3.49) makes mandatory and what GitHub adds."""
    assert log["version"] == "2.1.0"
    assert urlsplit(log["$schema"]).path.endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert urlsplit(rule["helpUri"]).scheme in ("http", "https")
        assert len(rule["properties"]["tags"]) <= 10
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"].strip()
        assert 1 <= len(result["locations"]) <= 10
        for location in result["locations"]:
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"]
            assert " " not in physical["artifactLocation"]["uri"]
            assert physical["region"]["startLine"] >= 1
        fingerprint = result["partialFingerprints"]["primaryLocationLineHash"]
        assert re.fullmatch(r"[0-9a-f]{16}:\d+", fingerprint)
    assert len(json.dumps(log)) < 10_000_000


@pytest.mark.parametrize("name", NAMES)
def test_the_log_has_what_is_required(name: str) -> None:
    """Rules, results, places and fingerprints, for captures of every form."""
    log = log_of(str(CASES / name), (CASES / name).read_bytes())
    require(log)
    first = log["runs"][0]["results"][0]
    assert first["ruleId"] in EXPECTED[name]["first"]


def test_every_fault_is_a_rule() -> None:
    """The rules are the catalogue, in its order."""
    log = log_of("note.txt", b"Hello.")
    require(log)
    assert [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]] == catalogue.slugs()
    assert log["runs"][0]["results"] == []


def test_a_result_names_the_line_of_its_entry() -> None:
    """The line is that at which the entry begins in the HAR file; the place is relative to the current folder."""
    path = CASES / "challenge-padded.har"
    log = log_of(str(path), path.read_bytes())
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert Path(unquote(physical["artifactLocation"]["uri"])).resolve() == path
    lines = path.read_text().splitlines()
    line = physical["region"]["startLine"]
    where = log["runs"][0]["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    number = int(re.findall(r"entry (\d+)", where)[0])
    entry = json.loads(path.read_text())["log"]["entries"][number - 1]
    following = "\n".join(lines[line - 1 : line + 60])
    assert entry["request"]["url"].partition("?")[0] in following


def test_a_text_names_its_own_line(tmp_path: Path) -> None:
    """A line of a text is the line of the place."""
    data = b"\n\n\ncurl 'https://login.example/oauth/token' -d 'grant_type=authorization_code&code=abcdefgh12345678'\n"
    (tmp_path / "call.txt").write_bytes(data)
    log = log_of(str(tmp_path / "call.txt"), data)
    require(log)
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == (tmp_path / "call.txt").resolve().as_uri()
    assert physical["region"]["startLine"] == 4


def test_a_fingerprint_lasts() -> None:
    """Two runs over the same file give the same fingerprints, and two faults different ones."""
    path = CASES / "healthy-several-logins.har"
    texts = [log_of(str(path), path.read_bytes())["runs"][0]["results"] for _ in range(2)]
    assert texts[0] == texts[1]
    for name in NAMES:
        results = log_of(str(CASES / name), (CASES / name).read_bytes())["runs"][0]["results"]
        marks = [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]
        assert len(set(marks)) == len(marks)
