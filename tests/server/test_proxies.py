"""Whose word about the caller's address counts: a trusted proxy's, and only what no stranger can have written."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.http import Request, by_name
from proofkey.server.proxies import TrustedProxies

PROXIES = TrustedProxies([ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")])


def seen(peer: str, *headers: tuple[str, str], proxies: TrustedProxies = PROXIES) -> tuple[str, str]:
    """Give the address and the host that a server takes a request for."""
    sent = [(b"host", b"inside"), *((name.encode(), value.encode("latin-1")) for name, value in headers)]
    request = Request("GET", "/", b"", by_name(sent), sent, (peer, 4711))
    proxies.believe(request)
    assert [value for name, value in request.headers if name == b"host"] == [request.fields[b"host"]]
    return request.address, request.fields[b"host"].decode("latin-1")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
        ([("x-forwarded-for", "6.6.6.6, 192.0.2.1")], "192.0.2.1"),  # the left one is what the client sent
        ([("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.1.1.1")], "192.0.2.1"),
        ([("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
        ([("x-forwarded-for", "10.3.3.3, 10.1.1.1")], "10.3.3.3"),  # ours all along: the first of them
        ([("x-forwarded-for", "192.0.2.1:4711")], "192.0.2.1"),
        ([("x-forwarded-for", "[2001:db8::7]:4711")], "2001:db8::7"),
        ([("x-forwarded-for", "2001:DB8:0:0::7")], "2001:db8::7"),
        ([("x-forwarded-for", "::ffff:192.0.2.1")], "192.0.2.1"),
        ([("x-forwarded-for", "192.0.2.1, unknown")], "10.0.0.1"),
        ([("x-forwarded-for", "")], "10.0.0.1"),
        ([("x-forwarded-for", "192.0.2.1, 10.1.1.1, rubbish, 10.2.2.2")], "10.2.2.2"),
        ([("forwarded", "for=192.0.2.1")], "192.0.2.1"),
        ([("forwarded", 'for=6.6.6.6;proto=http, proto=https;for="[2001:db8::7]:4711";by=10.0.0.1')], "2001:db8::7"),
        ([("forwarded", 'for="_a,b", For=192.0.2.1')], "192.0.2.1"),
        ([("forwarded", "for=_hidden")], "10.0.0.1"),
        ([("forwarded", "proto=https")], "10.0.0.1"),
        ([("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "192.0.2.1")], "10.0.0.1"),  # one of them was let through
        ([("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
        ([], "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_the_rightmost_stranger_is_the_caller(headers, address) -> None:
    """Whatever a client wrote further left."""
    assert seen("10.0.0.1", *headers)[0] == address


def test_a_strangers_headers_are_nothing() -> None:
    """Nor anybody's, where no proxy is trusted."""
    headers = [("x-forwarded-for", "10.0.0.1"), ("forwarded", "for=10.0.0.1;host=evil"), ("x-forwarded-host", "evil")]
    assert seen("192.0.2.9", *headers) == ("192.0.2.9", "inside")
    assert seen("10.0.0.1", *headers, proxies=TrustedProxies([])) == ("10.0.0.1", "inside")
    assert seen("2001:db8:1::5", ("x-forwarded-for", "192.0.2.1"))[0] == "192.0.2.1"


def test_the_host_is_the_one_that_the_nearest_proxy_was_asked_for() -> None:
    """It tells Genesys Cloud's API hosts from its login hosts, and nothing else."""
    assert seen("10.0.0.1", ("x-forwarded-host", "evil.example, api.example"))[1] == "api.example"
    assert seen("10.0.0.1", ("forwarded", 'for=192.0.2.1;host="api.example:8443"'))[1] == "api.example:8443"
    assert seen("10.0.0.1", ("x-forwarded-for", "192.0.2.1"))[1] == "inside"


@given(st.lists(st.tuples(st.sampled_from(["forwarded", "x-forwarded-for", "x-forwarded-host"]), st.text(
    st.characters(max_codepoint=255), max_size=200)), max_size=4))  # fmt: skip
def test_no_header_breaks_the_reading(headers: list[tuple[str, str]]) -> None:
    """The address is always one, whatever is sent."""
    assert "." in seen("10.0.0.1", *headers)[0] or ":" in seen("10.0.0.1", *headers)[0]


def test_a_long_chain_is_cut() -> None:
    """Its end is what counts."""
    assert seen("10.0.0.1", ("x-forwarded-for", "6.6.6.6," * 50_000 + "192.0.2.1, 10.1.1.1"))[0] == "192.0.2.1"
    assert seen("10.0.0.1", ("forwarded", "for=6.6.6.6," * 50_000 + "for=192.0.2.1"))[0] == "192.0.2.1"
