"""What passes the proxy by is said in words, on the terminal and on the page, and what remains is judged."""

from __future__ import annotations

import secrets

import httpx

from proofkey.core.pkce import make_verifier
from proofkey.doctor.watch.telling import report_of
from tests.doctor.watch.conftest import APP, CALLBACK, Attempt, Watched


def told_last(watched: Watched) -> str:
    """Give what was printed about the last request."""
    _, news = watched.told[-1]
    assert news is not None
    return " ".join(report_of(news).split())


def page_of(watched: Watched) -> str:
    """Give the local page as text on one line."""
    return " ".join(httpx.get(watched.proxy.page).text.split())


def begin(watched: Watched) -> Attempt:
    """Begin a login through the proxy."""
    attempt = Attempt(watched.proxy.origin)
    attempt.authorize()
    return attempt


def test_a_login_without_its_callback_is_proven_and_state_is_left_open(watched: Watched) -> None:
    """Pair, client and redirect URI are compared; that state was not judged is said."""
    begin(watched).redeem()
    said = told_last(watched)
    assert "PKCE is right" in said
    assert "whether the app compares state was not judged" in said
    page = page_of(watched)
    assert "What the proxy does not see" in page
    assert "whether the app compares state was not judged" in page
    assert "base64url(SHA-256(verifier))" in page


def test_an_authorization_around_the_proxy_is_told(watched: Watched, issuer: str) -> None:
    """Only the token endpoint points at the proxy: accepted, and told that nothing was compared."""
    attempt = Attempt(issuer)
    attempt.authorize()
    attempt.server = watched.proxy.origin
    assert attempt.redeem().status_code == 200
    for said in (told_last(watched), page_of(watched)):
        assert "did not come through the proxy" in said
        assert "authorization endpoint" in said
    assert "PKCE was not compared" in told_last(watched)


def test_a_refusal_around_the_proxy_is_told_with_what_is_open(watched: Watched, issuer: str) -> None:
    """The server's words are all that there is, and the missing half is named."""
    attempt = Attempt(issuer)
    attempt.authorize()
    attempt.server = watched.proxy.origin
    assert attempt.redeem(code_verifier=make_verifier(secrets.token_bytes).reveal()).status_code == 400
    said = told_last(watched)
    assert "did not come through the proxy" in said
    assert attempt.code not in said


def test_a_token_endpoint_around_the_proxy_shows_on_the_page(watched: Watched) -> None:
    """A login that begins and is never redeemed here is no fault, and the page says what may be the matter."""
    begin(watched)
    page = page_of(watched)
    assert "was not redeemed through the proxy" in page
    assert watched.findings == []


def test_the_page_of_another_origin_is_told(watched: Watched) -> None:
    """The Origin of the token request is compared with the redirect URI."""
    attempt = begin(watched)
    attempt.redeem()
    assert "(Origin)" not in told_last(watched)
    form = {"grant_type": "authorization_code", "code": attempt.code, "client_id": "spa", "redirect_uri": CALLBACK}
    httpx.post(f"{watched.proxy.origin}/oauth/token", data=form, headers={"Origin": "http://localhost:1"})
    assert APP in page_of(watched)


def test_two_tabs_at_once_are_kept_apart(watched: Watched) -> None:
    """Both are told as right, each under its own name, in whichever order they come back."""
    first, second = begin(watched), begin(watched)
    second.redeem()
    assert "login-2" in told_last(watched)
    first.redeem()
    assert "login-1" in told_last(watched)
    assert watched.findings == []


def test_one_storage_slot_for_two_tabs_is_named(watched: Watched) -> None:
    """The second tab overwrote the verifier of the first: the refusal is explained, and the second tab works."""
    first, second = begin(watched), begin(watched)
    assert first.redeem(code_verifier=second.verifier).status_code == 400
    assert watched.findings == ["verifier-matches-other-request"]
    assert second.redeem().status_code == 200
    assert "login-2" in told_last(watched)
    assert "PKCE is right" in told_last(watched)
    assert watched.findings == ["verifier-matches-other-request"]


def test_a_code_that_is_redeemed_twice_is_named(watched: Watched) -> None:
    """The code shows in both token requests; no callback is needed to prove it."""
    attempt = begin(watched)
    assert attempt.redeem().status_code == 200
    assert attempt.redeem().status_code == 400
    assert watched.findings == ["code-redeemed-twice"]
