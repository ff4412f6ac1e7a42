"""What of a login was checked and is right: the pair, and what both steps repeat (RFC 7636 4.6, RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login
from proofkey.doctor.pkce import s256


def facts_of(login: Login) -> list[str]:
    """Say what is right about the PKCE part of a login."""
    challenge, method, verifier = login.challenge, login.method, login.verifier
    facts = []
    if isinstance(challenge, Seen) and isinstance(verifier, Seen):
        plain = not isinstance(method, Seen) or method.value == "plain"
        if plain and challenge.value == verifier.value:
            facts.append(f"{login.id}: challenge and verifier are equal, as the method plain wants it.")
        elif isinstance(method, Seen) and method.value == "S256" and challenge.value == s256(verifier.value):
            facts.append(f"{login.id}: the challenge is base64url(SHA-256(verifier)) and the method is S256.")
    authorize, token = login.authorize, login.token
    if authorize is not None and token is not None:
        for name in ("redirect_uri", "client_id"):
            sent, repeated = authorize.get(name), login.observe(f"token.{name}")
            if isinstance(sent, Seen) and isinstance(repeated, Seen) and sent.value == repeated.value:
                facts.append(f"{login.id}: {name} is the same in both steps.")
    if login.accepted:
        facts.append(f"{login.id}: the server accepted the code.")
    return facts
