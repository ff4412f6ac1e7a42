"""The demo's account and client, made at the first start. They exist on loopback only and protect nothing."""

from __future__ import annotations

import secrets

from proofkey.core.records import ClientRecord, User
from proofkey.core.secret import Password
from proofkey.server.accounts import hash_password
from proofkey.server.scopes import EVERYBODY
from proofkey.server.store.protocol import Store

USERNAME = "ada"
PASSWORD = "lovelace"
NAME = "Ada Lovelace"
EMAIL = "ada@example.org"
CLIENT_ID = "proofkey-demo"
CALLBACK = "/callback"


async def furnish(store: Store, now: float) -> None:
    """Make the demo's user and its public client, where they are not there yet."""
    if await store.user_named(USERNAME) is None:
        await store.put_user(
            User(
                subject=secrets.token_hex(16),
                username=USERNAME,
                password_hash=hash_password(Password(PASSWORD)),
                email=EMAIL,
                claims=(("name", NAME), ("given_name", "Ada"), ("family_name", "Lovelace")),
                created_at=int(now),
            )
        )
    owner = await store.user_named(USERNAME)
    if await store.client(CLIENT_ID) is None:
        await store.put_client(
            ClientRecord(
                client_id=CLIENT_ID,
                name="proofkey demo",
                # Any port will do: these are loopback (RFC 8252 7.3).
                redirect_uris=(f"http://127.0.0.1{CALLBACK}", f"http://localhost{CALLBACK}"),
                post_logout_redirect_uris=("http://127.0.0.1/", "http://localhost/"),
                scopes=EVERYBODY,
                owner=owner.subject if owner else None,  # so that Ada sees its journal at /admin/
                created_at=int(now),
                modified_at=int(now),
            )
        )
