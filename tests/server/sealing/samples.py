"""Keyrings, codes and clients for the tests of sealing."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.server.sealing.keyring import Keyring, SealingKey
from proofkey.server.store.scope_words import ScopeWords
from proofkey.server.store.wrapped_key import KeyFamily

ISSUER = "https://login.example"
NOW = 1_760_000_000
WORDS = ScopeWords(("openid", "profile", "email", "routing", "analytics"))
SECRETS = {family: bytes([index + 1]) * 32 for index, family in enumerate(KeyFamily)}


def keyring(issuer: str = ISSUER, salt: int = 0) -> Keyring:
    """Give the same keyring for the same arguments."""
    keys = [
        SealingKey(family, 1, NOW - 1000, bytes(one ^ salt for one in secret)) for family, secret in SECRETS.items()
    ]
    return Keyring(issuer, keys)


CLIENT = ClientRecord(
    "5f1c2a8e-0000-4000-8000-000000000001",
    "Example",
    ("https://app.example/callback", "http://127.0.0.1/cb", "http://localhost:8080/?x=1"),
    scopes=("openid", "profile", "email"),
)

FACTS = CodeFacts(
    grant_id=(NOW * 1000).to_bytes(6, "big") + bytes(range(10)),
    client_id=CLIENT.client_id,
    redirect_uri="https://app.example/callback",
    redirect_uri_was_sent=True,
    challenge_digest=bytes(range(32)),
    subject="b7a1c1f0-5f6e-4d2c-9a0b-2f7d5d3c1e11",
    session_id=bytes(range(32, 64)),
    scopes=("openid", "profile"),
    nonce=None,
    auth_time=NOW - 5,
)

texts = st.text(st.characters(codec="utf-8"), max_size=40)
ports = st.integers(0, 65_535).map(str)
redirect_uris = st.one_of(
    st.sampled_from(CLIENT.redirect_uris),
    ports.filter(lambda port: port != "0").map(lambda port: f"http://127.0.0.1:{port}/cb"),
    ports.filter(lambda port: port != "0").map(lambda port: f"http://localhost:{port}/?x=1"),
)
scope_words = st.one_of(
    st.sampled_from(("openid", "profile", "email", "routing", "analytics")),
    st.text(string.ascii_lowercase, min_size=1, max_size=12),
)

code_facts = st.builds(
    CodeFacts,
    grant_id=st.binary(min_size=16, max_size=16),
    client_id=st.just(CLIENT.client_id),
    redirect_uri=redirect_uris,
    redirect_uri_was_sent=st.booleans(),
    challenge_digest=st.none() | st.binary(min_size=32, max_size=32),
    subject=texts,
    session_id=st.binary(max_size=32),
    scopes=st.lists(scope_words, unique=True, max_size=12).map(tuple),
    nonce=st.none() | texts,
    auth_time=st.integers(0, 2**40),
    resource=st.none() | st.just("https://api.example/"),
)

hostile_texts = st.one_of(
    st.text(max_size=200),
    st.text(string.ascii_letters + string.digits + "-_", max_size=400),
    st.text(string.ascii_letters + "-_=+/% \n\0", max_size=100),
    st.just("A" * 70_000),
    st.just("\ud800"),
)
