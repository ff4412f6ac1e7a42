"""The search finds the pipeline of every known pair, and of pairs that nobody listed."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from proofkey.doctor.transforms import Pipeline, search, search_others
from tests.doctor.transforms import compositions, replay

pytestmark = pytest.mark.timeout(600)  # half a minute of computing, and many times that on a loaded machine

PAIRS = json.loads(Path(__file__).with_name("pairs.json").read_text(encoding="utf-8"))
EXAMPLE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B

verifiers = st.sampled_from((32, 48, 64, 96)).flatmap(
    lambda size: st.binary(min_size=size, max_size=size).map(
        lambda data: base64.urlsafe_b64encode(hashlib.shake_128(data).digest(size)).decode().rstrip("=")
    )
)
steps = st.tuples(
    st.sampled_from(sorted(compositions.INPUTS)),
    st.sampled_from(sorted(compositions.HASHES)),
    st.sampled_from(sorted(compositions.NOTATIONS)),
    st.sampled_from(sorted(compositions.ENCODINGS)),
    st.sampled_from(sorted(compositions.DAMAGES)),
)


@pytest.mark.parametrize("pair", PAIRS["proofs"], ids=lambda pair: str(pair["case"]))
def test_the_pipeline_of_a_known_pair_is_found(pair: dict[str, object]) -> None:
    """Each step has the name that the example captures give it, and the fault is one of the accepted ones."""
    found = search(str(pair["verifier"]), str(pair["challenge"]))
    assert found is not None
    assert list(found.pipeline) == pair["pipeline"]
    assert found.fault in pair["faults"]  # type: ignore[operator]
    assert found.odds < -60


@pytest.mark.parametrize("pair", PAIRS["unpaired"], ids=lambda pair: str(pair["case"]))
def test_a_pair_without_any_tie_is_not_explained(pair: dict[str, str]) -> None:
    """A verifier of another login, and a challenge that was never a hash, give nothing."""
    assert search(pair["verifier"], pair["challenge"]) is None


@pytest.mark.parametrize(
    ("challenge", "pipeline"),
    [
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", ("ascii", "sha256", "raw", "b64url", "none")),
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=", ("ascii", "sha256", "raw", "b64", "none")),
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", ("ascii", "sha256", "raw", "b64-nopad", "none")),
        (
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3",
            ("ascii", "sha256", "hex", "text", "none"),
        ),
        (
            "MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw",
            ("ascii", "sha256", "hex", "b64url", "none"),
        ),
        ("38v3YOi6zQgk1xkqk6Y5dvSDoBHqZrTh3mmWHxxWvyk", ("b64url-decoded", "sha256", "raw", "b64url", "none")),
        ("AzV44Od887h21WZgjhInEFjKMEPzzLOPAksJ5Pf1eoc", ("plus-lf", "sha256", "raw", "b64url", "none")),
        ("0u5OXbHdmNIN2mjpmROOlQXxYfl-m6z-bPWm1p2kDiw", ("ascii", "sha256-of-raw", "raw", "b64url", "none")),
        (EXAMPLE, ("ascii", "none", "raw", "text", "none")),
    ],
)
def test_the_example_of_the_rfc_is_explained(challenge: str, pipeline: tuple[str, ...]) -> None:
    """The verifier of RFC 7636 appendix B, with the challenges that common mistakes make of it."""
    found = search(EXAMPLE, challenge)
    assert found is not None
    assert found.pipeline == pipeline


@settings(max_examples=150)
@given(verifier=verifiers, composed=steps)
def test_any_composition_of_the_grammar_is_found(verifier: str, composed: tuple[str, str, str, str, str]) -> None:
    """A pipeline is found for random compositions, and taken again with the verifier it yields the challenge."""
    assume(compositions.leaves_enough(verifier, composed))
    challenge = compositions.compose(verifier, composed)
    found = search(verifier, challenge)
    assert found is not None
    assert replay.fits(found.pipeline, verifier, challenge)


def test_nearly_all_compositions_are_found_without_any_favour() -> None:
    """Of the whole product, compositions that destroy the digest included, at least nine in ten are found."""
    draw = random.Random(7636)
    tried = found = 0
    while tried < 200:
        verifier = base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("=")
        chosen = [
            draw.choice(sorted(table))
            for table in (
                compositions.INPUTS,
                compositions.HASHES,
                compositions.NOTATIONS,
                compositions.ENCODINGS,
                compositions.DAMAGES,
            )
        ]
        challenge = compositions.compose(verifier, tuple(chosen))
        if len(challenge) > 20:
            tried += 1
            found += search(verifier, challenge) is not None
    assert found >= 182


@settings(max_examples=100)
@given(text=st.text(alphabet="ABCXYZabcxyz0189-._~", min_size=43, max_size=128))
def test_a_right_pair_is_never_flagged(text: str) -> None:
    """Whatever a legal verifier looks like, its S256 challenge is right."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    found = search(text, challenge)
    assert found is not None
    assert found.is_s256
    assert found.deviations == ()
    assert found.accepted_faults == ()


def test_no_random_pair_is_explained() -> None:
    """Ten thousand pairs of verifiers and challenges that have nothing to do with each other."""
    draw = random.Random(2015)
    for _ in range(20):
        verifier = base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("=")
        challenges = [base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("=") for _ in range(500)]
        assert search_others(verifier, challenges) is None


@pytest.mark.parametrize("shape", ["hex", "base64", "short", "numbers", "unlike"])
def test_no_random_pair_of_another_shape_is_explained(shape: str) -> None:
    """Challenges that look like a mistake prove nothing as long as they do not come from the verifier."""
    draw = random.Random(shape)
    for _ in range(10):
        data = draw.randbytes(32)
        challenge = {
            "hex": data.hex(),
            "base64": base64.b64encode(data.hex().encode()).decode(),
            "short": base64.urlsafe_b64encode(data).decode()[:8],
            "numbers": ",".join(map(str, data)),
            "unlike": data.decode("latin-1"),
        }[shape]
        assert search(base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("="), challenge) is None


@pytest.mark.parametrize("length", range(8, 43))
def test_a_cut_challenge_is_recognised_down_to_eight_characters(length: int) -> None:
    """The odds say how weak the evidence gets."""
    found = search(EXAMPLE, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"[:length])
    assert found is not None
    assert found.fault == "challenge-truncated"
    assert found.pipeline.damage == f"cut{43 - length}"
    assert -6 * length <= found.odds <= -20


def test_too_short_a_beginning_proves_nothing() -> None:
    """Six characters may agree by chance, so they are not called an explanation."""
    assert search(EXAMPLE, "E9Melh") is None


def test_a_short_cut_is_refused_where_many_pipelines_were_tried_before() -> None:
    """32 bits are enough for the plain digest, and not for a rare one found after thousands of attempts."""
    common = hashlib.sha256(EXAMPLE.encode()).hexdigest()
    rare = hashlib.blake2s(f'"{EXAMPLE}"\n'.encode()).hexdigest()
    assert search(EXAMPLE, common[:12]) is not None
    assert search(EXAMPLE, rare[:8]) is None
    assert search(EXAMPLE, rare) is not None


def test_the_login_that_a_verifier_belongs_to_is_found_among_others() -> None:
    """An exact fit anywhere comes before a wrong pipeline that stands earlier."""
    wrong = hashlib.sha256(EXAMPLE.encode()).hexdigest()
    others = ["x" * 43, wrong, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
    place, found = search_others(EXAMPLE, others) or (None, None)
    assert place == 2
    assert found is not None
    assert found.is_s256
    place, found = search_others(EXAMPLE, others[:2]) or (None, None)
    assert place == 1
    assert found is not None
    assert found.fault == "challenge-hex-digest"
    assert search_others(EXAMPLE, others[:1]) is None
    assert search_others(EXAMPLE, []) is None


def test_what_is_found_does_not_show_the_verifier() -> None:
    """Neither repr nor words hold the verifier or the challenge."""
    for sent in (EXAMPLE, f'"{EXAMPLE}"', EXAMPLE[:-1]):
        found = search(sent, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        assert found is not None
        assert EXAMPLE[:12] not in repr(found)
        assert "E9Melh" not in repr(found)


@settings(max_examples=40)
@given(verifier=st.text(max_size=60), challenge=st.text(max_size=60))
@example(verifier="", challenge="")
@example(verifier="", challenge="=")
@example(verifier="=", challenge='"')
@example(verifier="%", challenge="%3")
@example(verifier="\ud800", challenge="\udfff")
@example(verifier="v" * 10_000, challenge="c" * 100_000)
@example(verifier="{}" * 300, challenge="[" * 4_000)
@example(verifier="1" * 600, challenge="1" * 600 + "=")
def test_any_two_texts_can_be_searched(verifier: str, challenge: str) -> None:
    """Whatever a capture holds, the search ends without an error; texts beyond its bounds are not searched."""
    found = search(verifier, challenge)
    assert found is None or isinstance(found.pipeline, Pipeline)
