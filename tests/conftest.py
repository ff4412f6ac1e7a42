"""Settings of every test: examples drawn the same way each time, and nothing taken from the developer's own shell."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from scripts.programs import Program, find_chromium, find_firefox, find_node, find_postgres

pytest_plugins = ["tests.postgres"]  # fixtures that start a PostgreSQL when a test asks for one

# `HYPOTHESIS_PROFILE=explore` draws many and new examples; the other runs are the same everywhere.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_PROGRAMS = {"PROOFKEY_CHROMIUM", "PROOFKEY_FIREFOX", "PROOFKEY_NODE", "PROOFKEY_POSTGRES"}
for _name in [name for name in os.environ if name.startswith("PROOFKEY_") and name not in _PROGRAMS]:
    del os.environ[_name]

# httpx gives up after five seconds, which a loaded machine may need; no test waits for that.
for _name in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, _name, 60.0)

# A shell starts what it runs in the background with Ctrl-C ignored, and everything that is started there inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Take back what a test did to the log of this process, as `proofkey serve` in it does.

    Later tests would write to a stream that is closed, and would see lines below the level of warnings.
    """
    root, names = logging.getLogger(), ("_srcfile", "logThreads", "logProcesses", "logMultiprocessing")
    handlers, level, found = root.handlers[:], root.level, {name: getattr(logging, name) for name in names}
    result = yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, value in found.items():
        setattr(logging, name, value)
    return result


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the path of a Chromium that was seen to work."""
    return _path_or_skip(find_chromium())


@pytest.fixture(scope="session")
def firefox() -> Path:
    """Give a Firefox."""
    return _path_or_skip(find_firefox())


@pytest.fixture(scope="session")
def node() -> Path:
    """Give the path of a Node.js with a test runner."""
    return _path_or_skip(find_node())


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    """Give the folder of `initdb` and `pg_ctl`."""
    return _path_or_skip(find_postgres())


def _path_or_skip(program: Program) -> Path:
    if program.path is None:
        pytest.skip(f"{program.name} {program}")
    return program.path
