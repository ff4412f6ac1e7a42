"""Milliseconds that the transform search takes for a pair, and how that compares with computing one S256.

    python bench/transforms.py [PAIRS]

Ratios travel between machines better than numbers: both are printed, the ratio to 10,000 plain SHA-256. Processor time
is measured, so that a busy machine does not count. The composed pairs are drawn from the grammars in the tests, which
are written apart from the search; "random compositions" are random in every step, and a good part of them shows too
little of a digest. "unrelated" pairs cost most, as everything is tried: verifiers of 43 to 128 characters, challenges
of every look that a wrong one has.
"""

from __future__ import annotations

import base64
import hashlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the compositions stand among the tests

from proofkey.doctor.transforms import search
from tests.doctor.transforms import compositions, further_compositions

LIMIT = 50.0  # milliseconds for a pair
DISTURBED = 30.0  # milliseconds from which a pair is measured three times
REFERENCE = 10_000  # SHA-256, with which the times are compared
_TABLES = (
    compositions.INPUTS,
    compositions.HASHES,
    compositions.NOTATIONS,
    compositions.ENCODINGS,
    compositions.DAMAGES,
)


def base64url(data: bytes) -> str:
    """Encode without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def s256(verifier: str) -> str:
    """Compute the challenge, with the standard library alone."""
    return base64url(hashlib.sha256(verifier.encode()).digest())


def right_pairs(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give pairs as they should be."""
    while True:
        verifier = base64url(draw.randbytes(32))
        yield verifier, s256(verifier)


def common_faults(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give pairs with one of the faults that are seen most."""
    while True:
        verifier = base64url(draw.randbytes(32))
        composed = draw.choice((("raw", "b64url-pad"), ("raw", "b64"), ("hex", "text"), ("hex", "b64url")))
        yield verifier, compositions.compose(verifier, ("ascii", "sha256", *composed, "none"))


def compositions_of(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give pairs by a random step of every kind."""
    while True:
        verifier = base64url(draw.randbytes(draw.choice((32, 48, 96))))
        chosen = [draw.choice(sorted(table)) for table in _TABLES]
        yield verifier, compositions.compose(verifier, (chosen[0], chosen[1], chosen[2], chosen[3], chosen[4]))


def steps_off(deviating: int) -> Callable[[random.Random], Iterator[tuple[str, str]]]:
    """Give pairs that are so many steps off S256, drawn from the wider grammar in the tests."""

    def pairs(draw: random.Random) -> Iterator[tuple[str, str]]:
        while True:
            yield further_compositions.draw_pair(draw, deviating)

    return pairs


LOOKS: dict[str, Callable[[random.Random], str]] = {
    "as it should be": lambda draw: base64url(draw.randbytes(32)),
    "padded": lambda draw: base64.b64encode(draw.randbytes(32)).decode(),
    "hexadecimal": lambda draw: draw.randbytes(32).hex(),
    "upper-case hexadecimal": lambda draw: draw.randbytes(32).hex().upper(),
    "encoded twice": lambda draw: base64url(draw.randbytes(32).hex().encode()),
    "encoded three times": lambda draw: base64url(base64url(base64url(draw.randbytes(32)).encode()).encode()),
    "printed numbers": lambda draw: base64url(",".join(map(str, draw.randbytes(32))).encode()),
    "percent-encoded": lambda draw: quote(base64.b64encode(draw.randbytes(32)).decode(), safe=""),
    "percent-encoded twice": lambda draw: quote(quote(base64.b64encode(draw.randbytes(32)).decode()), safe=""),
    "cut": lambda draw: base64url(draw.randbytes(32))[: draw.randrange(8, 43)],
    "in upper case": lambda draw: base64url(draw.randbytes(32)).upper(),
    "printed and in lower case": lambda draw: base64url(draw.randbytes(32).hex().encode()).lower(),
    "without symbols": lambda draw: base64url(draw.randbytes(32)).replace("-", "").replace("_", ""),
    "another digest": lambda draw: base64url(draw.randbytes(64)),
    "base32": lambda draw: base64.b32encode(draw.randbytes(32)).decode(),
    "in lines": lambda draw: base64.encodebytes(draw.randbytes(64)).decode(),
    "read as text": lambda draw: base64url(draw.randbytes(32).decode("utf-8", "replace").encode()),
    "bytes as text": lambda draw: draw.randbytes(32).decode("latin-1"),
    "quoted": lambda draw: f'"{base64url(draw.randbytes(32))}"',
}
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def unrelated_pairs(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give pairs that have nothing to do with each other: every pipeline is tried."""
    while True:
        for look in LOOKS.values():
            length = draw.randrange(43, 129)
            verifiers = (
                base64url(draw.randbytes(draw.choice((32, 40, 48, 64, 96)))),
                "".join(draw.choices(_UNRESERVED, k=length)),
                draw.randbytes(64).hex()[:length],
            )
            yield draw.choice(verifiers), look(draw)


def measure(pairs: Iterator[tuple[str, str]], count: int) -> tuple[list[float], int]:
    """Search pairs; give the milliseconds of each, sorted, and how many were explained."""
    times, explained = [], 0
    for _ in range(count):
        verifier, challenge = next(pairs)
        found, taken = search_timed(verifier, challenge)
        if taken > DISTURBED:  # a shared machine disturbs processor time as well: the least of three counts
            taken = min(taken, *(search_timed(verifier, challenge)[1] for _ in range(2)))
        explained += found
        times.append(taken)
    return sorted(times), explained


def search_timed(verifier: str, challenge: str) -> tuple[bool, float]:
    """Tell whether a pair was explained, and after how many milliseconds."""
    started = time.process_time()
    found = search(verifier, challenge) is not None
    return found, (time.process_time() - started) * 1000


def time_reference() -> float:
    """Give the milliseconds of as many SHA-256 of a verifier's length as the reference has."""
    verifier = b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    started = time.process_time()
    for _ in range(REFERENCE):
        hashlib.sha256(verifier).digest()
    return (time.process_time() - started) * 1000


def main() -> None:
    """Print a table: half of the pairs take at most so long, 99 of 100, and the slowest one."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    search("warm" * 12, "up" * 21)
    reference = min(time_reference() for _ in range(5))
    print(f"the reference, {REFERENCE:,} SHA-256: {reference:.2f} ms\n")
    print(
        f"{'pairs':21}{'explained':>11}{'median ms':>11}{'99 % ms':>9}{'worst ms':>10}{'worst / ref':>13}{'over 50':>9}"
    )
    kinds: dict[str, Callable[[random.Random], Iterator[tuple[str, str]]]] = {
        "right": right_pairs,
        "common faults": common_faults,
        "one step off": steps_off(1),
        "two steps off": steps_off(2),
        "three steps off": steps_off(3),
        "random compositions": compositions_of,
        "unrelated": unrelated_pairs,
    }
    for name, pairs in kinds.items():
        draw = random.Random(name)  # noqa: S311 (the same pairs each time)
        times, explained = measure(pairs(draw), count)
        median, late, worst = times[len(times) // 2], times[len(times) * 99 // 100], times[-1]
        over = sum(taken > LIMIT for taken in times)
        row = f"{name:22}{explained / count:>10.1%}{median:>11.3f}{late:>9.2f}{worst:>10.2f}"
        print(f"{row}{worst / reference:>13.1f}{over:>9}")


if __name__ == "__main__":
    main()
