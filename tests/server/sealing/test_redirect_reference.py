"""Redirect URIs by reference into the registration."""

from __future__ import annotations

import pytest
from hypothesis import given

from proofkey.server.sealing.redirect_reference import NotRegistered, refer, resolve
from tests.server.sealing.samples import CLIENT, redirect_uris

REGISTERED = CLIENT.redirect_uris


@given(redirect_uris)
def test_a_redirect_uri_comes_back_as_it_was(uri: str) -> None:
    """Index, hash and port say it all."""
    assert resolve(refer(uri, REGISTERED), REGISTERED) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:08080/cb",  # kept as written, leading zero included
        "http://127.0.0.1/cb",
        "http://localhost/?x=1",  # registered with a port, asked for without
    ],
)
def test_a_port_is_kept_as_it_was_written(uri: str) -> None:
    """The token request's redirect_uri is compared as a string."""
    assert resolve(refer(uri, REGISTERED), REGISTERED) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback/",
        "https://app.example:444/callback",
        "http://127.0.0.1:1/other",
        "http://127.0.0.1:\N{ARABIC-INDIC DIGIT FIVE}/cb",
        "",
        "http://[",
    ],
)
def test_only_registered_uris_have_a_reference(uri: str) -> None:
    """A port may differ on loopback only, and nothing else anywhere."""
    with pytest.raises(NotRegistered):
        refer(uri, REGISTERED)


def test_a_changed_registration_does_not_change_where_a_code_belongs() -> None:
    """Another URI at the same index is not taken for the one that was sealed."""
    reference = refer(REGISTERED[0], REGISTERED)
    assert resolve(reference, ("https://evil.example/", *REGISTERED)) == REGISTERED[0]
    assert resolve(reference, ("https://evil.example/",)) is None
    assert resolve(reference, ()) is None
