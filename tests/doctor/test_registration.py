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


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"client_id": 17}, "client_id must be a text, and is a number"),
        ({"client_id": ["app"]}, "client_id must be a text, and is a list"),
        ({"redirect_uris": {"web": "https://a.example/cb"}}, "redirect_uris must be a text or a list of texts"),
        ({"redirect_uris": ["https://a.example/cb", 5]}, "entry 2 of redirect_uris must be a text, and is a number"),
        ({"redirect_uris": [None]}, "entry 1 of redirect_uris must be a text, and is null"),
        ({"grantTypes": True}, "grantTypes must be a text or a list of texts, and is true"),
        ({"token_endpoint_auth_method": False}, "token_endpoint_auth_method must be a text, and is false"),
        ({"public": "yes"}, "public must be true or false, and is a text"),
        ({"publicClient": 1}, "publicClient must be true or false, and is a number"),
        ({"scope": 3}, "scope must be a text or a list of texts, and is a number"),
        ({"response_types": [["code"]]}, "entry 1 of response_types must be a text, and is a list"),
    ],
)
def test_a_member_of_a_wrong_type_is_named(members: dict[str, object], told: str) -> None:
    """Left out silently it would count as not registered, and the report would be wrong."""
    with pytest.raises(Undecodable, match="in the client registration") as caught:
        read_registrations("client.json", json.dumps(members).encode())
    assert told in str(caught.value)
    assert "a.example" not in str(caught.value)


def test_null_says_nothing_and_a_text_is_a_list_of_one() -> None:
    """Exports write null for what is not set; some write one value without its list."""
    (found,) = read_registrations(
        "client.json",
        b'{"client_id": "app", "redirect_uris": null, "scope": ["a", "b"], "grant_types": "authorization_code"}',
    )
    assert (found.redirect_uris, found.scope, found.grant_types) == (None, "a b", ("authorization_code",))


def test_other_numbers_do_not_matter() -> None:
    """A member that the doctor does not read may be of any type, and so may a second name of what is read already."""
    (found,) = read_registrations("client.json", b'{"client_id": "app", "id": 12, "accessTokenLifespan": 60}')
    assert found.client_id == "app"


GOOGLE = {
    "client_id": "1.apps.googleusercontent.com",
    "client_secret": "GOCSPX-not-to-be-shown",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "redirect_uris": ["https://a.example/cb"],
}
OKTA = {
    "id": "0oa1",
    "label": "My app",
    "status": "ACTIVE",
    "credentials": {
        "oauthClient": {"client_id": "0oa1", "token_endpoint_auth_method": "none", "pkce_required": True},
        "scheme": None,
    },
    "settings": {
        "oauthClient": {
            "redirect_uris": ["https://a.example/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        },
        "app": {},
    },
}


def test_what_google_lets_one_download() -> None:
    """client_secret.json holds the client of a web application under `web`; its secret is known as one."""
    (found,) = read_registrations("client_secret.json", json.dumps({"web": GOOGLE}).encode())
    assert (found.client_id, found.redirect_uris) == (GOOGLE["client_id"], ("https://a.example/cb",))
    assert found.members["client_secret"] == GOOGLE["client_secret"]


def test_an_installed_application_has_no_list_of_redirect_uris() -> None:
    """Google takes every port of this machine for one; http://localhost in the file is an example."""
    (found,) = read_registrations("c.json", json.dumps({"installed": GOOGLE}).encode())
    assert (found.client_id, found.redirect_uris, found.public) == (GOOGLE["client_id"], None, None)


def test_what_okta_gives() -> None:
    """The id and the method are among the credentials, the addresses and grants among the settings."""
    for document in (OKTA, [OKTA]):
        (found,) = read_registrations("app.json", json.dumps(document).encode())
        assert (found.client_id, found.redirect_uris, found.public) == ("0oa1", ("https://a.example/cb",), True)
        assert found.grant_types == ("authorization_code", "refresh_token")
        assert found.response_types == ("code",)


def test_half_of_what_okta_gives() -> None:
    """Whoever leaves the credentials out still has the id of the application, which is the client's."""
    (found,) = read_registrations("app.json", json.dumps({**OKTA, "credentials": {}}).encode())
    assert (found.client_id, found.public) == ("0oa1", None)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"web": [GOOGLE]}, "web must be an object"),
        ({"installed": "app"}, "installed must be an object"),
        ({"web": {**GOOGLE, "client_id": 17}}, "client_id must be a text, and is a number"),
        ({"settings": {"oauthClient": ["x"]}}, "settings.oauthClient must be an object"),
        ({"settings": {"oauthClient": {"redirect_uris": [5]}}}, "entry 1 of redirect_uris must be a text"),
        ({"credentials": {"oauthClient": None}}, "credentials.oauthClient must be an object"),
    ],
)
def test_a_wrong_type_inside_is_named_as_well(document: dict[str, object], told: str) -> None:
    """Nesting is no way around the check."""
    with pytest.raises(Undecodable, match="in the client registration") as caught:
        read_registrations("client.json", json.dumps(document).encode())
    assert told in str(caught.value)
    assert "GOCSPX" not in str(caught.value)


def test_a_flat_registration_may_have_such_names() -> None:
    """Where the client's id stands at the top, nothing is unpacked."""
    (found,) = read_registrations("c.json", b'{"client_id": "app", "web": "https://a.example", "settings": {}}')
    assert found.client_id == "app"


ENTRA = {"id": "0f9c", "appId": "11111111-2222-4333-8444-555555555555", "isFallbackPublicClient": False}


@pytest.mark.parametrize(
    ("members", "uris", "public"),
    [
        (
            {
                "web": {"redirectUris": ["https://a.example/cb"]},
                "spa": {"redirectUris": []},
                "publicClient": {"redirectUris": []},
            },
            ("https://a.example/cb",),
            False,
        ),
        (
            {"web": {"redirectUris": []}, "spa": {"redirectUris": ["https://a.example/"]}},
            ("https://a.example/",),
            True,
        ),
        (
            {
                "replyUrlsWithType": [
                    {"url": "http://localhost", "type": "InstalledClient"},
                    {"url": "https://a.example/cb", "type": "Web"},
                ]
            },
            ("https://a.example/cb", "http://localhost"),
            None,
        ),
        ({"displayName": "no addresses told"}, None, None),
    ],
)
def test_a_manifest_of_entra(members: dict[str, object], uris: tuple[str, ...] | None, public: bool | None) -> None:
    """The lists of all platforms are one list; id is that of Entra's own object, and a secret is for the web only."""
    (found,) = read_registrations("manifest.json", json.dumps(ENTRA | members).encode())
    assert (found.client_id, found.public) == (ENTRA["appId"], public)
    assert found.redirect_uris is uris is None or sorted(found.redirect_uris or ()) == sorted(uris or ())
