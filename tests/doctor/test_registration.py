"""A client's registration is read in the RFC's names and in those of admin interfaces."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor.registration import read_registrations
from proofkey.doctor.sources import Undecodable


def test_the_names_of_rfc_7591() -> None:
    """Lists stay lists; the method none makes the client public."""
    (found,) = read_registrations(
        "client.json",
        b'{"client_id": "app", "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none"}',
    )
    assert (found.client_id, found.redirect_uris, found.public) == ("app", ("https://a.example/cb",), True)


def test_what_is_not_said_is_unknown() -> None:
    """An empty file says nothing, which is not the same as "no redirect URI"."""
    (found,) = read_registrations("client.json", b"{}")
    assert (found.client_id, found.redirect_uris, found.public) == (None, None, None)


def test_admin_interfaces_and_lists() -> None:
    """A list of clients as an admin interface exports it; each is read."""
    document = {"entities": [{"id": "a", "registeredRedirectUri": ["https://a.example/cb"]}, {"clientId": "b"}]}
    found = read_registrations("client.json", json.dumps(document).encode())
    assert [(each.client_id, each.redirect_uris) for each in found] == [("a", ("https://a.example/cb",)), ("b", None)]


@pytest.mark.parametrize("data", [b"", b"[1]", b'"text"', b"\xff\xfe\x00"])
def test_what_is_no_registration_is_refused(data: bytes) -> None:
    """Anything but objects is unusable input."""
    with pytest.raises(Undecodable):
        read_registrations("client.json", data)
