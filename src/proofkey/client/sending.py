"""Sends requests over httpx: certificates checked, no redirect followed, every answer bounded in size and time.

A request is repeated once only where it surely did not reach the server: no connection came about.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol

import httpx

from proofkey import __version__
from proofkey.client.deadline import Deadline
from proofkey.client.errors import AnswerLost, NotReached
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError
from proofkey.core.wire import HttpRequest, HttpResponse

MAX_ANSWER = 1 << 20  # bytes
PATIENCE = 30.0  # seconds for a whole answer
_TIMEOUTS = httpx.Timeout(10.0)  # seconds: to connect, and between two pieces
# A connection that was kept and then dropped by the server leaves in doubt whether a code was taken; none is kept.
_LIMITS = httpx.Limits(max_keepalive_connections=0)
# This machine is asked without a proxy, whatever HTTP_PROXY says: http is for it alone, and must not leave it.
STAYS_HERE = {"all://127.0.0.1": None, "all://[::1]": None, "all://localhost": None}
# Nobody's cookies: what a server sets for one person must not come with the requests for another.
_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Send(Protocol):
    """Sends a request and gives the answer, or raises NotReached, AnswerLost or PeerViolation."""

    def __call__(self, request: HttpRequest) -> HttpResponse: ...


class AsyncSend(Protocol):
    """As Send, for coroutines."""

    async def __call__(self, request: HttpRequest) -> HttpResponse: ...


class HttpxSend:
    """Sends with an httpx.Client of its own; threads may share it. `ca_file`: a private authority, PEM."""

    def __init__(self, *, ca_file: str | None = None, patience: float = PATIENCE) -> None:
        self._client = httpx.Client(**_manners(ca_file))
        self._patience = patience

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._exchange(request)
        except NotReached:
            return self._exchange(request)

    def _exchange(self, request: HttpRequest) -> HttpResponse:
        with Deadline(self._patience) as deadline:
            try:
                answer = self._ask(request, deadline)
            except AnswerLost:
                if not deadline.passed:
                    raise
        # A body that ends with its connection looks whole when the deadline ended it.
        if deadline.passed:
            raise _too_slow(request)
        return answer

    def _ask(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        with _named(request), self._client.stream(
            request.method,
            request.url,
            headers=_headers(request),
            content=request.body,
            extensions={"trace": deadline.watch},
        ) as response:  # fmt: skip
            body = bytearray()
            for piece in response.iter_raw():
                _append(body, piece)
            return _read(response, body)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class HttpxAsyncSend:
    """Sends with an httpx.AsyncClient of its own, on one event loop."""

    def __init__(self, *, ca_file: str | None = None, patience: float = PATIENCE) -> None:
        self._client = httpx.AsyncClient(**_manners(ca_file))
        self._patience = patience

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return await self._exchange(request)
        except NotReached:
            return await self._exchange(request)

    async def _exchange(self, request: HttpRequest) -> HttpResponse:
        async with _named_async(request):
            try:
                async with (
                    asyncio.timeout(self._patience),
                    self._client.stream(
                        request.method, request.url, headers=_headers(request), content=request.body
                    ) as response,
                ):
                    body = bytearray()
                    async for piece in response.aiter_raw():
                        _append(body, piece)
                    return _read(response, body)
            except TimeoutError:
                raise _too_slow(request) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _manners(ca_file: str | None) -> dict[str, Any]:
    """Give what holds for both kinds: bounded, no redirect followed, no cookie kept, no proxy to this machine."""
    return {
        "timeout": _TIMEOUTS,
        "limits": _LIMITS,
        "mounts": STAYS_HERE,
        "follow_redirects": False,
        "verify": _tls(ca_file),
        "cookies": CookieJar(_NO_COOKIES),
    }


def _tls(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise Misuse(f"{ca_file} is no file of certificates: {error.strerror or error}") from None


def _headers(request: HttpRequest) -> Mapping[str, str]:
    # Nothing compressed: what is unpacked would have to be bounded, too.
    return {"user-agent": f"proofkey/{__version__}", "accept-encoding": "identity"} | dict(request.headers)


def _append(body: bytearray, piece: bytes) -> None:
    body += piece
    if len(body) > MAX_ANSWER:
        raise PeerViolation(f"the answer is longer than {MAX_ANSWER} bytes", fault="answer-malformed")


def _read(response: httpx.Response, body: bytearray) -> HttpResponse:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise PeerViolation("the answer is compressed, although it was asked not to be", fault="answer-malformed")
    headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
    return HttpResponse(response.status_code, headers, bytes(body))


@contextmanager
def _named(request: HttpRequest) -> Iterator[None]:
    """Turn what httpx raises into errors that say whether the request may have arrived."""
    try:
        yield
    except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as error:
        raise _translated(error, request) from error


@asynccontextmanager
async def _named_async(request: HttpRequest) -> AsyncIterator[None]:
    with _named(request):
        yield


def _translated(error: Exception, request: HttpRequest) -> ProofkeyError:
    host = _host(request)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeError):
        return Misuse(f"no request can be sent to {host}: {type(error).__name__}")
    if isinstance(error, _NOT_SENT):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return NotReached(f"the certificate of {host} is not accepted: {_reason(error)}")
        return NotReached(f"{host} cannot be reached: {_reason(error)}", fault="server-unavailable")
    return AnswerLost(
        f"{host} gave no whole answer ({type(error).__name__}); the request may have arrived",
        fault="server-unavailable",
    )


def _too_slow(request: HttpRequest) -> AnswerLost:
    return AnswerLost(f"{_host(request)} took too long; the request may have arrived", fault="server-unavailable")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _host(request: HttpRequest) -> str:
    return request.url.split("/")[2] if request.url.count("/") >= 2 else "this address"
