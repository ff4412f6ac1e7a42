"""Challenges made by shell pipelines."""

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

SNIPPETS: list[tuple[list[str], str]] = [
    (
        ["challenge-newline-hashed"],
        r"""
CODE_CHALLENGE=$(echo "$CODE_VERIFIER" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=')
""",
    ),
    (
        [],
        r"""
CODE_CHALLENGE=$(echo -n "$CODE_VERIFIER" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')
""",
    ),
    (
        ["challenge-base64-of-hex"],
        r"""
code_challenge=$(printf '%s' "$V" | sha256sum | cut -d' ' -f1 | base64 | tr '+/' '-_' | tr -d '=\n')
""",
    ),
    (
        ["challenge-standard-base64"],
        r"""
code_challenge=$(printf '%s' "$V" | openssl dgst -sha256 -binary | base64)
""",
    ),
]


@pytest.mark.parametrize(("slugs", "code"), SNIPPETS)
def test_a_pipeline_is_judged(slugs: list[str], code: str) -> None:
    """What is wrong with the pipeline is told, and nothing else."""
    found = {fact.slug for fact in read_code([Block("shell", 1, code)]).facts}
    assert found - {"state-not-checked"} == set(slugs)
