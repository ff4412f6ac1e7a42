"""Single-page apps on loopback, beside the server they log in at: one page with one library, or a bundler's output."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path

from tests.browser.sites import Answer, Request, Site, html

PAGES = Path(__file__).resolve().parent / "javascript"


class SinglePageApp(Site):
    """Serves `/` and `/callback` with the page, `/library.js`, and `/settings.js` with what the test wants."""

    def __init__(self, page: str, library: Path) -> None:
        super().__init__("localhost")
        self.settings: dict[str, object] = {}
        self._page = (PAGES / page).read_text(encoding="utf-8")
        self._library = library.read_bytes()

    @property
    def callback(self) -> str:
        """The redirect URI."""
        return f"{self.origin}/callback"

    def answer(self, request: Request) -> Answer:
        """Answer a request of the browser."""
        if request.path in ("/", "/callback"):
            return html(self._page)
        if request.path == "/library.js":
            return _script(self._library)
        if request.path == "/settings.js":
            return _script(f"const settings = {json.dumps(self.settings)};".encode())
        return Answer(404)


def _script(content: bytes) -> Answer:
    return Answer(200, {"content-type": "text/javascript; charset=utf-8"}, content)


class BuiltApp(Site):
    """Serves what a bundler wrote, and its page at every other address, under a policy that forbids inline scripts."""

    def __init__(self, name: str = "127.0.0.1") -> None:
        super().__init__(name)
        self.folder = Path()
        self.may_connect_to = ""

    @property
    def callback(self) -> str:
        """The redirect URI."""
        return f"{self.origin}/callback"

    def answer(self, request: Request) -> Answer:
        """Give a file, else the page: an app with a router of its own has no others."""
        file = self.folder / request.path.lstrip("/")
        if not file.is_file() or self.folder not in file.resolve().parents:
            file = self.folder / "index.html"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        policy = f"default-src 'self'; connect-src {self.may_connect_to}; style-src 'self'"
        return Answer(200, {"content-type": kind, "content-security-policy": policy}, file.read_bytes())
