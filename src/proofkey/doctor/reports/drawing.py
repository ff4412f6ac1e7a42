"""One row of a sequence diagram as SVG: three lifelines and an arrow.

Positions are shares of the width, so that the row fits any window and any height of the words beside it; colours are
those of the page's style sheet.
"""

from __future__ import annotations

from proofkey.doctor.reports.exchange import Actor

_AT: dict[Actor, float] = {"app": 100 / 6, "browser": 50.0, "server": 500 / 6}
_ARROW_AT = 22  # pixels from the top of the row


def draw_row(sender: Actor, receiver: Actor, *, wrong: bool = False, refused: bool = False) -> str:
    """Draw the arrow of one message; the words beside it tell the same, so it is hidden from screen readers."""
    kind = "wrong" if wrong else "refused" if refused else "right"
    start, end = _AT[sender], _AT[receiver]
    lines = "".join(f'<line class="life" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="100%"/>' for x in _AT.values())
    arrow = f'<line class="way" x1="{start:.2f}%" x2="{end:.2f}%" y1="{_ARROW_AT}" y2="{_ARROW_AT}"/>'
    points = "0,0 -11,-6 -11,6" if end > start else "0,0 11,-6 11,6"
    tip = _at(end, f'<polygon class="tip" points="{points}"/>')
    cross = '<circle class="blot" r="10"/><path class="cross" d="M-4-4L4 4M4-4L-4 4"/>'
    mark = _at((start + end) / 2, cross) if wrong else ""
    return f'<svg class="row {kind}" aria-hidden="true" focusable="false">{lines}{arrow}{tip}{mark}</svg>'


def _at(share: float, shape: str) -> str:
    return f'<svg x="{share:.2f}%" y="{_ARROW_AT}" width="1" height="1" overflow="visible">{shape}</svg>'
