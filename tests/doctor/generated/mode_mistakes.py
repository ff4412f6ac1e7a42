"""Mistakes where the request or the response goes another way: fragment, form post, request object, pushed request."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import urlencode

from tests.doctor.generated.flow_mistakes import begin_headers, login_route, posted, stop
from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import FORM, Exchange, Story, s256
from tests.doctor.generated.vendors import token


def in_fragment(s: Story) -> None:
    """Let the answer come behind '#', which no request carries (response_mode=fragment)."""
    s.authorize["response_mode"] = "fragment"
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        for each in made:
            if ("location", s.callback_url()) in each.answer_headers:
                pairs = urlencode({k: v for k, v in s.callback.items() if v is not None})
                each.answer_headers = [("location", f"{s.redirect_uri}#{pairs}")]
        visit.url = s.redirect_uri
        return made

    s.changes.append(change)


def as_request_object(s: Story) -> None:
    """Put the parameters into a request object (RFC 9101)."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {k: v for k, v in s.authorize.items() if v is not None}
    s.raw_authorize = urlencode(
        {
            "client_id": s.vendor.client_id,
            "request": f"{part({'alg': 'RS256'})}.{part(claims)}.{token(s.rng, 86)}",
        }
    )
    s.texts = False


def pushed_first(s: Story, *, seconds_before: float = 0.5, expires_in: int = 60) -> None:
    """Push the parameters (RFC 9126) and send only the reference."""
    reference = "urn:ietf:params:oauth:request_uri:" + token(s.rng, 24)
    body = urlencode({k: v for k, v in s.authorize.items() if v is not None})
    answer = json.dumps({"request_uri": reference, "expires_in": expires_in})
    made = Exchange(
        "par", "POST", s.vendor.par, 1.4 - seconds_before, [("Content-Type", FORM)], body, 201,
        [("content-type", "application/json")], answer, resource="fetch",
    )  # fmt: skip
    s.before = [made]
    s.raw_authorize = urlencode({"client_id": s.vendor.client_id, "request_uri": reference})
    s.texts = False


@way("verifier-missing", topic="code")
def missing_after_fragment(s: Story) -> None:
    s.token["code_verifier"] = None
    in_fragment(s)


@way("code-truncated", topic="code")
def cut_after_fragment(s: Story) -> None:
    s.token["code"] = s.callback["code"][:-5]
    in_fragment(s)


@way("scope-refused", certainty="likely")
def refused_in_fragment(s: Story) -> None:
    s.callback = {
        "error": "invalid_scope",
        "error_description": "Invalid scopes: openid offline",
        "state": s.authorize["state"],
    }
    s.no_token, s.misleading = True, False
    in_fragment(s)


@way("challenge-hex-digest", topic="mismatch")
def hex_in_request_object(s: Story) -> None:
    s.authorize["code_challenge"] = hashlib.sha256(s.verifier.encode()).hexdigest()
    as_request_object(s)


@way("challenge-padded", topic="mismatch", vendors=("keycloak", "generic"))
def padded_and_pushed(s: Story) -> None:
    s.authorize["code_challenge"] = s256(s.verifier) + "="
    pushed_first(s)


@way("redirect-uri-trailing-slash", topic="code", vendors=("keycloak", "generic"))
def slash_and_pushed(s: Story) -> None:
    s.token["redirect_uri"] = s.redirect_uri + "/"
    pushed_first(s)


@way("par-request-uri-unusable", certainty="likely", vendors=("keycloak", "generic"))
def pushed_twice_used(s: Story) -> None:
    """The reference was opened once before (a preview, a second click), and is for one use."""
    pushed_first(s, expires_in=90)
    first = f"{s.vendor.authorize}?{s.raw_authorize}"
    html = [("content-type", "text/html")]
    seen = Exchange(
        "page", "GET", first, 1.1, [("Sec-Fetch-Mode", "navigate")], None, 200, html, "<title>Sign in</title>"
    )
    s.before.append(seen)
    s.start_at = 20
    s.authorize_answer = (400, "<html>invalid_request: PAR not found. request_uri already used</html>")
    s.misleading = False


@way("redirect-uri-scheme-differs", topic="code")
def inner_scheme_after_form_post(s: Story) -> None:
    s.app = "https://portal.tern.example"
    s.redirect_uri = s.authorize["redirect_uri"] = s.app + "/signin-oidc"
    s.token["redirect_uri"] = "http://portal.tern.example/signin-oidc"
    s.authorize["response_mode"] = "form_post"
    s.in_browser = s.texts = False
    posted(s, "sid=" + token(s.rng, 20))


@way("user-denied-access")
def denied_by_form_post(s: Story) -> None:
    s.authorize["response_mode"] = "form_post"
    s.in_browser = s.texts = False
    s.callback = {"error": "access_denied", "error_subcode": "cancel", "state": s.authorize["state"]}
    s.no_token = True

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        visit.method, visit.url = "POST", s.redirect_uri
        visit.body = urlencode({k: v for k, v in s.callback.items() if v})
        visit.headers = [*visit.headers, ("Content-Type", FORM)]
        for each in made:
            if ("location", s.callback_url()) in each.answer_headers:
                each.status, each.answer_headers, each.answer = 200, [("content-type", "text/html")], "<form>"
        return made

    s.changes.append(change)


@way("verifier-without-challenge", topic="code")
def login_page_drops_the_challenge(s: Story) -> None:
    """A page in front of the server sends on all parameters but the two that it does not know."""
    kept = {k: v for k, v in s.authorize.items() if v is not None and not k.startswith("code_challenge")}
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        url = f"{s.vendor.authorize}?{urlencode(kept)}"
        hop = Exchange("page", "GET", url, ask.at + 0.1, list(ask.headers), None, 302, list(ask.answer_headers))
        ask.answer_headers = [("location", url)]
        return [*made, hop]

    s.changes.append(change)


@way("authorize-by-fetch")
def called_by_axios(s: Story) -> None:
    """Without Sec-Fetch headers the call is known by what the library adds."""
    s.no_callback = True
    s.misleading = s.texts = False
    begin_headers(
        s,
        drop=("Sec-Fetch-Mode", "Sec-Fetch-Dest"),
        Origin=s.app,
        X_Requested_With="XMLHttpRequest",
        Accept="application/json, text/plain, */*",
    )

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.resource, ask.status, ask.error, ask.answer_headers = "xhr", 0, "net::ERR_FAILED", []
        return [each for each in made if each.at <= ask.at]

    s.changes.append(change)


@way("state-altered", "state-mismatch")
def state_in_a_short_column(s: Story) -> None:
    s.authorize["state"] = token(s.rng, 300)
    s.callback["state"] = s.authorize["state"][:255]
    stop(s, 400, "Invalid state")


@way("challenge-method-misspelt")
def misspelt_in_request_object(s: Story) -> None:
    s.authorize["code_challenge_method"] = s.rng.choice(("s256", "SHA-256"))
    s.callback = {
        "error": "invalid_request",
        "error_description": "Transform algorithm not supported",
        "state": s.authorize["state"],
    }
    s.no_token = True
    as_request_object(s)


@way("login-cookie-never-set", certainty="likely")
def behind_a_proxy(s: Story) -> None:
    login_route(s, None)
    stop(s, 500, "MismatchingStateError: mismatching_state: CSRF Warning! State not equal in request and response.")

    def change(made: list[Exchange]) -> list[Exchange]:
        for each in made:
            if each.url.startswith(s.app):
                each.headers = [*each.headers, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "10.0.0.1")]
        return made

    s.changes.append(change)
