"""A single-page app made of one page of this folder and one library, on loopback, beside the server it logs in at."""

from __future__ import annotations

import json
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
