"""Which parts of a login a piece of code has: what was looked at in it, and what to look for elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.block import AUTHORIZATION, CALLBACK, EFFECT, KEEPING, PAIR, REDEMPTION
from proofkey.doctor.sources.source_code.rules.pairs import challenges_of, verifiers_of
from proofkey.doctor.sources.source_code.trace import Trace
from proofkey.doctor.sources.source_code.values import Fields, digest_of, root_of

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.rules.token_request import TokenCall


def parts_of(trace: Trace, calls: list[TokenCall], forms: list[Fields], authorization: Fields | None) -> set[str]:
    """Name the parts that the followed code shows."""
    found: set[str] = set()
    if any(root_of(each.value) or digest_of(each.value) for each in (*challenges_of(trace), *verifiers_of(trace))):
        found.add(PAIR)
    if authorization is not None:
        found.add(AUTHORIZATION)
    if trace.callback_reads:
        found.add(CALLBACK)
    if trace.storage:
        found.add(KEEPING)
    if calls or forms:
        found.add(REDEMPTION)
    if any(call.sent.effect is not None for call in calls):
        found.add(EFFECT)
    return found
