"""Judges an authorization request (RFC 6749 4.1.1, RFC 7636 4.4.1, RFC 9700 2.1, OpenID Connect Core 3.1.2).

First who may be answered at all: client and redirect URI, whose failures are shown and never redirected. Then the
checks of `CHECKS`, in that order, whose failures go back to the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from proofkey.core import redirect_uri as redirect_uris
from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.pkce import METHOD, decode_challenge
from proofkey.core.records import ClientRecord
from proofkey.core.scope import MalformedScope, beyond, parse
from proofkey.core.server_side.policy import Policy
from proofkey.core.server_side.verdicts import Asked, AuthorizationVerdict, ResponseMode, SendBack, ShowError
from proofkey.core.value import value

PROMPTS = frozenset({"none", "login", "consent", "select_account"})
MAX_NONCE = 256
NEW_EACH_TIME = frozenset({"state", "nonce", "code_challenge"})  # what differs between two logins of one app
PUSHED = "urn:ietf:params:oauth:request_uri:"  # how the request_uri of a pushed request begins (RFC 9126 2.2)
RESPONSE_MODES: dict[str, ResponseMode] = {"query": "query", "fragment": "fragment", "form_post": "form_post"}

Complaint = tuple[str, str, str | None]  # error, description, fault
_NOBODY_ASKS: frozenset[str] = frozenset()


@value
class Request:
    """The request under judgement, with its client already known, and what is read of it more than once."""

    params: Params
    client: ClientRecord
    policy: Policy
    scopes: tuple[str, ...] | None  # None: not readable
    challenge_digest: bytes | None  # None: absent, or no challenge


def judge_authorization(params: Params, client: ClientRecord | None, policy: Policy) -> AuthorizationVerdict:
    """Judge the parameters of an authorization request; `client` is the one that `client_id` names, if any."""
    where = _judge_destination(params, client, policy)
    if isinstance(where, ShowError):
        return where
    assert client is not None  # noqa: S101  # _judge_destination refused None
    uri, was_sent = where
    challenge, prompt, max_age = params.get("code_challenge"), params.get("prompt"), params.get("max_age")
    scopes, digest = _read_scopes(params, client), decode_challenge(challenge) if challenge else None
    request = Request(params, client, policy, scopes, digest)
    mode = _response_mode(params)
    for parameter, check in CHECKS:
        if (parameter is None or parameter in params) and (complaint := check(request)):
            error, description, fault = complaint
            return SendBack(client, uri, params.get("state"), mode, OAuthError(error, description), fault)
    return Asked(
        client,
        uri,
        was_sent,
        scopes or (),
        params.get("state"),
        mode,
        digest,
        nonce=params.get("nonce"),
        resource=params.get("resource"),
        prompt=frozenset(prompt.split()) if prompt else _NOBODY_ASKS,
        max_age=int(max_age) if max_age is not None else None,
        login_hint=params.get("login_hint"),
    )


def judge_again(known: Asked, client: ClientRecord, new: Mapping[str, str]) -> Asked | None:
    """Judge a request that differs from a sound one of the same client in `NEW_EACH_TIME` only; None: not sound.

    `new` holds those of them that the request has, none empty, and they must be those that the sound one had.
    """
    challenge, nonce = new.get("code_challenge"), new.get("nonce")
    digest = decode_challenge(challenge) if challenge is not None else None
    if (challenge is not None and digest is None) or (nonce is not None and not _can_be_kept(nonce)):
        return None
    return Asked(
        client,
        known.redirect_uri,
        known.redirect_uri_was_sent,
        known.scopes,
        new.get("state"),
        known.response_mode,
        digest,
        nonce,
        known.resource,
        known.prompt,
        known.max_age,
        known.login_hint,
    )


def _read_scopes(params: Params, client: ClientRecord) -> tuple[str, ...] | None:
    scope = params.get("scope")
    try:
        return parse(scope) if scope else client.scopes
    except MalformedScope:
        return None


def _judge_destination(params: Params, client: ClientRecord | None, policy: Policy) -> tuple[str, bool] | ShowError:
    if twice := {"client_id", "redirect_uri"}.intersection(params.repeated()):
        return _show(f"The parameter {min(twice)} is there twice.", "parameter-repeated")
    if params.get("client_id") is None:
        return _show("The parameter client_id is missing.", "client-id-missing")
    if client is None or client.disabled:
        return _show("The OAuth client ID or redirect URI is invalid.", "client-unknown")
    uri = params.get("redirect_uri")
    if uri is None:
        if len(client.redirect_uris) == 1:
            return client.redirect_uris[0], False
        return _show("The parameter redirect_uri is missing.", "redirect-uri-missing", client)
    if uri in client.redirect_uris:
        return uri, True
    for registered in client.redirect_uris:
        if redirect_uris.matches(uri, registered, any_port_for=policy.any_port_for):
            return uri, True
    return ShowError(
        OAuthError("invalid_request", "The OAuth client ID or redirect URI is invalid."),
        "redirect-uri-not-registered",
        client,
        uri,
        redirect_uris.nearest(uri, client.redirect_uris, any_port_for=policy.any_port_for),
    )


def _show(description: str, fault: str, client: ClientRecord | None = None) -> ShowError:
    return ShowError(OAuthError("invalid_request", description), fault, client)


def _response_mode(params: Params) -> ResponseMode:
    mode = params.get("response_mode")
    return RESPONSE_MODES.get(mode, "query") if mode is not None else "query"


def _no_parameter_twice(request: Request) -> Complaint | None:
    if twice := [name for name in request.params.repeated() if name != "resource"]:
        fault = "state-missing" if twice == ["state"] else "parameter-repeated"
        return "invalid_request", "A parameter is there twice.", fault
    return None


def _response_type_is_code(request: Request) -> Complaint | None:
    asked = request.params.get("response_type")
    if asked is None:
        return "invalid_request", "The parameter response_type is missing.", None
    if asked != "code":
        return "unsupported_response_type", "Only response_type=code is served.", "grant-not-enabled"
    return None


def _response_mode_is_known(request: Request) -> Complaint | None:
    mode = request.params.get("response_mode")
    if mode is not None and mode not in RESPONSE_MODES:
        return "invalid_request", "This response_mode is not served.", None
    return None


def _no_request_object(request: Request) -> Complaint | None:
    # OpenID Connect Core 3.1.2.6: refused by name, never silently ignored.
    if request.params.get("request") is not None:
        return "request_not_supported", "Request objects are not served.", None
    return None


def _no_unusable_request_uri(request: Request) -> Complaint | None:
    uri = request.params.get("request_uri")
    if uri is None:
        return None
    if uri.startswith(PUSHED):
        description = "This request_uri was not issued to this client, or has expired."
        return "invalid_request_uri", description, "par-request-uri-unusable"
    return "request_uri_not_supported", "Only a pushed request is served by its URI.", "par-request-uri-unusable"


def _client_may_use_the_code_flow(request: Request) -> Complaint | None:
    if "authorization_code" not in request.client.grant_types:
        return "unauthorized_client", "The client may not use the code flow.", "grant-not-enabled"
    return None


def _scopes_are_allowed(request: Request) -> Complaint | None:
    if request.scopes is None:
        return "invalid_scope", "Scopes are separated by one space.", "scope-refused"
    if beyond(request.scopes, request.client.scopes):
        return "invalid_scope", "A scope is unknown or not allowed for this client.", "scope-refused"
    return None


def _method_is_s256(request: Request) -> Complaint | None:
    method = request.params.get("code_challenge_method")
    if method is None:
        if request.params.get("code_challenge") is None:
            return None
        return "invalid_request", "code_challenge_method is missing; it must be S256.", "challenge-method-missing"
    if method == METHOD:
        return None
    fault = "challenge-method-plain-refused" if method == "plain" else "challenge-method-misspelt"
    return "invalid_request", "code_challenge_method must be S256.", fault


def _challenge_is_there(request: Request) -> Complaint | None:
    if request.params.get("code_challenge") is not None:
        return None
    if request.params.all("code_challenge"):
        return "invalid_request", "The parameter code_challenge is empty.", "challenge-placeholder-text"
    if request.client.is_public or request.client.require_pkce or request.params.get("code_challenge_method"):
        return "invalid_request", "The parameter code_challenge is missing.", "challenge-missing"
    return None


def _challenge_is_well_formed(request: Request) -> Complaint | None:
    if request.challenge_digest is not None or request.params.get("code_challenge") is None:
        return None
    # Which of the encoding faults it is, the doctor tells from the value.
    return "invalid_request", "code_challenge is not 43 characters of base64url.", "challenge-wrong-transform"


def _prompt_is_known(request: Request) -> Complaint | None:
    prompts = (request.params.get("prompt") or "").split()
    if not PROMPTS.issuperset(prompts) or ("none" in prompts and len(prompts) > 1):
        return "invalid_request", "This prompt is not served.", None
    return None


def _max_age_is_a_number(request: Request) -> Complaint | None:
    max_age = request.params.get("max_age")
    if max_age is not None and not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        return "invalid_request", "max_age is not a number of seconds.", None
    return None


def _nonce_can_be_kept(request: Request) -> Complaint | None:
    if not _can_be_kept(request.params.get("nonce") or ""):
        return "invalid_request", "The parameter nonce is too long, or has control characters.", None
    return None


def _can_be_kept(nonce: str) -> bool:
    return len(nonce) <= MAX_NONCE and nonce.isprintable()


def _resource_is_a_target(request: Request) -> Complaint | None:
    if len(request.params.all("resource")) > 1:
        return "invalid_target", "One resource at a time is served.", None
    resource = request.params.get("resource")
    return None if resource is None or is_target(resource, request.policy) else (
        "invalid_target", "The resource is not an absolute URI without fragment.", None
    )  # fmt: skip


def is_target(resource: str, policy: Policy) -> bool:
    """Tell whether a resource indicator may be asked for (RFC 8707 2)."""
    if policy.resources is not None:
        return resource in policy.resources
    if len(resource) > redirect_uris.MAX_LENGTH or "#" in resource or not resource.isprintable():
        return False
    try:
        parts = urlsplit(resource)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


# In this order; a check that concerns one parameter alone is made where that is there.
CHECKS: tuple[tuple[str | None, Callable[[Request], Complaint | None]], ...] = (
    (None, _no_parameter_twice),
    ("request", _no_request_object),  # early: beside these two nothing else need be there, so nothing else is missing
    ("request_uri", _no_unusable_request_uri),
    (None, _response_type_is_code),
    ("response_mode", _response_mode_is_known),
    (None, _client_may_use_the_code_flow),
    ("scope", _scopes_are_allowed),
    (None, _method_is_s256),
    (None, _challenge_is_there),
    ("code_challenge", _challenge_is_well_formed),
    ("prompt", _prompt_is_known),
    ("max_age", _max_age_is_a_number),
    ("nonce", _nonce_can_be_kept),
    ("resource", _resource_is_a_target),
)
