"""React effects that redeem a code: which requests they send, and what keeps a second run from sending another.

An effect runs twice on mount in StrictMode, which the templates of React turn on in development; a code is for one
redemption (RFC 6749 4.1.2). What cannot be told to be missing counts as a guard.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.block import Observation
from proofkey.doctor.sources.source_code.trace import Effect
from proofkey.doctor.sources.source_code.values import Closure, Known, Value

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower
    from proofkey.doctor.sources.source_code.rules.token_request import TokenCall

MAX_NAMES = 50  # refs and variables that are looked at as guards

_EFFECTS = frozenset(["useEffect", "useLayoutEffect", "useInsertionEffect"])
_KEEPS = frozenset(["useCallback", "useEffectEvent", "useEvent", "useMemoizedFn"])
_LISTENS = frozenset(["addEventListener", "on", "once", "subscribe", "addListener"])
# Before the request: the second run finds no code in the URL, or no verifier, and goes no further.
_CLEANS = frozenset(["replaceState", "setSearchParams", "navigate", "replace", "removeItem", "remove", "delete"])
_GUARDS = re.compile(
    r"\bAbortController\b|\.abort\(|\bclearTimeout\(|\bnavigator\.locks\b|\?\?=|\|\|=|\bonce\(|\bmemoize\w*\("
    r"|\bnew AsyncLock\b|\bMutex\b"
)
_REF_IS_SET = re.compile(r"\b(\w+)\.current\s*=(?!=)")
_VARIABLE = re.compile(r"^(?:export\s+)?(?:let|var)\s+(\w+)\b", re.MULTILINE)
_COLLECTION = re.compile(
    r"^(?:export\s+)?const\s+(\w+)\b[^=\n]*=\s*(?:new\s+(?:Set|Map|WeakMap)\b|\{\s*\}|\[\s*\])", re.MULTILINE
)


def note_call(follower: Follower, called: str, arguments: list[Value], line: int) -> None:
    """Note what a call means for effects: it declares one, listens for something later, or removes the code."""
    first = arguments[0] if arguments else None
    if called in _EFFECTS and isinstance(first, Closure):
        first.effect = Effect(line)
    elif called in _LISTENS:
        for each in arguments:
            if isinstance(each, Closure):
                each.effect = None
    elif follower.effect is not None:
        if called in _CLEANS:
            follower.effect.cleaned = True
        elif called in ("getItem", "setItem") and isinstance(first, Known):
            if called == "setItem" and first.value in follower.effect.asked:
                follower.effect.cleaned = True  # a mark that the next run finds
            follower.effect.asked.add(first.value)


def kept_function(called: str, arguments: list[Value]) -> Closure | None:
    """Give the function that a hook gives back as it is: `const redeem = useCallback(async (code) => ..., [])`."""
    first = arguments[0] if arguments else None
    return first if called in _KEEPS and isinstance(first, Closure) else None


def facts_of_effects(calls: list[TokenCall], code: str) -> list[Observation]:
    """Name an effect that redeems the code and has nothing that keeps it from doing so twice."""
    for call in calls:
        effect = call.sent.effect
        if effect is None or call.sent.guarded or is_guarded(code):
            continue
        what = (
            f"The effect in line {effect.line} redeems the code, and nothing keeps a second run from doing so again:"
            " React's StrictMode runs every effect twice in development, and the second redemption is refused with"
            " invalid_grant."
        )
        return [Observation("code-redeemed-twice", call.line, what, conditional=True)]
    return []


def is_guarded(code: str) -> bool:
    """Tell whether code has anything that keeps something from being done twice."""
    if _GUARDS.search(code):
        return True
    for name in _names(_REF_IS_SET, code):
        if _is_tested(rf"{re.escape(name)}\.current", code):
            return True
    for name in _names(_VARIABLE, code):
        if re.search(rf"(?<!let )(?<!var )\b{name}\s*=(?!=)", code) and _is_tested(name, code):
            return True
    return any(
        re.search(rf"\b{name}(?:\.(?:has|get|includes)\(|\[[^\]\n]+\])", code)
        and re.search(rf"\b{name}(?:\.(?:add|set|push)\(|\[)", code)
        for name in _names(_COLLECTION, code)
    )


def _names(pattern: re.Pattern[str], code: str) -> list[str]:
    return list(dict.fromkeys(pattern.findall(code)))[:MAX_NAMES]


def _is_tested(pattern: str, code: str) -> bool:
    return re.search(rf"if\s*\([^{{}};\n]*\b{pattern}\b(?!\s*=[^=])|\b{pattern}\s*(?:&&|\|\||\?)", code) is not None
