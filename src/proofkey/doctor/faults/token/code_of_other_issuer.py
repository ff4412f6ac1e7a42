"""The code goes to another tenant, region or realm than the one that issued it (RFC 9700 4.4)."""

from __future__ import annotations

import re

from proofkey.doctor import endpoints
from proofkey.doctor.address import Address, split
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transcript import login

# Providers with many instances; the groups name the instance.
_FAMILIES: dict[str, Pattern] = {
    "Genesys Cloud region": Pattern(r"login\.(mypurecloud\.[a-z.]+|[\w\-]+\.pure\.cloud)/.*"),
    "realm": Pattern(r"([^/]+/(?:.*/)?realms/[^/]+)/(?:protocol/openid-connect|login-actions).*"),
    "tenant": Pattern(
        r"login\.(?:microsoftonline\.(?:com|us|de)|windows\.net|partner\.microsoftonline\.cn)/([^/]+)/.*"
    ),
    "tenant or policy": Pattern(r"([^/]+\.(?:b2clogin|ciamlogin)\.com/[^/]+(?:/b2c_1\w*)?)/.*"),
    "authorization server": Pattern(r"([^/]+(?:/oauth2/(?!v1/)[\w\-]+|/oauth2(?=/v1/)))/v1/\w+"),
    "tenant domain": Pattern(r"([\w\-]+(?:\.\w{2,3})?\.auth0\.com)/.*"),
    "user pool domain": Pattern(r"([\w\-]+\.auth\.[\w\-]+\.amazoncognito\.com)/.*"),
    "environment": Pattern(r"(auth\.pingone\.[a-z.]+/[^/]+)/as/.*"),
    "Salesforce environment": Pattern(r"(login|test)\.salesforce\.com/.*"),
}
_ANY_TENANT = frozenset(("common", "organizations", "consumers"))
_PROTOCOL_FOLDER = Pattern(
    r"v?[\d.]+|api|rest|oauth\w*|openid\w*|oidc|auth\w*|connect|sso|as|login|dialog|token|idp", re.I
)
_LOGIN_LABEL = Pattern(r"(?:login|log-in|auth|sso|idp?|accounts?|identity|oauth2?|iam|signin|connect)(?:[\-.\d].*)?")


def check(login: Login) -> Finding | None:
    """Compare which instance of its provider each of the two requests addresses."""
    authorize, token = login.authorize, login.token
    if authorize is None or token is None or not token.answer.refused or not token.address.host:
        return None
    if token.answer.status in (404, 405) and not endpoints.speaks_oauth(token.answer):
        return None  # no authorization server answered
    if token.message.url.partition("?")[0] == login.metadata.get("token_endpoint"):
        return None
    own = split(authorize.value("redirect_uri") or "").host
    if token.address.host == own or "api" in token.address.host.split("."):
        return None  # no authorization server at all
    named = _other_instance(authorize.address, token.address)
    issuer = login.observe("callback.iss")
    if isinstance(issuer, Seen) and issuer.value.rstrip("/") + "/" in token.message.url:
        return None
    final = [each.message.url for each in login.responses]
    if named is None or (named[3] and any(split(url).host == token.address.host for url in final)):
        return None
    kind, one, other, _ = named
    sure = not {one.lower(), other.lower()} & _ANY_TENANT or token.answer.speaks_of("code-other-tenant")
    return Finding(
        LIKELY if sure else POSSIBLE,
        f"The login was made at {one} and the code goes to {other}, another {kind}. Only the one that issued a code"
        " knows it.",
        (
            authorize.shows(f"authorization request to {one}"),
            token.shows(f"token request to {other}"),
            token.answer.shows(),
        ),
    )


def _other_instance(one: Address, other: Address) -> tuple[str, str, str, bool] | None:
    """Name the kind of instance and both instances, where they differ, and whether the host makes the difference."""
    places = [f"{each.host}{each.path.lower().replace('/auth/realms/', '/realms/')}" for each in (one, other)]
    for kind, pattern in _FAMILIES.items():
        first, second = (pattern.fullmatch(place) for place in places)
        if first and second:
            if first[1] == second[1]:
                return None
            return kind, _shown(kind, one, first[1]), _shown(kind, other, second[1]), one.host != other.host
    if one.host == other.host:
        parted = _parting(one.path.split("/")[1:-1], other.path.split("/")[1:-1])
        return parted and ("tenant", *parted, False)
    if not _are_twins(one, other):
        return None
    return "server", one.host, other.host, True


def _shown(kind: str, address: Address, instance: str) -> str:
    return instance if kind == "tenant" else address.host if address.host.endswith(instance) else instance


def _parting(one: list[str], other: list[str]) -> tuple[str, str] | None:
    """Give the one folder in which two paths differ, where it may name a tenant."""
    apart = [place for place, (first, second) in enumerate(zip(one, other, strict=False)) if first != second]
    if len(one) != len(other) or len(apart) != 1 or apart[0] == len(one) - 1:
        return None
    first, second = one[apart[0]], other[apart[0]]
    return None if _PROTOCOL_FOLDER.fullmatch(first) or _PROTOCOL_FOLDER.fullmatch(second) else (first, second)


def _are_twins(one: Address, other: Address) -> bool:
    """Tell whether two hosts look like two instances of one kind of authorization server."""
    if one.path.rpartition("/")[0] != other.path.rpartition("/")[0]:
        return False
    first, second = one.host.split("."), other.host.split(".")
    if first[-2:] == second[-2:] or first[0] == second[0]:
        return all(any(_LOGIN_LABEL.fullmatch(label) for label in labels[:-1]) for labels in (first, second))
    return False


FAULT = Fault(
    title="The code goes to another tenant, region or realm than the one that issued it",
    meaning=(
        "Both requests go to authorization servers, but to two different ones. A code is known only where it was"
        " issued; elsewhere the client itself may be unknown, too."
    ),
    fix="Take the authorization endpoint and the token endpoint from one discovery document, or build both from one"
    " setting.",
    example_js="const { authorization_endpoint, token_endpoint } =\n"
    "  await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();",
    example_py='metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").json()',
    wrong_fix="Registering the client in the second place as well: it does not know the code either.",
    spec=("RFC 9700 4.4",),
    blame="client",
    explains=(
        *("wrong-host", "client-unknown", "client-secret-wrong", "code-not-accepted", "secret-missing"),
        "server-refuses-correct-pair",
    ),
    needs=("authorize", "token.answer"),
    check=check,
    bad=login(
        authorize_url="https://login.mypurecloud.de/oauth/authorize",
        token_url="https://login.mypurecloud.ie/oauth/token",
    ),
    good=login(
        authorize_url="https://login.mypurecloud.de/oauth/authorize",
        token_url="https://login.mypurecloud.de/oauth/token",
    ),
)
