"""Mistakes of the code, and what providers want besides (RFC 6749 4.1.2, 4.1.3)."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Exchange, Story
from tests.doctor.generated.vendors import ALPHABET, some_uuid, token


@way("code-redeemed-twice", topic="code")
def redeemed_twice(s: Story) -> None:
    s.texts = False
    repeat(s, s.rng.choice((0.01, 0.3, 1.2)), first_works=True)


@way("callback-replayed", "code-redeemed-twice", topic="code")
def replayed(s: Story) -> None:
    s.texts = False
    repeat(s, 25, first_works=True, callback=True)


@way("token-request-retried", "code-redeemed-twice", certainty="likely", topic="code")
def retried(s: Story) -> None:
    s.texts = False
    repeat(s, 3, lost=True)


@way("code-burned-by-failed-attempt", "redirect-uri-trailing-slash", topic="code")
def burned(s: Story) -> None:
    s.texts = False

    def first(made: list[Exchange]) -> list[Exchange]:
        last = next(each for each in made if each.role == "token")
        early = dataclasses.replace(
            last, at=last.at - 0.3, headers=list(last.headers), answer_headers=list(last.answer_headers)
        )
        early.body = urlencode({**{k: v for k, v in s.token.items() if v}, "redirect_uri": s.redirect_uri + "/"})
        status, error, text = s.vendor.refusal("redirect")
        early.status, early.answer = status, json.dumps({"error": error, "error_description": text})
        return [*made, early]

    s.changes.append(first)


def repeat(s: Story, seconds: float, *, first_works: bool = False, lost: bool = False, callback: bool = False) -> None:
    """Send the token request a second time."""

    def again(made: list[Exchange]) -> list[Exchange]:
        last = next(each for each in made if each.role == "token")
        early = dataclasses.replace(last, headers=list(last.headers), answer_headers=list(last.answer_headers))
        last.at += seconds
        if first_works:
            early.status, early.answer = 200, json.dumps(s.tokens())
        if lost:
            early.status, early.answer, early.answer_headers, early.error = 0, None, [], "net::ERR_NETWORK_CHANGED"
        extra = [early]
        if callback:
            visit = next(each for each in made if each.role == "callback")
            extra.append(
                dataclasses.replace(visit, at=last.at - 0.5, headers=[*visit.headers, ("Cache-Control", "max-age=0")])
            )
        return [*made, *extra]

    s.changes.append(again)


@way("code-expired", certainty="likely", topic="code", vendors=("keycloak", "cognito", "generic"))
def expired(s: Story) -> None:
    s.dawdle = s.rng.choice((900, 1900, 4000))
    if s.vendor.name != "cognito":
        s.refusal = (400, "invalid_grant", "Code is expired")
    s.misleading = s.texts = False


@way("code-percent-encoded", topic="code", vendors=("google", "generic"))
def percent(s: Story) -> None:
    code = s.callback["code"] = (
        s.vendor.code if "/" in s.vendor.code else s.vendor.code[:20] + "/" + s.vendor.code[20:] + "=="
    )
    s.token["code"] = quote(code, safe="")
    s.secrets += [code, s.token["code"]]


@way("code-truncated", topic="code")
def cut(s: Story) -> None:
    code = s.callback["code"]
    s.token["code"] = s.rng.choice(
        (code[:-1], code[:-7], code[: len(code) // 2], code + "#_=_", code + "&state=" + s.authorize["state"], code[1:])
    )


@way("code-with-whitespace", topic="code")
def blanks(s: Story) -> None:
    code = s.callback["code"]
    s.token["code"] = s.rng.choice((code + "\n", " " + code, code[:20] + "\n" + code[20:], code[:9] + " " + code[9:]))


@way("code-is-other-value", topic="code")
def other_value(s: Story) -> None:
    s.token["code"] = s.rng.choice(
        (
            s.callback_url(),
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0." + token(s.rng, 40),
            some_uuid(s.rng),
            "AUTHORIZATION_CODE",
            token(s.rng, 30),
            s.authorize["state"],
        )
    )


@way("code-of-other-client", topic="code")
def other_client(s: Story) -> None:
    s.token["client_id"] = (
        some_uuid(s.rng)
        if "-" in s.vendor.client_id and len(s.vendor.client_id) == 36
        else "other-" + token(s.rng, 8, ALPHABET)
    )


@way(
    "code-of-other-issuer",
    "wrong-host",
    certainty="likely",
    topic="code",
    vendors=("genesys", "keycloak", "auth0", "okta", "cognito"),
)
def other_issuer(s: Story) -> None:
    swap: dict[str, Callable[[str], str]] = {
        "genesys": lambda u: (
            "https://login." + ("mypurecloud.de" if "mypurecloud.de" not in u else "mypurecloud.jp") + "/oauth/token"
        ),
        "keycloak": lambda u: u.replace("/realms/", "/realms/test-"),
        "auth0": lambda u: "https://dev-" + u.removeprefix("https://"),
        "okta": lambda u: u.replace("https://", "https://dev-"),
        "cognito": lambda u: u.replace("https://", "https://stage-"),
    }
    s.token_url = swap[s.vendor.name](s.token_url)


@way(
    "code-not-accepted",
    "code-expired",
    "code-redeemed-twice",
    certainty="possible",
    verdicts=("fault", "undecided"),
    topic="code",
)
def refused_code(s: Story) -> None:
    s.misleading = False


@way("resource-mismatch", certainty="likely")
def resource(s: Story) -> None:
    s.authorize["resource"] = "https://mcp.example/server"
    s.token["resource"] = s.rng.choice(
        ("https://mcp.example/server/", "https://mcp.example", "https://other.example/api")
    )
    s.refusal = (400, "invalid_target", "The requested resource is invalid")
    s.misleading = False


@way("dpop-nonce-not-retried")
def dpop(s: Story) -> None:
    s.token_headers["DPoP"] = "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30." + token(s.rng, 60)
    s.refusal = (400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof")
    s.answer_headers.append(("DPoP-Nonce", token(s.rng, 22)))
    s.misleading = s.texts = False


@way("shell-mangled-parameters", certainty="likely", topic="request")
def curly(s: Story) -> None:
    s.token = {k: f"\u2018{v}\u2019" if k != "grant_type" else v for k, v in s.token.items()}


@way("entra-redirect-registered-as-web", certainty="likely", vendors=("entra",))
def entra_web(s: Story) -> None:
    s.refusal = (
        400,
        "invalid_request",
        "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '"
        + s.app
        + "'.",
    )
    s.misleading = False


@way("entra-spa-redeemed-without-origin", certainty="likely", vendors=("entra",))
def entra_spa(s: Story) -> None:
    s.in_browser = False
    s.refusal = (
        400,
        "invalid_request",
        "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    )
    s.misleading = False


@way("origin-header-without-pkce", "challenge-missing", certainty="likely", vendors=("okta",))
def okta_origin(s: Story) -> None:
    s.authorize["code_challenge"] = s.authorize["code_challenge_method"] = s.token["code_verifier"] = None
    s.refusal = (401, "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange.")
    s.misleading = False
