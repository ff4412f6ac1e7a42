"""What of a login was checked and is right: the pair, and what both steps repeat (RFC 7636 4.6, RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen, text_of
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right


def facts_of(login: Login) -> list[str]:
    """Say what is right about the PKCE part of a login."""
    facts = []
    if pair_is_right(login):
        if text_of(login.method) == "S256":
            facts.append(f"{login.id}: the challenge is base64url(SHA-256(verifier)) and the method is S256.")
        else:
            facts.append(f"{login.id}: challenge and verifier are equal, as the method plain wants it.")
    authorize, token = login.authorize, login.token
    if authorize is not None and token is not None:
        for name in ("redirect_uri", "client_id"):
            sent, repeated = authorize.get(name), login.observe(f"token.{name}")
            if isinstance(sent, Seen) and isinstance(repeated, Seen) and sent.value == repeated.value:
                facts.append(f"{login.id}: {name} is the same in both steps.")
    if login.accepted:
        facts.append(f"{login.id}: the server accepted the code.")
    return facts
