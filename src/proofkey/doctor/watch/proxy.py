"""The proxy's listener: what is forwarded, what the browser is sent on with, and what is refused."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from html import escape

from proofkey.doctor.assemble.roles import role_of
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.listening import LoopbackHandler, LoopbackServer
from proofkey.doctor.message import Message
from proofkey.doctor.redact import redactor_of
from proofkey.doctor.reports import html
from proofkey.doctor.watch import metadata
from proofkey.doctor.watch.journal import MAX_RECORDED, Journal
from proofkey.doctor.watch.unseen import unseen_of
from proofkey.doctor.watch.upstream import VIA, Answer, Unreachable, Upstream, refuse_itself

MAX_BODY = 1024 * 1024
PAGE_POLICY = f"{html.POLICY}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
REFRESH = 5  # seconds
MAX_SAID = 100  # sentences on the page about what is not seen

Tell = Callable[[Message, Diagnosis | None], None]


class Proxy(LoopbackServer):
    """A reverse proxy for one upstream; `tell` hears of every request that was answered.

    Raises Misuse where the upstream is the proxy itself, ValueError where the address is not loopback.
    """

    def __init__(self, host: str, port: int, upstream: Upstream, tell: Tell) -> None:
        super().__init__(host, port, _Handler)
        try:
            refuse_itself(upstream.origin, self.port)
        except Exception:
            self.server_close()
            raise
        self.upstream = upstream
        self.tell = tell
        self.journal = Journal()
        self.token = secrets.token_urlsafe(24)

    @property
    def page(self) -> str:
        """The address of the page that shows what was seen."""
        return f"{self.origin}/{self.token}/"


class _Handler(LoopbackHandler):
    server: Proxy

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Show the page, send the browser on, or forward."""
        if self.refuse_strangers() or self._is_loop():
            return
        if hmac.compare_digest(self.path.encode(), f"/{self.server.token}/".encode()):
            self._show()
            return
        body = self.read_body(MAX_BODY)
        if body is None:
            return
        message = self._message(body)
        if self.command in ("GET", "POST") and (self._navigates() or role_of(message) == "authorize"):
            self._send_on(message)
        else:
            self._forward(message, body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _is_loop(self) -> bool:
        if VIA in ", ".join(self.headers.get_all("Via") or []):
            self.say(508, "This request went through this proxy before.")
            return True
        return False

    def _navigates(self) -> bool:
        """Tell whether a page is asked for: it belongs at the server's own address, where its cookies are."""
        return self.headers.get("Sec-Fetch-Mode") == "navigate"

    def _send_on(self, message: Message) -> None:
        """Redirect the browser to the same request at the server itself."""
        self.server.tell(message, self.server.journal.add(message))
        status = 302 if self.command == "GET" else 307
        self.reply(status, b"", {"Location": message.url, "Referrer-Policy": "no-referrer"})

    def _forward(self, message: Message, body: bytes) -> None:
        try:
            answer = self.server.upstream.forward(self.command, self.path, self.headers.items(), body)
        except Unreachable as error:
            message.status, message.network_error = 0, str(error)
            self._told(message)
            self.say(502, f"The server behind this proxy did not answer: {error}.")
            return
        message.status = answer.status
        message.response_headers = tuple((name.lower(), value) for name, value in answer.headers)
        message.redirect_target = answer.header("location") if 300 <= answer.status < 400 else None
        if answer.header("content-encoding") in (None, "identity"):
            message.response_body = _text(answer.body)
        self._told(message)
        self._pass_on(answer)

    def _told(self, message: Message) -> None:
        message.duration = time.time() - (message.started or 0.0)
        self.server.tell(message, self.server.journal.add(message))

    def _pass_on(self, answer: Answer) -> None:
        """Answer as the server did: status, fields, CORS; only metadata is rewritten."""
        body = answer.body
        if metadata.is_metadata(self.path.partition("?")[0]) and answer.status == 200:
            body = metadata.rewrite(body, self.server.upstream.origin, self.server.origin) or body
        self.send_response_only(answer.status, answer.reason)
        length = answer.header("content-length") if self.command == "HEAD" else str(len(body))
        for name, value in answer.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if length is not None and answer.status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(body)

    def _message(self, body: bytes) -> Message:
        """Write the request down as one to the server itself."""
        return Message(
            number=0,
            where="request",
            method=self.command,
            url=self.server.upstream.url(self.path),
            request_headers=tuple((name.lower(), value) for name, value in self.headers.items()),
            body=_text(body),
            started=time.time(),
        )

    def _show(self) -> None:
        """Show everything that is remembered; the page asks again every few seconds."""
        diagnosis = self.server.journal.whole()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": PAGE_POLICY,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Refresh": str(REFRESH),
        }
        if diagnosis.logins:
            page = html.write(diagnosis, after=_unseen(diagnosis))
        else:
            page = html.page(
                "Watching",
                "<h1>Waiting for a login</h1><p class='lead'>Nothing has come through the proxy yet. Point the app's "
                f"endpoints at <code>{self.server.origin}</code> instead of the login server, and log in. This page "
                "renews itself.</p>",
            )
        self.reply(200, page.encode("utf-8", "replace"), headers)


def _unseen(diagnosis: Diagnosis) -> str:
    """Say of each login what passed the proxy by."""
    clean = redactor_of(diagnosis.capture, diagnosis.logins)
    said = [f"{login.id}: {each}" for login in diagnosis.logins for each in unseen_of(login)]
    if not said:
        return ""
    items = "".join(f"<li>{escape(clean.clean(each))}</li>" for each in said[-MAX_SAID:])
    return f"<section><h2>What the proxy does not see</h2><ul>{items}</ul></section>"


def _text(body: bytes) -> str | None:
    """Give a body as text, None where it is too large to be one of a login."""
    return None if len(body) > MAX_RECORDED else body.decode("utf-8", "replace")
