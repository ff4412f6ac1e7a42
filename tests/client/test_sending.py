"""Both senders: certificates are checked, redirects not followed, answers end, and lost is told from not sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from proofkey.client.errors import AnswerLost, NotReached
from proofkey.client.sending import HttpxAsyncSend, HttpxSend
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError
from proofkey.core.wire import HttpRequest, HttpResponse
from tests.client.scripted import Answer, Scripted, run_scripted
from tests.clients.certificate import Certificate, make_certificate

Send = Callable[..., Awaitable[HttpResponse]]


async def _blocking(url: str, method: str = "GET", **options: object) -> HttpResponse:
    send = HttpxSend(**options)  # type: ignore[arg-type]
    try:
        return await asyncio.to_thread(send, HttpRequest(method, url, body=b"a=b" if method == "POST" else b""))
    finally:
        send.close()


async def _awaited(url: str, method: str = "GET", **options: object) -> HttpResponse:
    send = HttpxAsyncSend(**options)  # type: ignore[arg-type]
    try:
        return await send(HttpRequest(method, url, body=b"a=b" if method == "POST" else b""))
    finally:
        await send.aclose()


@pytest.fixture(params=[_blocking, _awaited], ids=["blocking", "awaited"])
def send(request: pytest.FixtureRequest) -> Send:
    """Each test runs with both."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of an authority that nobody knows."""
    return make_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture(scope="module")
def secure(certificate: Certificate) -> Iterator[Scripted]:
    """The scripted server over TLS."""
    with run_scripted(certificate) as script:
        yield script


@pytest.mark.shows("N10", "A93")
async def test_an_unknown_authority_is_refused(send: Send, secure: Scripted, certificate: Certificate) -> None:
    """Unless it is named; there is no way to check nothing."""
    url = f"{secure.issuer}/jwks"
    with pytest.raises(NotReached, match="certificate of 127"):
        await send(url)
    assert secure.paths() == []
    assert (await send(url, ca_file=str(certificate.authority))).status == 200
    secure.seen.clear()


async def test_an_authority_can_be_named_from_outside(
    send: Send, secure: Scripted, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE, for programs that make their client where nobody can pass it one: a back end's `mount`."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    assert (await send(f"{secure.issuer}/jwks")).status == 200
    secure.seen.clear()


@pytest.mark.shows("N10", "A93")
async def test_a_certificate_for_another_name_is_refused(
    send: Send, secure: Scripted, certificate: Certificate
) -> None:
    """The authority is right, the host is not."""
    url = secure.issuer.replace("127.0.0.1", "localhost")
    with pytest.raises(NotReached, match="certificate"):
        await send(url, ca_file=str(certificate.authority))
    assert secure.paths() == []


async def test_a_file_without_certificates_is_misuse(send: Send, tmp_path: Path) -> None:
    """It is said before anything is sent."""
    with pytest.raises(Misuse):
        await send("https://127.0.0.1/", ca_file=str(tmp_path / "none.pem"))


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_what_is_for_this_machine_goes_through_no_proxy(
    send: Send, script: Scripted, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """http is allowed here because it does not leave the machine; with HTTP_PROXY set it would, code and all."""
    with run_scripted() as proxy:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.issuer)
        answer = await send(f"{script.issuer.replace('127.0.0.1', name)}/token", "POST")
        assert (answer.status, script.paths(), proxy.paths()) == (200, ["/token"], [])


@pytest.mark.shows("A14")
async def test_a_redirect_is_an_answer(send: Send, script: Scripted) -> None:
    """Nothing goes to where it points."""
    script.answers["/token"] = lambda _: Answer(307, b"", (("location", f"{script.issuer}/elsewhere"),))
    assert (await send(f"{script.issuer}/token", "POST")).status == 307
    assert script.paths() == ["/token"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(200, b"x" * (1 << 20)), None),
        (Answer(200, b"x" * ((1 << 20) + 1)), PeerViolation),
        (Answer(200, b"x", (("content-encoding", "gzip"),)), PeerViolation),
        (Answer(200, b"x" * 10, length=20), AnswerLost),
        (Answer(200, b"x" * 100, pieces=100, pause=0.05), AnswerLost),
    ],
)
async def test_answers_are_bounded(
    send: Send, script: Scripted, answer: Answer, kind: type[ProofkeyError] | None
) -> None:
    """A megabyte is taken, a byte more is not; compressed, cut and slow answers end; nothing is sent twice."""
    script.answers["/token"] = lambda _: answer
    if kind is None:
        assert len((await send(f"{script.issuer}/token", "POST")).body) == 1 << 20
    else:
        with pytest.raises(kind):
            await send(f"{script.issuer}/token", "POST", patience=3.0 if answer.pause else 60.0)
    assert script.paths() == ["/token"]


async def test_a_dropped_connection_is_a_lost_answer(send: Send) -> None:
    """The server took the request and hung up: it is in doubt, and not repeated."""
    taken = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        taken += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        with pytest.raises(AnswerLost):
            await send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token", "POST")
    assert taken == 1


async def test_nobody_there_is_not_reached(send: Send) -> None:
    """A refused connection took nothing."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached):
            await send(f"http://127.0.0.1:{unused.getsockname()[1]}/token", "POST")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://", "https://\x00/", "nothing"])
async def test_what_is_no_web_address_is_misuse(send: Send, url: str) -> None:
    """httpx's own errors do not come through."""
    with pytest.raises(Misuse):
        await send(url)
