"""The token request asks for another resource than the authorization request (RFC 8707 2.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Compare resource, then audience; both may be repeated, and the token request may ask for fewer."""
    authorize, token = login.authorize, login.token
    if authorize is None or token is None or authorize.parameters is None or token.parameters is None:
        return None
    if not token.answer.refused:
        return None
    about_it = token.answer.speaks_of("resource-refused")
    for name in ("resource", "audience"):
        asked, wanted = authorize.all(name), token.all(name)
        extra = [each for each in wanted if each not in asked]
        evidence = (
            Evidence(authorize.message.where, f"{name}: {', '.join(asked)[:300] or 'none'}"),
            Evidence(token.message.where, f"{name}: {', '.join(wanted)[:300] or 'none'}"),
            token.answer.shows(),
        )
        if extra and asked:
            return Finding(
                LIKELY,
                f"The login was made for the {name} {asked[0][:200]} and the token request asks for {extra[0][:200]}.",
                evidence,
            )
        if extra and isinstance(authorize.get(name), Absent):
            return Finding(
                LIKELY if about_it else POSSIBLE,
                f"The token request asks for the {name} {extra[0][:200]}, of which the authorization request said"
                " nothing.",
                evidence,
            )
        if asked and not wanted and about_it:
            words = f"The login was made for the {name} {asked[0][:200]} and the token request names none."
            return Finding(LIKELY, words, evidence)
    return None


FAULT = Fault(
    title="resource or audience differs between the steps",
    meaning=(
        "The authorization was given for one resource, and the token request may ask for that or for less. Resource"
        " identifiers are compared as texts: with and without a path or a slash they are two."
    ),
    fix="Send one canonical URL of the resource, the same in both steps.",
    example_js="const RESOURCE = 'https://mcp.example/mcp'; // in the authorize URL and in the token request",
    example_py='RESOURCE = "https://mcp.example/mcp"  # in both requests',
    wrong_fix="Leaving it out at the start: the token is then for another audience, or for none.",
    spec=("RFC 8707 2.2",),
    blame="client",
    explains=("code-not-accepted", "server-refuses-correct-pair", "redirect-uri-altered-by-server"),
    needs=("authorize", "token.answer"),
    check=check,
    bad=login(
        authorize={"resource": "https://mcp.example/mcp"},
        token={"resource": "https://mcp.example"},
        answer={"error": "invalid_target"},
    ),
    good=login(authorize={"resource": "https://mcp.example/mcp"}, token={"resource": "https://mcp.example/mcp"}),
)
