"""The tests of the faults as witnesses: each is run once, and what it judges is kept with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proofkey.doctor import diagnose
from proofkey.doctor.assemble import assemble
from proofkey.doctor.capture import Capture
from proofkey.doctor.login import Login
from tests.doctor.mutation.witnesses import Witness

FOLDER = Path(__file__).resolve().parents[1]
TESTS = ("faults", "test_diagnose.py", "test_answers.py", "test_registration.py", "test_variations.py")


class Recorder:
    """A pytest plugin that remembers the logins that a test judges, and how to run it again."""

    def __init__(self) -> None:
        self.witnesses: list[Witness] = []
        self._judged: list[Login] = []

    def assemble(self, capture: Capture) -> list[Login]:
        """Stand before the function of this name, and remember what it gave."""
        logins = assemble(capture)
        self._judged += logins
        return logins

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        """Keep the test, where it needs nothing but its parameters."""
        self._judged = []
        yield
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if self._judged and set(inspect.signature(item.obj).parameters) <= set(parameters):
            again = partial(_runs_through, item.obj, dict(parameters))
            self.witnesses.append(Witness(item.nodeid, frozenset(), again, self._judged))


def recorded() -> list[Witness]:
    """Run the tests once and give those that judged something."""
    recorder = Recorder()
    # The package is loaded already; its own asserts need no rewriting.
    quiet = ["-qq", "--no-header", "--no-summary", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    arguments = [*quiet, "-p", "no:xdist", "-p", "no:cacheprovider"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnose, "assemble", recorder.assemble)
        code = pytest.main([*arguments, *(str(FOLDER / name) for name in TESTS)], plugins=[recorder])
    if code != pytest.ExitCode.OK:
        raise RuntimeError("the tests fail before anything is broken")
    return recorder.witnesses


def _runs_through(test: Callable[..., Any], parameters: dict[str, object]) -> bool:
    try:
        test(**parameters)
    except pytest.skip.Exception:
        return True  # another test says that this case fails
    except Exception:
        return False
    return True
