"""Values of many rows for one statement: it is prepared for some numbers of rows, and padded to the next of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain

MOST_AT_ONCE = 512  # rows of one statement
_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, MOST_AT_ONCE)


def padded(rows: Sequence[Sequence[object]], columns: int) -> tuple[int, tuple[object, ...]]:
    """Give the number of rows that the statement takes, and their values: ours, and NULL for rows not to be inserted.

    `rows`: at most MOST_AT_ONCE; raises IndexError for more.
    """
    size = _SIZES[bisect_left(_SIZES, len(rows))]
    return size, (*chain.from_iterable(rows), *(None,) * (columns * (size - len(rows))))
