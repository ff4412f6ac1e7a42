"""`proofkey explain` answers for every fault, in text and JSON."""

from __future__ import annotations

import argparse
import json

import pytest

from proofkey.cli import explain
from proofkey.doctor import catalogue


def run(*arguments: str) -> int:
    """Run the command with its own parser."""
    parser = argparse.ArgumentParser()
    explain.add(parser.add_subparsers())
    return explain.run(parser.parse_args(["explain", *arguments]))


def test_without_a_name_every_fault_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """The list has each fault once, by stage."""
    assert run() == 0
    text = capsys.readouterr().out
    assert all(f"  {slug} " in text for slug in catalogue.slugs())
    assert run("--json") == 0
    assert [each["fault"] for each in json.loads(capsys.readouterr().out)] == catalogue.slugs()


@pytest.mark.parametrize("slug", catalogue.slugs())
def test_a_fault_is_explained(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Title, meaning, fix and reference are shown."""
    fault = catalogue.find(slug)
    assert run(slug) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert fault.title in text
    assert " ".join(fault.fix.split()) in text
    assert fault.spec[0] in text
    assert run(slug, "--json") == 0
    assert json.loads(capsys.readouterr().out)["fault"] == slug


def test_an_unknown_name_exits_2_and_hints(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen gets the names that are near."""
    assert run("chalenge-padded") == 2
    assert "challenge-padded" in capsys.readouterr().err


def test_a_part_of_a_name_gets_the_names_it_is_a_part_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Who remembers half of it gets the rest; for what nothing is like, where the list is."""
    assert run("Trailing") == 2
    assert "Did you mean redirect-uri-trailing-slash?" in capsys.readouterr().err
    assert run("nothing-like-it-at-all") == 2
    assert capsys.readouterr().err.endswith("without a name lists them all.\n")


@pytest.mark.parametrize(
    "asked", ["http://127.0.0.1:8400/faults/challenge-padded", "Challenge-Padded", "challenge_padded"]
)
def test_what_people_paste_is_a_name_too(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The address of the fault's page, another case, underscores."""
    assert run(asked) == 0
    assert catalogue.find("challenge-padded").title in capsys.readouterr().out
