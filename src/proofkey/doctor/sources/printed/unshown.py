"""What a print leaves out: `[Object]`, `[Circular *1]`, a function, a value behind the point where the text ends."""

from __future__ import annotations

from typing import Any


class Unshown:
    """A value that is there and not printed."""

    def __repr__(self) -> str:
        return "UNSHOWN"


UNSHOWN = Unshown()


class Printed(dict[str, Any]):
    """The members of a printed object, with the name of what made it: "AxiosHeaders", "Map", ""."""

    __slots__ = ("maker",)

    def __init__(self, maker: str = "") -> None:
        super().__init__()
        self.maker = maker


def shown(value: Any) -> Any:
    """Give a printed value as plain JSON values; what was not printed is left out."""
    if isinstance(value, dict):
        return {str(name): shown(each) for name, each in value.items() if not isinstance(each, Unshown)}
    if isinstance(value, list):
        return [shown(each) for each in value if not isinstance(each, Unshown)]
    return value
