"""The grant or response type is not enabled for this client (RFC 6749 4.1.2.1, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence, text_of
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import words_at_authorize
from proofkey.doctor.soundness import flaws
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

_ERRORS = ("unauthorized_client", "unsupported_response_type")
_OTHER_MATTERS = (
    *("secret-missing", "secret-wrong", "client-authentication", "redirect-mismatch", "code-invalid", "code-expired"),
    *("redirect-unregistered", "pkce-mismatch", "verifier-missing", "client-unknown", "browser-needs-pkce"),
)


def check(login: Login) -> Finding | None:
    """Read the error code of the authorization response; at the token endpoint only beside a sound request."""
    found = next(_refusals(login), None)
    if found is None:
        return None
    what, evidence = found
    lacking = _not_registered(login, what)
    return Finding(
        LIKELY,
        f"The server says that this client may not use {what}; that is set where the client is registered.{lacking}",
        (evidence,),
    )


def _refusals(login: Login) -> Iterator[tuple[str, Evidence]]:
    wanted = text_of(login.observe("authorize.response_type")) or "code"
    asked = "the code flow" if wanted == "code" else f"response_type={wanted[:40]}"
    if not login.accepted:
        for callback in (*login.responses, *login.callbacks):
            error, text = callback.value("error"), callback.value("error_description") or ""
            about = topics_of(None, text)
            if (error in _ERRORS and about.isdisjoint(_OTHER_MATTERS)) or "grant-not-enabled" in about:
                yield asked, callback.shows(f'error={error}, "{text[:200]}"' if text else f"error={error}")
        said = words_at_authorize(login, "grant-not-enabled")
        of_another_matter = words_at_authorize(login, *_OTHER_MATTERS)
        if said is not None and of_another_matter is None:
            yield asked, said
        token = login.token
        if token is not None and _is_refused(token) and not flaws(login):
            yield "the code grant", token.answer.shows()
    for grant in (*login.other_grants, *login.refreshes):
        if _is_refused(grant) and (name := grant.value("grant_type")):
            yield f"the grant {name[:60]}", grant.answer.shows()


def _is_refused(request: TokenRequest) -> bool:
    """Tell whether a token answer is about the grant: by its code, and not by a word about something else."""
    answer = request.answer
    if answer.gave_tokens:
        return False
    about = topics_of(None, answer.description)
    return "grant-not-enabled" in about or (answer.error == "unauthorized_client" and about.isdisjoint(_OTHER_MATTERS))


def _not_registered(login: Login, what: str) -> str:
    registration = login.registration
    grants = registration.grant_types if registration is not None else None
    if grants is None:
        return ""
    name = what.removeprefix("the grant ") if what.startswith("the grant ") else "authorization_code"
    normal = {grant.lower().replace("-", "_") for grant in grants} | {"".join(grants).lower()}
    if name in normal or normal & {"code", "pkce", "authorizationcode"}:
        return ""
    return f" Its registration lists only {', '.join(grants)[:200] or 'no grant at all'}."


FAULT = Fault(
    title="The grant or response type is not enabled for this client",
    meaning=(
        "unauthorized_client and unsupported_response_type speak of the client's registration: this client id may not"
        " use the flow that it asked for. Often the application was registered as another type, or the id is that of"
        " another application."
    ),
    fix=(
        "Enable the authorization code grant with PKCE for this client where it is registered, or use the id of the"
        " client that has it."
    ),
    wrong_fix="Changing the redirect_uri: a wrong one is refused in another way.",
    spec=("RFC 6749 4.1.2.1", "RFC 6749 5.2"),
    blame="registration",
    explains=("code-not-accepted", "client-secret-wrong"),
    needs=(),
    check=check,
    even_if_accepted=True,  # a refresh or another grant of it may have been refused
    bad=login(
        callback={
            "code": None,
            "error": "unauthorized_client",
            "error_description": "Standard flow is disabled for the client",
        },
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
