"""Prometheus' text format 0.0.4: families of samples, written out when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]
Kind = Literal["counter", "gauge"]


def family(name: str, kind: Kind, words: str, samples: Iterable[tuple[Labels, float]]) -> list[str]:
    """Write counters or gauges of one name."""
    lines = _head(name, kind, words)
    lines.extend(f"{name}{_labels(labels)} {_number(value)}" for labels, value in samples)
    return lines


def single(name: str, kind: Kind, words: str, value: float) -> list[str]:
    """Write one without labels."""
    return family(name, kind, words, [({}, value)])


def histogram(
    name: str, words: str, bounds: Sequence[float], series: Iterable[tuple[Labels, Sequence[int], float]]
) -> list[str]:
    """Write a histogram from plain counts per bucket, the last above all bounds, and the sum of what was observed."""
    lines = _head(name, "histogram", words)
    for labels, counts, total in series:
        edges = [*(_number(bound) for bound in bounds), "+Inf"]
        for edge, below in zip(edges, accumulate(counts), strict=True):
            lines.append(f"{name}_bucket{_labels({**labels, 'le': edge})} {below}")
        lines.append(f"{name}_sum{_labels(labels)} {_number(total)}")
        lines.append(f"{name}_count{_labels(labels)} {sum(counts)}")
    return lines


def _head(name: str, kind: str, words: str) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
