"""The WSGI application (PEP 3333): the same decisions as `asgi`, carried by threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeAlias

import httpx

from proofkey.bff.arrived import Arrived, below
from proofkey.bff.backend import Bff
from proofkey.bff.dispatch import decide, decide_again, declined_reply
from proofkey.bff.effects import run
from proofkey.bff.forwarding import Forward, answer_headers, answer_too_large, not_reached, too_large
from proofkey.bff.logging_in import session_key
from proofkey.bff.renewal import find_session, live_session
from proofkey.bff.replies import Declined, login_required
from proofkey.bff.sessions import Session, key_of_handle
from proofkey.bff.upstream import NOT_SENT, request_for
from proofkey.client.sending import STAYS_HERE, HttpxSend, Send
from proofkey.core.secret import AccessToken
from proofkey.core.wire import Headers

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]

_PIECE = 65_536  # bytes


class WsgiBff:
    """Serves one `Bff`; threads share it. Made anew in each process that a server forks, or before: both will do."""

    def __init__(self, bff: Bff, send: Send | None = None) -> None:
        self.bff = bff
        self._own = HttpxSend() if send is None else None
        self._send: Send = send or self._own  # type: ignore[assignment]
        # No connection is kept: one that a forked child shares with its parent would mix up people's answers.
        self._apis = httpx.Client(
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            mounts=STAYS_HERE,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = read(environ, self.bff.site.base)
        outcome = run(decide(self.bff, request), self._send)
        if isinstance(outcome, Forward):
            try:
                return self._pass_on(request, outcome, environ, start_response)
            except Declined as declined:
                outcome = declined_reply(self.bff, request, declined)
        length = ("content-length", str(len(outcome.body)))
        start_response(_status(outcome.status), _titled((*outcome.headers, length)))
        return [] if request.method == "HEAD" else [outcome.body]

    def close(self) -> None:
        """Let go of connections; the store is its owner's."""
        self._apis.close()
        if self._own is not None:
            self._own.close()

    def session(self, request: Arrived) -> Session:
        """Give the session behind a request to a page or endpoint of the app's own. Raises Declined.

        The rules for requests (`fetch_rule`) are the caller's to apply: `proofkey.bff.flask` does.
        """
        key = session_key(self.bff, request)
        session = run(find_session(self.bff, key), self._send) if key is not None else None
        if session is None:
            raise login_required("nobody is logged in")
        return session

    def access_token(self, session: Session | str) -> AccessToken:
        """Give a live access token of a session or of its handle, renewed if need be. Raises Declined.

        401: the person has to log in again; 503: the server cannot be reached.
        """
        key = session.key if isinstance(session, Session) else key_of_handle(session)
        if key is None:
            raise login_required("this is no handle of a session")
        return run(live_session(self.bff, key), self._send).kept.tokens.access_token

    def _pass_on(
        self, request: Arrived, to: Forward, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        response = self._ask(to, environ)
        try:
            if response.status_code == 401 and (again := run(decide_again(self.bff, request, to), self._send)):
                response.close()
                to, response = again, self._ask(again, environ)
            headers = answer_headers(to.api, response.status_code, response.headers.multi_items(), request.id)
        except BaseException:
            response.close()
            raise
        start_response(_status(response.status_code), _titled(headers))
        return _Streaming(to, response)

    def _ask(self, to: Forward, environ: Environ) -> httpx.Response:
        body = _pieces(to, environ) if to.has_body else None
        try:
            return self._apis.send(request_for(to, body), stream=True)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise not_reached(to.api, not isinstance(error, NOT_SENT)) from error


class _Streaming:
    """The pieces of an API's answer; the server calls `close` at the end, whatever the end was."""

    def __init__(self, to: Forward, response: httpx.Response) -> None:
        self._to, self._response = to, response

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        for piece in self._response.iter_raw():
            sent += len(piece)
            if sent > self._to.api.max_answer:
                raise answer_too_large(self._to.api)  # too late for a refusal: the server breaks the answer off
            yield piece

    def close(self) -> None:
        self._response.close()


def read(environ: Environ, base: str) -> Arrived:
    """Read a request off its WSGI environment."""
    headers = [
        (name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name.startswith("HTTP_")
    ]
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers.append((name.replace("_", "-").lower(), environ[name]))
    mounted_at, path = _text(environ.get("SCRIPT_NAME", "")), _text(environ.get("PATH_INFO", ""))
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    found = below(base, mounted_at, mounted_at + path)
    return Arrived(
        method=environ["REQUEST_METHOD"],
        path=found if found is not None else "",
        query=environ.get("QUERY_STRING", ""),
        headers=tuple(headers),
        raw_path=raw.partition("?")[0] if isinstance(raw, str) else None,
    )


def _text(path: str) -> str:
    """Undo PEP 3333's way of carrying bytes; what is not UTF-8 becomes a character that is refused."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


def _pieces(to: Forward, environ: Environ) -> Iterator[bytes]:
    left = to.length if to.length is not None else to.api.max_request + 1
    while left > 0:
        piece = environ["wsgi.input"].read(min(_PIECE, left))
        if not piece:
            break
        left -= len(piece)
        yield piece
    if to.length is None and left == 0:
        raise too_large(to.api)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _titled(headers: Headers) -> list[tuple[str, str]]:
    return [(name.title(), value) for name, value in headers]
