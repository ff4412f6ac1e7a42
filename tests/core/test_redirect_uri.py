"""Redirect URIs are strings; only a loopback port may differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.params import Params
from proofkey.core.redirect_uri import (
    LOOPBACK_WITH_NAME,
    NearMiss,
    fault_at_registration,
    first_difference,
    matches,
    nearest,
    origin,
    with_query,
)

GOOD = "https://app.example/callback"


@given(st.text(max_size=60), st.text(max_size=60))
def test_comparison_is_of_strings(one: str, other: str) -> None:
    """Away from loopback, two URIs match exactly when they are the same text."""
    assert matches(f"https://a.example/{one}", f"https://a.example/{other}") == (one == other)


@pytest.mark.parametrize(
    "requested",
    [
        "https://app.example/callback/",
        "https://APP.example/callback",
        "https://app.example:443/callback",
        "https://app.example/call%62ack",
        "https://app.example/callback?x=1",
        "https://app.example/callback#",
        "https://app.example@evil.example/callback",
        "https://app.example.evil.example/callback",
        "https://app.example/x/../callback",
        "http://app.example/callback",
        "https://fooaexample/callback",
    ],
)
def test_nothing_but_the_registered_text_matches(requested: str) -> None:
    """No case, port, percent or path normalisation (RFC 9700 4.1.3)."""
    assert not matches(requested, GOOD)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_any_port_on_a_loopback_literal(host: str) -> None:
    """RFC 8252 7.3."""
    assert matches(f"http://{host}:51004/cb", f"http://{host}/cb")
    assert matches(f"http://{host}/cb", f"http://{host}:8080/cb")


def test_the_name_localhost_only_where_it_is_allowed() -> None:
    """RFC 8252 names literals; Genesys Cloud takes the name too."""
    assert not matches("http://localhost:5000/cb", "http://localhost/cb")
    assert matches("http://localhost:5000/cb", "http://localhost/cb", any_port_for=LOOPBACK_WITH_NAME)
    assert not matches("http://localhost:5000/cb", "http://127.0.0.1/cb", any_port_for=LOOPBACK_WITH_NAME)


@pytest.mark.shows("A05")
@pytest.mark.parametrize(
    "requested",
    [
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb?x=1",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:5000@evil.example/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:99999/cb",
        "http://localhost@evil.example/cb",
        "https://127.0.0.1:5000/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:\N{ARABIC-INDIC DIGIT FIVE}000/cb",
    ],
)
def test_the_port_rule_gives_away_nothing_else(requested: str) -> None:
    """Path, query, host and scheme stay exact (attack A03, A05)."""
    assert not matches(requested, "http://127.0.0.1/cb", any_port_for=LOOPBACK_WITH_NAME)


@pytest.mark.shows("N07")
@pytest.mark.parametrize(
    "uri", [GOOD, "http://127.0.0.1/cb", "http://[::1]:3000/cb", "http://localhost:3000", "com.example.app:/callback"]
)
def test_what_may_be_registered(uri: str) -> None:
    """https, loopback http, and private-use schemes with a dot."""
    assert fault_at_registration(uri) is None


@pytest.mark.shows("N07")
@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "http://app.example/cb",
        "https://app.example/cb#x",
        "https://*.example/cb",
        "https://user@app.example/cb",
        "https://app.example/a/../cb",
        "https://app.example/a b",
        "https://app.example\\@evil.example/cb",
        "https:///cb",
        "myapp:/cb",
        "https://app.example/" + "x" * 2048,
        "https://[::1/cb",
    ],
)
def test_what_may_not_be_registered_is_said(uri: str) -> None:
    """Each refusal is a sentence (standards S08, attack A08)."""
    assert fault_at_registration(uri)


def test_an_address_without_scheme_is_told_what_it_lacks() -> None:
    """It is written so from memory; other schemes are not what is meant."""
    assert fault_at_registration("app.example/callback") == "it has no scheme: it must begin with https://"


@given(st.text(max_size=3000))
def test_registration_never_raises(uri: str) -> None:
    """Whatever is typed gets an answer."""
    fault_at_registration(uri)
    matches(uri, GOOD)


def test_the_nearest_miss_and_its_first_difference() -> None:
    """The error page names the closest registered URI and where it differs."""
    miss = nearest("https://app.example/callback/", ["https://other.example/", GOOD])
    assert miss is not None
    assert (miss.registered, miss.at) == (GOOD, len(GOOD))
    assert first_difference("abc", "abd") == 2
    assert nearest(GOOD, []) is None


@pytest.mark.parametrize(
    ("requested", "registered", "closest", "differs_at"),
    [
        ("http://127.0.0.1:8401/cb/", "http://127.0.0.1/cb", "http://127.0.0.1:8401/cb", 24),
        ("http://127.0.0.1/cb?x", "http://127.0.0.1:3000/cb", "http://127.0.0.1/cb", 19),
        ("http://[::1]:8401/CB", "http://[::1]/cb", "http://[::1]:8401/cb", 18),
        ("http://localhost:8401/cb/", "http://localhost:3000/cb", "http://localhost:3000/cb", 17),
        ("http://127.0.0.1:8401/cb", "http://[::1]/cb", "http://[::1]/cb", 7),
        ("http://127.0.0.1:99999/cb", "http://127.0.0.1/cb", "http://127.0.0.1/cb", 16),
    ],
)
def test_a_loopback_port_that_may_differ_is_not_the_difference(
    requested: str, registered: str, closest: str, differs_at: int
) -> None:
    """RFC 8252 7.3: what is pointed at is what keeps the two from matching."""
    assert nearest(requested, [registered]) == NearMiss(closest, differs_at)


def test_the_name_localhost_has_any_port_where_the_server_says_so() -> None:
    """As Genesys Cloud does."""
    miss = nearest("http://localhost:8401/cb/", ["http://localhost:3000/cb"], any_port_for=LOOPBACK_WITH_NAME)
    assert miss == NearMiss("http://localhost:8401/cb", 24)


def test_a_query_is_added_to_the_one_that_is_there() -> None:
    """RFC 6749 4.1.2."""
    assert with_query("https://a.example/cb?k=1", Params([("code", "x y")])) == "https://a.example/cb?k=1&code=x+y"
    assert with_query("https://a.example/cb", Params([("code", "x")])) == "https://a.example/cb?code=x"


def test_origins_as_a_policy_writes_them() -> None:
    """Scheme, host, port; a private scheme stands alone."""
    assert origin("http://127.0.0.1:3000/cb?x") == "http://127.0.0.1:3000"
    assert origin("com.example.app:/cb") == "com.example.app:"
