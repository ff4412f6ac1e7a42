"""Client authentication: one method, the registered one, read exactly."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.client_auth import NotAuthenticated, Presented, authenticate, hash_secret, read, write
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord
from proofkey.core.secret import ClientSecret

SECRET = ClientSecret("s3cret:with/reserved+characters&=%")


def client(**changes: object) -> ClientRecord:
    """Give a confidential client."""
    values: dict[str, object] = {
        "client_id": "web",
        "name": "Web",
        "redirect_uris": (),
        "auth_method": "client_secret_basic",
        "secret_hash": hash_secret(SECRET),
    } | changes
    return ClientRecord(**values)  # type: ignore[arg-type]


def basic(user: str, password: str) -> str:
    """Write a Basic header without form-encoding its parts."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=60))
def test_what_is_written_is_read_back(client_id: str, secret: str) -> None:
    """Any id and secret survive client_secret_basic and client_secret_post."""
    try:
        (client_id + secret).encode()
    except UnicodeEncodeError:
        return
    for method in ("client_secret_basic", "client_secret_post"):
        presented = Presented(client_id, method, ClientSecret(secret))
        headers, pairs = write(presented)
        assert read(dict(headers).get("authorization"), Params(pairs)) == presented


def fault(result: object) -> str | None:
    """Name the fault of a refusal."""
    return result.fault if isinstance(result, NotAuthenticated) else None


@pytest.mark.parametrize(
    ("authorization", "pairs", "expected"),
    [
        (None, [], "client-id-missing"),
        (basic("web", "x"), [("client_secret", "y")], "two-client-authentications"),
        (basic("web", "x"), [("client_id", "other")], "code-of-other-client"),
        (basic("web", ""), [("client_id", "web")], "secret-empty"),
        (None, [("client_id", "web"), ("client_secret", "")], "secret-empty"),
        ("Basic %%%", [], "client-credentials-malformed"),
        ("Bearer abc", [], "client-credentials-malformed"),
        ("Basic " + b64encode(b"no colon").decode(), [], "client-credentials-malformed"),
        ("Basic " + b64encode(b"web:%zz").decode(), [], "client-credentials-malformed"),
        ("Basic " + b64encode(b"\xff:x").decode(), [], "client-credentials-malformed"),
        ("Basic é", [], "client-credentials-malformed"),
    ],
)
def test_what_cannot_be_read_is_named(authorization, pairs, expected) -> None:
    """Each unreadable authentication has its fault and never raises."""
    assert fault(read(authorization, Params(pairs))) == expected


def test_an_empty_basic_secret_can_count_as_none() -> None:
    """Genesys Cloud's command line sends one beside the client_id."""
    presented = read(basic("web", ""), Params([("client_id", "web")]), empty_secret_is_none=True)
    assert presented == Presented("web", "none")


@pytest.mark.shows("A92")
@pytest.mark.parametrize(
    ("presented", "record", "expected"),
    [
        (Presented("web", "none"), None, "client-unknown"),
        (Presented("web", "none"), client(disabled=True), "client-unknown"),
        (Presented("web", "none"), client(), "secret-missing"),
        (Presented("web", "client_secret_basic", ClientSecret("wrong")), client(), "client-secret-wrong"),
        (Presented("web", "client_secret_post", SECRET), client(), "wrong-client-auth-method"),
        (Presented("web", "client_secret_post", SECRET), client(auth_method="none"), "secret-in-public-client"),
        (Presented("web", "client_secret_basic", SECRET), client(), None),
        (Presented("web", "none"), client(auth_method="none"), None),
    ],
)
def test_who_is_let_in(presented, record, expected) -> None:
    """Registered method, registered secret, nothing else."""
    assert fault(authenticate(presented, record)) == expected


def test_a_failed_basic_authentication_is_challenged() -> None:
    """RFC 6749 5.2: 401 with WWW-Authenticate."""
    refused = authenticate(Presented("web", "client_secret_basic", ClientSecret("wrong")), client())
    assert isinstance(refused, NotAuthenticated)
    assert refused.challenge
    assert refused.error.status == 401


def test_a_space_is_written_so_that_every_server_reads_it() -> None:
    """As %20: a form may say plus (RFC 6749 appendix B), and servers that percent-decode only take a plus as it is."""
    headers, _ = write(Presented("web app", "client_secret_basic", ClientSecret("a b+c")))
    assert headers == (("authorization", basic("web%20app", "a%20b%2Bc")),)
