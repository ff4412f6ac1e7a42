"""`proofkey doctor --web`: a page of this machine to drop captures on; the report is its answer.

Nothing is kept and nothing leaves the machine. The address holds a random token, and only the page itself may post.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from html import escape
from threading import Lock

from proofkey.doctor.capture import join
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.listening import LoopbackHandler, LoopbackServer
from proofkey.doctor.multipart import Part, read_parts
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.reports import html
from proofkey.doctor.sources import Undecodable, read

MAX_BODY = 100 * 1024 * 1024
POLICY = f"{html.POLICY}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_TEXT_NAME = "pasted text"

_FORM = """<h1>Why does the login fail?</h1>
<p class="lead">Drop a HAR file, or paste what you have: curl commands, raw HTTP, code, a whole question. It is read on
this machine and goes nowhere.</p>
{notice}<form method="post" enctype="multipart/form-data">
<div class="field"><label for="capture">Captures <span class="hint">drop files here, or choose them</span></label>
<input class="drop" id="capture" type="file" name="capture" multiple></div>
<div class="field"><label for="text">Or text</label><textarea id="text" name="text" spellcheck="false"></textarea></div>
<div class="field"><label for="client">The client's registration <span class="hint">JSON, if you have it</span></label>
<input id="client" type="file" name="client"></div>
<button>Find the fault</button>
</form>"""


class WebServer(LoopbackServer):
    """The page's server: its token, and a lock, because one capture at a time fills the memory enough."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 0, _Handler)
        self.token = secrets.token_urlsafe(24)
        self.judging = Lock()

    @property
    def address(self) -> str:
        """The page's address, with the token."""
        return f"{self.origin}/{self.token}/"


def serve(announce: Callable[[str], None]) -> int:
    """Serve the page until Ctrl-C; `announce` is told its address."""
    with WebServer() as server:
        announce(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


class _Handler(LoopbackHandler):
    server: WebServer

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Show the form."""
        if self._may_enter():
            self._show(200, form())

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:  # noqa: N802
        """Judge what was dropped."""
        if not self._may_enter():
            self.close_connection = True
            return
        if self.headers.get("Origin") != f"http://{self.headers['Host']}":
            self.close_connection = True
            self.say(403, "Only the page itself may send something here.")
            return
        with self.server.judging:
            body = self.read_body(MAX_BODY)
            if body is None:
                return
            status, page = judge(list(read_parts(self.headers.get("Content-Type", ""), body)))
        self._show(status, page)

    def _may_enter(self) -> bool:
        if self.refuse_strangers():
            return False
        if hmac.compare_digest(self.path.encode(), f"/{self.server.token}/".encode()):
            return True
        self.say(404, "There is nothing here. The address with the token stands in the terminal.")
        return False

    def _show(self, status: int, page: str) -> None:
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        self.reply(status, page.encode("utf-8", "replace"), headers)


def form(notice: str = "") -> str:
    """Give the page with the form."""
    told = f'<p class="notice" role="alert">{escape(notice)}</p>\n' if notice else ""
    return html.page("Doctor", _FORM.format(notice=told))


def judge(parts: list[Part]) -> tuple[int, str]:
    """Give status and page for what was dropped."""
    inputs = [part for part in parts if part.name in ("capture", "text") and part.content.strip()]
    if not inputs:
        return 400, form("There was nothing to read: drop a file or paste a text.")
    try:
        captures = [read(part.filename or _TEXT_NAME, part.content) for part in inputs]
        capture = captures[0] if len(captures) == 1 else join(captures)
        for part in parts:
            if part.name == "client" and part.content.strip():
                capture.registrations += read_registrations(part.filename or "registration", part.content)
    except Undecodable as error:
        return 400, form(str(error))
    return 200, html.write(diagnose(capture), before='<nav><p><a href="">Another capture</a></p></nav>')
