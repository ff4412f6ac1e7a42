"""Whether there is a screen to open a browser on."""

from __future__ import annotations

import os
import sys


def has_a_screen() -> bool:
    """Tell whether a browser that is started now would be seen."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
