"""A browser of httpx in front of a back end, over ASGI or over WSGI, with one set of words for both."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import httpx

from proofkey.bff import Bff, Session
from proofkey.bff.sessions import open_session, seal_session
from proofkey.client.token_document import Kept
from tests.client.real_server import RealServer

ORIGIN = "https://app.example"
CALLBACK = f"{ORIGIN}/bff/callback"
NAVIGATION = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}
FETCH = {"x-csrf": "1", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin"}


class Visitor:
    """One browser. Its cookies are those of httpx: Secure and paths are heeded, SameSite is not."""

    bff: Bff

    def request(self, method: str, url: str, **options: object) -> httpx.Response:
        """Send a request and give the answer."""
        raise NotImplementedError

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookie jar."""
        raise NotImplementedError

    def another(self) -> Visitor:
        """Give another browser in front of the same back end."""
        raise NotImplementedError

    def raw(self, method: str, target: str, headers: Mapping[str, str]) -> httpx.Response:
        """Send a request target as it is written, as no browser would; servers hand it over decoded and raw."""
        raise NotImplementedError

    def _with_session(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {**headers, "cookie": f"__Host-bff_session={self.session_id()}"}

    def go(self, url: str, headers: Mapping[str, str] = NAVIGATION) -> httpx.Response:
        """Open an address in the window."""
        return self.request("GET", url, headers=dict(headers))

    def fetch(self, path: str, method: str = "GET", **options: object) -> httpx.Response:
        """Call an endpoint from a script of the app's own page."""
        headers = FETCH | ({"origin": ORIGIN} if method != "GET" else {}) | dict(options.pop("headers", {}))  # type: ignore[call-overload]
        return self.request(method, path, headers=headers, **options)

    def begin(self, return_to: str | None = None) -> str:
        """Open the login; give the authorization URL."""
        query = f"?return_to={return_to}" if return_to else ""
        answer = self.go(f"/bff/login{query}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def log_in(self, server: RealServer, return_to: str | None = None) -> httpx.Response:
        """Log Ada in; give the callback's answer."""
        return self.go(authorize(server, self.begin(return_to)))

    def session_id(self) -> str | None:
        """Give the session cookie."""
        return self.cookies.get("__Host-bff_session")

    def pending(self) -> list[str]:
        """Name the cookies of logins under way."""
        return [name for name in self.cookies if name.startswith("__Host-bff_login_")]


def key_of_session(visitor: Visitor) -> bytes:
    """Give the key of the browser's session in the store."""
    return hashlib.sha256((visitor.session_id() or "").encode()).digest()


def expire_token(visitor: Visitor) -> None:
    """Let the session's access token be over, as if it had been obtained long ago."""
    expire_session_token(visitor.bff, visitor.session_id() or "")


def expire_session_token(bff: Bff, session_id: str) -> None:
    """The same by the value of the session cookie."""
    key = hashlib.sha256(session_id.encode()).digest()
    stored = bff.store.take_lease(key, b"the test", now=0, until=1)
    assert stored is not None
    session = open_session(stored, key, bff.place, bff.keys)
    assert session is not None
    kept = Kept(replace(session.kept.tokens, expires_at=1_000.0), 1.0)
    assert bff.store.replace(key, b"the test", seal_session(kept, session.user, key, bff.place, bff.keys))


def authorize(server: RealServer, url: str) -> str:
    """Log in at the server; only the first time with the password, which is slow to check on purpose."""
    jar = _JARS.setdefault(server.issuer, httpx.Cookies())
    return server.log_in(url, cookies=jar)


_JARS: dict[str, httpx.Cookies] = {}  # of the person at each server


class AsgiVisitor(Visitor):
    """Over ASGI, on an event loop in a thread."""

    def __init__(self, bff: Bff, loop: Loop) -> None:
        self.bff, self.loop = bff, loop
        self.app = loop.call(self._make())
        self.http = self._browser()

    async def _make(self):
        return self.bff.asgi()

    def _browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN)

    def request(self, method: str, url: str, **options: object) -> httpx.Response:
        """Send a request."""
        return self.loop.call(self.http.request(method, url, **options))  # type: ignore[arg-type]

    def raw(self, method: str, target: str, headers: Mapping[str, str]) -> httpx.Response:
        """As a server hands it over."""
        path = target.partition("?")[0]
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": target.partition("?")[2].encode(),
            "headers": [(name.encode(), value.encode()) for name, value in self._with_session(headers).items()],
        }
        sent: list[dict] = []

        async def call() -> None:
            given = False

            async def receive():
                nonlocal given
                if given:
                    await asyncio.Event().wait()  # the browser stays
                given = True
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message) -> None:
                sent.append(message)

            await self.app(scope, receive, send)

        self.loop.call(call())
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"])

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookie jar."""
        return self.http.cookies

    def another(self) -> AsgiVisitor:
        """Another browser."""
        other = object.__new__(AsgiVisitor)
        other.__dict__.update(self.__dict__)
        other.http = other._browser()
        return other

    def tokens_for(self, session: Session | str) -> str:
        """Ask for an access token as the back end's own code does."""
        return self.loop.call(self.app.access_token(session)).reveal()

    def close(self) -> None:
        """Close the application."""
        self.loop.call(self.app.aclose())


class WsgiVisitor(Visitor):
    """Over WSGI."""

    def __init__(self, bff: Bff) -> None:
        self.bff, self.app = bff, bff.wsgi()
        self.http = self._browser()

    def _browser(self) -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(self.app), base_url=ORIGIN)

    def request(self, method: str, url: str, **options: object) -> httpx.Response:
        """Send a request."""
        return self.http.request(method, url, **options)  # type: ignore[arg-type]

    def raw(self, method: str, target: str, headers: Mapping[str, str], *, tells_target: bool = True) -> httpx.Response:
        """As gunicorn hands it over (PEP 3333), or as a server that keeps the target to itself."""
        path, _, query = target.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": unquote_to_bytes(path).decode("latin-1")}
        environ |= {"QUERY_STRING": query} | ({"RAW_URI": target} if tells_target else {})
        for name, value in self._with_session(headers).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        started: list[tuple] = []
        answer = self.app(environ, lambda *said: started.append(said))
        if hasattr(answer, "close"):
            answer.close()
        status, head = started[0]
        return httpx.Response(int(status.split()[0]), headers=head)

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookie jar."""
        return self.http.cookies

    def another(self) -> WsgiVisitor:
        """Another browser."""
        other = object.__new__(WsgiVisitor)
        other.__dict__.update(self.__dict__)
        other.http = other._browser()
        return other

    def tokens_for(self, session: Session | str) -> str:
        """Ask for an access token as the back end's own code does."""
        return self.app.access_token(session).reveal()

    def close(self) -> None:
        """Close the application."""
        self.app.close()


class Loop:
    """An event loop in a thread, for callers that wait."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def call(self, coroutine):
        """Run a coroutine to its end."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def close(self) -> None:
        """Stop the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def goes_to(page: httpx.Response) -> str:
    """Give where the callback's page navigates."""
    assert page.status_code == 200, page.text
    plain = re.search(r"content=\"0; url='([^']*)'\"", page.text)
    link = re.search(r'<a href="([^"]*)"', page.text)
    assert plain, page.text
    assert link, page.text
    assert unescape(link[1]).replace("'", "%27") == unescape(plain[1])
    return unescape(link[1])


def state_of(url: str) -> str:
    """Give the state of an authorization URL."""
    return dict(pair.split("=", 1) for pair in urlsplit(url).query.split("&"))["state"]
