"""Logins through the proxy against our real server: one that works, and mistakes that are named as they happen."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx

from proofkey.core.pkce import make_verifier
from tests.doctor.watch.conftest import APP, Attempt, Watched


def test_a_login_through_the_proxy_works(watched: Watched) -> None:
    """The browser is sent on to the server, the code is redeemed through the proxy, and nothing is complained of."""
    attempt = Attempt(watched.proxy.origin)
    attempt.authorize()
    answer = attempt.redeem()
    assert answer.status_code == 200
    assert answer.json()["token_type"].lower() == "bearer"
    assert watched.findings == []
    _, news = watched.told[-1]
    assert news is not None
    assert news.verdict == "ok"


def test_a_wrong_verifier_is_named_when_it_happens(watched: Watched) -> None:
    """The server's answer comes back as it is; the cause is told once."""
    attempt = Attempt(watched.proxy.origin)
    attempt.authorize()
    other = make_verifier(lambda count: bytes(count)).reveal()
    answer = attempt.redeem(code_verifier=other)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert watched.findings == ["verifier-unrelated"]
    attempt.redeem(code_verifier=other)
    assert watched.findings == ["verifier-unrelated"]


def test_a_wrong_redirect_uri_is_named(watched: Watched) -> None:
    """The two halves of a login meet in the proxy although the callback passes it by."""
    attempt = Attempt(watched.proxy.origin)
    attempt.authorize()
    attempt.redeem(redirect_uri="http://127.0.0.1:1/callback/")
    assert watched.findings == ["redirect-uri-trailing-slash"]


def test_the_answer_is_the_server_s_own(watched: Watched, issuer: str) -> None:
    """Status, CORS fields and body are those that the server gives without the proxy."""
    form = {"grant_type": "authorization_code", "code": "none", "client_id": "spa"}
    direct, through = (
        httpx.post(f"{origin}/oauth/token", data=form, headers={"Origin": APP})
        for origin in (issuer, watched.proxy.origin)
    )
    passing = {"x-request-id", "date"}
    assert through.status_code == direct.status_code
    assert {k: v for k, v in through.headers.items() if k not in passing} == {
        k: v for k, v in direct.headers.items() if k not in passing
    }
    assert through.headers["access-control-allow-origin"] == "*"
    assert through.json()["error"] == direct.json()["error"]


def test_a_preflight_is_answered_by_the_server(watched: Watched) -> None:
    """The proxy adds no CORS of its own."""
    asked = {"Origin": APP, "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{watched.proxy.origin}/oauth/token", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    bare = httpx.options(f"{watched.proxy.origin}/no/such/path", headers=asked)
    assert "access-control-allow-origin" not in bare.headers


def test_the_page_shows_what_was_seen_without_secrets(watched: Watched) -> None:
    """The report of everything stands at the address with the token, and holds no code and no verifier."""
    attempt = Attempt(watched.proxy.origin)
    waiting = httpx.get(watched.proxy.page).text
    assert "Waiting for a login" in waiting
    assert f"<code>{watched.proxy.origin}</code>" in waiting
    attempt.authorize()
    tokens = attempt.redeem().json()
    page = httpx.get(watched.proxy.page)
    assert "PKCE is right" in page.text
    for secret in (attempt.code, attempt.verifier, tokens["access_token"]):
        assert secret not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_command_prints_the_fault_and_no_secret(issuer: str) -> None:
    """`proofkey watch` says where to point the app, tells the fault as it happens, and ends with Ctrl-C."""
    command = [sys.executable, "-u", "-m", "proofkey", "watch", "--upstream", issuer, "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        proxy = printed.partition("Point the app at")[2].split()[0]
        attempt = Attempt(proxy)
        attempt.authorize()
        attempt.redeem(code_verifier=attempt.verifier[::-1])
        while "proofkey explain" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        process.send_signal(signal.SIGINT)
        printed += process.stdout.read()
        assert process.wait(60) in (0, 130)
    assert "POST /oauth/token  400" in printed
    assert f"issuer stays {issuer}" in printed
    for secret in (attempt.code, attempt.verifier, attempt.verifier[::-1]):
        assert secret not in printed
