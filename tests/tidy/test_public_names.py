"""What `import proofkey` offers is written down, exists, and is all there is."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import proofkey
from tests.tidy.tree import packages


def test_every_promised_name_is_there() -> None:
    """Each name of `__all__` can be had."""
    assert [name for name in proofkey.__all__ if not hasattr(proofkey, name)] == []


def test_no_other_name_looks_public() -> None:
    """What is not in `__all__` begins with an underscore or is a package."""
    public = {name for name, value in vars(proofkey).items() if name[0] != "_" and not isinstance(value, ModuleType)}
    assert public - set(proofkey.__all__) - {"annotations", "TYPE_CHECKING"} == set()


def test_the_promised_names_are_sorted_and_once_each() -> None:
    """A list that people read stays readable."""
    names = list(proofkey.__all__)
    assert names == sorted(set(names))


def test_importing_the_package_starts_nothing() -> None:
    """`import proofkey` loads none of its products, and no third-party package."""
    heavy = [*(f"proofkey.{package}" for package in packages()), "httpx", "msgspec", "platformdirs"]
    program = f"import sys, proofkey; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
