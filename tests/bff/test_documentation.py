"""What docs/bff.md shows runs, and what its tables say is so."""

from __future__ import annotations

import inspect
import re
import subprocess
from pathlib import Path

import pytest

from proofkey.bff import Lifetimes, dispatch
from proofkey.bff.starlette import Login
from tests.bff.test_examples import Window
from tests.bff.visitors import Loop

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "bff.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Give the page's code of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", [0, 1], ids=["fastapi", "flask"])
def test_the_ten_lines_make_an_app(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: Loop) -> None:
    """As they stand; there are ten of them beside the imports and the view."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"SECRET": "a secret", "__name__": "shown"}
    exec(compile(blocks("python")[number], "docs/bff.md", "exec"), names)  # noqa: S102
    login = names["login"]
    assert login.bff.site.session_cookie == "__Host-bff_session"  # type: ignore[attr-defined]
    assert login.bff.apis["orders"].permits("POST", "/orders/7")  # type: ignore[attr-defined]
    assert not login.bff.apis["orders"].permits("GET", "/admin")  # type: ignore[attr-defined]
    if number == 1:
        answer = names["app"].test_client().get("/hello", base_url="https://app.example")  # type: ignore[attr-defined]
    else:
        with Window(names["app"], loop).open() as window:
            answer = window("GET", "/hello")
    assert answer.status_code == 403


def test_the_calls_of_the_back_end_are_there() -> None:
    """`access_token` takes a session or its handle."""
    assert blocks("python")[2].count("login.access_token(") == 2
    assert list(inspect.signature(Login.access_token).parameters) == ["self", "session"]


def test_the_script_can_be_read(node: Path) -> None:
    """It is a module without mistakes in its syntax."""
    (script,) = blocks("js")
    run = subprocess.run([str(node), "--input-type=module", "--check"], input=script, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_every_endpoint_is_in_the_table() -> None:
    """And no other."""
    shown = set(re.findall(r"^\| (?:`(?:GET|POST) |any `)([a-z]+)", PAGE, re.MULTILINE))
    assert shown == {path[1:] for path in dispatch._ENDPOINTS} | {"api"}


def test_the_lifetimes_are_those_of_the_table() -> None:
    """Two hours, twelve hours, ten minutes."""
    lifetimes = Lifetimes()
    assert (lifetimes.idle, lifetimes.absolute, lifetimes.pending) == (7200, 43_200, 600)
