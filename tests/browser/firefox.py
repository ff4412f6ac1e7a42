"""A Firefox as distributions ship it, with as much of Playwright's interface as the tests of the browser module use.

Playwright drives only a Firefox of its own making; Puppeteer speaks WebDriver BiDi with the ordinary one. It runs in
Node (firefox.mjs) and is told what to do line by line.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("firefox.mjs")


class FirefoxError(Exception):
    """Raised when Firefox could not do what a test asked for."""


class Firefox:
    """The process; `ask` sends a command and waits for its answer."""

    def __init__(self, node: Path, puppeteer: Path, executable: Path) -> None:
        command = [str(node), str(DRIVER), puppeteer.as_uri(), str(executable)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = str(self._read()["ready"])

    def ask(self, what: str, **arguments: Any) -> Any:
        """Do something and give what came of it. Raises FirefoxError."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        if "error" in answer:
            raise FirefoxError(f"{what} {arguments}: {answer['error']}")
        return answer["value"]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise FirefoxError("Firefox ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def new_context(self) -> FirefoxContext:
        """Open a window with storage of its own."""
        return FirefoxContext(self, str(self.ask("context")))

    def close(self) -> None:
        """End Firefox and its driver."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@dataclass(frozen=True)
class FirefoxContext:
    """Tabs that share cookies and storage."""

    firefox: Firefox
    key: str

    def new_page(self) -> FirefoxTab:
        """Open a tab."""
        return FirefoxTab(self.firefox, str(self.firefox.ask("open", context=self.key)))

    def set_default_timeout(self, milliseconds: int) -> None:
        """The driver has one patience for everything."""

    def cookies(self) -> list[dict[str, Any]]:
        """Give the cookies of all sites."""
        found: list[dict[str, Any]] = self.firefox.ask("cookies", context=self.key)
        return found

    def close(self) -> None:
        """Close the tabs and forget the storage."""
        self.firefox.ask("closeContext", context=self.key)


@dataclass(frozen=True)
class FirefoxFrame:
    """A document: that of a tab, or of a frame in it."""

    firefox: Firefox
    key: str
    number: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return str(self._ask("url"))

    @property
    def page(self) -> FirefoxTab:
        """The tab that it is in."""
        return FirefoxTab(self.firefox, self.key)

    def _ask(self, what: str, **arguments: Any) -> Any:
        return self.firefox.ask(what, page=self.key, frame=self.number, **arguments)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Evaluate an expression, call it if it is a function, and wait if it is a promise."""
        return self._ask("evaluate", script=script, argument=argument)

    def wait_for_function(self, script: str, *, arg: Any = None) -> None:
        """Wait until an expression holds."""
        self._ask("untilTrue", script=script, argument=arg)

    def wait_for_selector(self, selector: str) -> None:
        """Wait until there is such an element."""
        self.wait_for_function(f"document.querySelector({json.dumps(selector)})")

    def click(self, selector: str) -> None:
        """Click on an element as a person does."""
        self._ask("click", selector=selector)


@dataclass(frozen=True)
class FirefoxTab(FirefoxFrame):
    """A tab or a popup."""

    @property
    def frames(self) -> list[FirefoxFrame]:
        """The documents in it, its own first."""
        self.firefox.ask("untilTrue", page=self.key, script="frames.length > 0 || document.readyState === 'complete'")
        return [FirefoxFrame(self.firefox, self.key, each) for each in range(self._ask("frames"))]

    def goto(self, url: str) -> None:
        """Open an address and wait until it has loaded."""
        self._ask("goto", url=url)

    def reload(self) -> None:
        """Load the page again."""
        self._ask("reload")

    def go_back(self) -> None:
        """Press Back."""
        self._ask("back")

    def title(self) -> str:
        """Give the title."""
        return str(self._ask("title"))

    def fill(self, selector: str, text: str) -> None:
        """Type over what is in a field."""
        self._ask("fill", selector=selector, text=text)

    def close(self) -> None:
        """Close it."""
        self._ask("close")

    def is_closed(self) -> bool:
        """Tell whether it is gone."""
        return bool(self._ask("isClosed"))

    def wait_for_event(self, name: str) -> None:
        """Wait until it closes."""
        assert name == "close"
        self._ask("untilClosed")

    def wait_for_url(self, pattern: str) -> None:
        """Wait until its address is like a pattern with stars."""
        self.wait_for_function(f"{_expression(pattern)}.test(location.href)")

    @contextmanager
    def expect_event(self, name: str, predicate: Callable[[Loaded], bool]) -> Iterator[None]:
        """Wait, after what happens inside, until a document has been parsed that the predicate likes."""
        assert name == "domcontentloaded"
        seen = int(self._ask("countLoads"))
        yield
        while True:
            addresses = self._ask("loads", since=seen)
            if any(predicate(Loaded(each)) for each in addresses):
                return
            seen += len(addresses)

    @contextmanager
    def expect_navigation(self, url: str) -> Iterator[None]:
        """Wait, after what happens inside, until the tab is at such an address."""
        with self.expect_event("domcontentloaded", lambda page: re.match(translate(url), page.url) is not None):
            yield

    @contextmanager
    def expect_popup(self) -> Iterator[Popup]:
        """Wait, after what happens inside, for the window that it opens."""
        popup = Popup()
        yield popup
        popup.found.append(FirefoxTab(self.firefox, str(self._ask("popup"))))


@dataclass(frozen=True)
class Loaded:
    """A document that was parsed."""

    url: str


@dataclass(frozen=True)
class Popup:
    """A window that is about to open."""

    found: list[FirefoxTab] = field(default_factory=list)

    @property
    def value(self) -> FirefoxTab:
        """The window."""
        return self.found[0]


def _expression(pattern: str) -> str:
    escaped = ".*".join(re.escape(part).replace("/", "\\/") for part in re.split(r"\*+", pattern))
    return f"/^{escaped}$/"
