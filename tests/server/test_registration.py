"""Lint: what a registration says that cannot work; the command line and the admin pages say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.records import ClientRecord
from proofkey.core.redirect_uri import fault_at_registration
from proofkey.server.registration import complaints, lint
from tests.server.person import client

SECRET = bytes(32)


def said(record: ClientRecord) -> str:
    """Give all that lint says."""
    return "\n".join(lint(record))


def confidential(**changes: object) -> ClientRecord:
    """Give a client with a secret."""
    return client(**{"auth_method": "client_secret_basic", "secret_hash": SECRET} | changes)


def test_a_sound_registration_is_left_alone() -> None:
    """No false alarm: a single-page app, a native app, a back end, a service."""
    for record in (
        client(),
        client(redirect_uris=("http://127.0.0.1/callback", "http://[::1]/callback")),
        client(redirect_uris=("com.example.app:/callback",)),
        confidential(),
        confidential(redirect_uris=(), grant_types=("client_credentials",)),
        client(redirect_uris=("https://app.example/a", "https://app.example/b?tenant=1")),
    ):
        assert list(lint(record)) == []


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("https://app.example/cb#/done", "can never match: it has a fragment"),
        ("https://*.example/cb", "can never match: it holds a '*'"),
        ("https://app.example/a/../cb", "can never match: its path has '.' or '..' segments"),
        ("http://app.example/cb", "can never match: it is http on a host that is not a loopback address"),
        ("app.example/cb", "can never match: it has no scheme"),
        ("https://app.example/my page", "can never match: it holds a blank"),
    ],
)
def test_what_can_never_match_is_not_saved(uri: str, words: str) -> None:
    """Neither as a redirect URI nor as one for after the logout; the sentence names the URI."""
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        found = [each for each in complaints(client(**{field: (uri,)})) if each.fatal]
        assert [each.about for each in found] == [field]
        assert f"{uri} {words}" in found[0].text


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("https://App.example/cb", "writes host names in small letters"),
        ("https://app.example:443/cb", "leaves the usual port out"),
        ("https://app.example", "has no path"),
        ("https://{tenant}.example/cb", "placeholder nobody filled in"),
        ("https://app.example/cb?next=%252Fhome", "percent-encoded twice"),
        ("http://localhost:3000/cb", "names localhost"),
        ("https://app.example/cb?code=1", "has code in its query"),
    ],
)
def test_what_is_odd_is_said_and_saved(uri: str, words: str) -> None:
    """The person may know better."""
    found = list(complaints(client(redirect_uris=(uri,))))
    assert any(words in each.text for each in found)
    assert not any(each.fatal for each in found)


@pytest.mark.parametrize(
    ("uris", "words"),
    [
        (("https://a.example/cb", "https://a.example/cb/"), "with and without a slash"),
        (("https://a.example/cb", "https://a.example/CB"), "differ in capital letters only"),
        (("https://a.example/cb", "https://a.example/cb"), "registered twice"),
        (("https://127.0.0.1/cb", "http://127.0.0.1/cb"), "with https and with http"),
    ],
)
def test_two_that_cannot_both_be_meant(uris: tuple[str, ...], words: str) -> None:
    """Each pair is named once."""
    assert said(client(redirect_uris=uris)).count(words) == 1


def test_a_secret_on_peoples_own_machines() -> None:
    """A confidential client that cannot be one: PKCE without a secret is refused to it."""
    for uris in (("http://127.0.0.1/cb",), ("com.example.app:/cb",), ("http://127.0.0.1/cb", "com.example.app:/cb")):
        assert "this registration cannot do PKCE without a secret" in said(confidential(redirect_uris=uris))
    assert "without a secret" not in said(confidential())
    assert "without a secret" not in said(confidential(redirect_uris=("http://127.0.0.1/cb",), secret_optional=True))


@pytest.mark.parametrize(
    ("changes", "words", "fatal"),
    [
        ({"grant_types": ()}, "no grant", True),
        ({"grant_types": ("implicit",)}, "does not have: implicit", True),
        ({"redirect_uris": ()}, "no redirect URI", True),
        ({"grant_types": ("refresh_token",)}, "are never used", False),
        ({"grant_types": ("client_credentials",)}, "tokens to anybody", True),
        ({"scopes": ("openid", "ofline_access")}, "nothing here knows: ofline_access", False),
        ({"grant_types": ("authorization_code",), "scopes": ("offline_access",)}, "offline_access", False),
        ({"trusted": True}, "public and trusted", False),
        ({"require_pkce": False}, "whatever the registration says", False),
        ({"redirect_uris": tuple(f"https://a.example/{n}" for n in range(101))}, "more than 100", True),
    ],
)
def test_what_does_not_go_together(changes: dict[str, object], words: str, fatal: bool) -> None:
    """Each is named; only what cannot work at all is fatal."""
    found = [each for each in complaints(client(**changes)) if words in each.text]
    assert found
    assert any(each.fatal for each in found) is fatal


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_texts_are_judged(uris: list[str]) -> None:
    """No input raises, and what may not be registered is always fatal."""
    found = list(complaints(client(redirect_uris=tuple(uris))))
    if any(fault_at_registration(uri) for uri in uris):
        assert any(each.fatal for each in found)
