"""The server implements plain only (RFC 7636 4.4.1, RFC 8414 2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import refused_at_authorize, words
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """S256 was asked for properly, and metadata or words say that the server has only plain."""
    method = login.method
    if not isinstance(method, Seen) or method.value != "S256":
        return None
    found = pair.found_in(login)
    if found is not None and not found.is_s256:
        return None
    listed = login.metadata.get("code_challenge_methods_supported")
    unlisted = isinstance(listed, list) and "S256" not in listed
    said = words(login, "s256-unsupported", "method-refused")
    if not unlisted and (said is None or not (refused_at_authorize(login) or words(login, "s256-unsupported"))):
        return None
    because = "Its metadata does not list S256." if unlisted else "Its answer says so."
    return Finding(
        LIKELY,
        f"The request asks for S256, as it should, and this server does not support it. {because}",
        (method.shows("code_challenge_method=S256"), *((said,) if said else ())),
    )


FAULT = Fault(
    title="The server implements plain only",
    meaning=(
        "The client does what it must: it sends S256. The server knows only plain, or none. S256 is mandatory"
        " for servers that implement PKCE."
    ),
    fix=(
        "Ask the server's vendor for S256; until then use what its metadata lists, knowing that plain protects little."
    ),
    spec=("RFC 7636 4.2", "RFC 7636 4.4.1", "RFC 8414 2"),
    blame="server",
    explains=("code-not-accepted", "server-refuses-correct-pair"),
    needs=("authorize.code_challenge_method",),
    check=check,
    bad=login(
        callback={"code": None, "error": "invalid_request", "error_description": "transform algorithm not supported"},
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
