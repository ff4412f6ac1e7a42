"""Steps that tools, tutorials and transports take, drawn in twos: found, and what is found can be taken again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proofkey.doctor.transforms import search
from tests.doctor.transforms import replay
from tests.doctor.transforms.compositions import _b64url, _bytes_behind, _plain, _sha256

INPUTS: dict[str, Callable[[str], bytes]] = {
    "ascii": _plain,
    "undefined before": lambda v: _plain("undefined" + v),
    "JSON with another name": lambda v: json.dumps({"verifier": v}).encode(),
    "first 32 bytes": lambda v: _bytes_behind(v)[:32],
    "last 43 characters": lambda v: _plain(v[-43:]),
    "one character left out": lambda v: _plain(v[:17] + v[18:]),
    "binary digits": lambda v: _plain("".join(f"{ord(c):08b}" for c in v)),
    "spelt": lambda v: _plain(" ".join(v)),
    "capital": lambda v: _plain(v.capitalize()),
    "base64 in lines": lambda v: base64.encodebytes(_plain(v)),
    "cut and line feed": lambda v: _plain(v[:43] + "\n"),
    "quoted upper case": lambda v: _plain(f'"{v.upper()}"'),
    "line feed, then UTF-16 with mark": lambda v: (v + "\n").encode("utf-16"),
    "JSON string in base64": lambda v: base64.b64encode(json.dumps(v).encode()),
    "half": lambda v: _plain(v[: len(v) // 2]),
}
HASHES: dict[str, Callable[[bytes], bytes]] = {
    "sha256": _sha256,
    "sha1 of sha256": lambda d: hashlib.sha1(_sha256(d), usedforsecurity=False).digest(),
    "sha512 of sha256": lambda d: hashlib.sha512(_sha256(d)).digest(),
    "sha256 of MD5's hex": lambda d: _sha256(hashlib.md5(d, usedforsecurity=False).hexdigest().encode()),
    "three times": lambda d: _sha256(_sha256(_sha256(d))),
}
NOTATIONS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda d: d,
    "hex of hex": lambda d: d.hex().encode().hex().encode(),
    "tuple": lambda d: str(tuple(d)).encode(),
    "read as UTF-8": lambda d: d.decode("utf-8", "replace").encode(),
    "first 20 bytes": lambda d: d[:20],
    "43 digits": lambda d: d.hex()[:43].encode(),
    "numbers": lambda d: ",".join(map(str, d)).encode(),
}
ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "base64url": lambda d: _b64url(d).decode(),
    "upper-case hex": lambda d: d.hex().upper(),
    "base32hex": lambda d: base64.b32hexencode(d).decode(),
    "hex of base64": lambda d: base64.b64encode(d).hex(),
    "Python bytes": lambda d: repr(base64.urlsafe_b64encode(d)),
    "percent-encoded": lambda d: quote(base64.b64encode(d).decode(), safe=""),
}
DAMAGES: dict[str, Callable[[str], str]] = {
    "none": lambda c: c,
    "both ends lost": lambda c: c[1:-1],
    "beginning lost": lambda c: c[1:],
    "space inside": lambda c: c[:20] + " " + c[20:],
    "character wrong": lambda c: c[:21] + ("x" if c[21:22] != "x" else "y") + c[22:],
    "last character wrong": lambda c: c[:-1] + ("B" if c[-1:] == "A" else "A"),
    "in lines": lambda c: "\n".join(re.findall("(?s).{1,32}", c)),
    "escaped and quoted": lambda c: '"' + quote(c, safe="") + '"',
}
Tables = tuple[dict[str, Callable[..., object]], ...]
TABLES: Tables = (INPUTS, HASHES, NOTATIONS, ENCODINGS, DAMAGES)  # type: ignore[assignment]
PLAIN = ("ascii", "sha256", "raw", "base64url", "none")

verifiers = st.sampled_from((32, 48, 96)).flatmap(
    lambda size: st.binary(min_size=8, max_size=8).map(
        lambda seed: _b64url(hashlib.shake_128(seed).digest(size)).decode()
    )
)


def compose(verifier: str, steps: tuple[str, ...]) -> str:
    """Make a challenge by five named steps."""
    digest = HASHES[steps[1]](INPUTS[steps[0]](verifier))
    return DAMAGES[steps[4]](ENCODINGS[steps[3]](NOTATIONS[steps[2]](digest)))


@st.composite
def two_steps(draw: st.DrawFn) -> tuple[str, ...]:
    """Draw a composition that is two steps off S256."""
    steps = list(PLAIN)
    places = draw(st.lists(st.integers(0, 4), min_size=2, max_size=2, unique=True))
    for place in places:
        steps[place] = draw(st.sampled_from(sorted(TABLES[place].keys() - {PLAIN[place]})))
    return tuple(steps)


ONE_STEP = [(*PLAIN[:at], name, *PLAIN[at + 1 :]) for at, table in enumerate(TABLES) for name in table]


@pytest.mark.parametrize("steps", ONE_STEP, ids=", ".join)
def test_each_step_alone_is_explained(steps: tuple[str, ...]) -> None:
    """Whatever it is called, taking what was found again gives the challenge."""
    verifier = _b64url(hashlib.shake_128(b"a seed").digest(48)).decode()
    challenge = compose(verifier, steps)
    found = search(verifier, challenge)
    assert found is not None
    assert replay.fits(found.pipeline, verifier, challenge)
    assert found.is_s256 == (steps == PLAIN)


@settings(max_examples=150)
@given(verifier=verifiers, steps=two_steps())
def test_two_steps_are_explained(verifier: str, steps: tuple[str, ...]) -> None:
    """Two wrong steps hide nothing where the text can still be read back."""
    assume(not (steps[0] in _TWO_ALREADY and steps[1] != "sha256"))
    # A text whose characters are bytes that were lost cannot be put in step again once one more is gone.
    assume(not (steps[2] == "read as UTF-8" and steps[4] in _OUT_OF_STEP))
    assume(not (steps[2] in ("43 digits", "first 20 bytes") and steps[4] in ("both ends lost", "beginning lost")))
    assume(not (steps[3] == "hex of base64" and steps[4] == "both ends lost"))
    challenge = compose(verifier, steps)
    found = search(verifier, challenge)
    assert found is not None
    assert replay.fits(found.pipeline, verifier, challenge)
    assert found.odds < -50
    assert found.words.endswith(".")
    assert verifier[:12] not in found.words + found.fix


_TWO_ALREADY = (
    "cut and line feed",
    "quoted upper case",
    "line feed, then UTF-16 with mark",
    "JSON string in base64",
    "one character left out",
)
_OUT_OF_STEP = ("both ends lost", "beginning lost", "space inside", "character wrong", "in lines")
