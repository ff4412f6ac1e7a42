"""Mistakes beside another login of the same client, and refusals in words that name two things."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import base64
import dataclasses
import json
from urllib.parse import urlencode

from tests.doctor.generated.flow_mistakes import callback_headers, login_route, stop
from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Exchange, Story, begin, s256
from tests.doctor.generated.vendors import token


def second_login(s: Story, start: float) -> Story:
    """Add a login of the same client, from another tab or later, that works."""
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app, other.redirect_uri, other.token_url = s.vendor, s.app, s.redirect_uri, s.token_url
    other.start_at, other.in_browser = start, s.in_browser
    same = {"client_id": s.vendor.client_id, "redirect_uri": s.redirect_uri}
    code = token(s.rng, 44)
    other.authorize, other.token = {**other.authorize, **same}, {**other.token, **same, "code": code}
    other.callback["code"] = code
    s.before = other.exchanges()
    for each in s.before:
        each.role = "page"  # mistakes look for their own login's steps
    s.secrets += [*other.secrets, code]
    s.texts = s.misleading = False
    return other


def ends_with_page(s: Story, status: int, text: str) -> None:
    """Let the authorization endpoint answer with a page of its own."""
    s.authorize_answer = (status, f"<!doctype html><html><title>Error</title><body>{text}</body></html>")
    s.misleading = s.texts = False


@way("redirect-uri-not-registered", certainty="likely", vendors=("keycloak", "generic"))
def in_another_language(s: Story) -> None:
    ends_with_page(
        s,
        400,
        s.rng.choice(
            (
                "<h1>Es tut uns leid...</h1><p>Ungültiger Parameter: redirect_uri</p>",
                "<p>Paramètre invalide : redirect_uri</p>",
                "<p>無効なパラメーター: redirect_uri</p>",
            )
        ),
    )


@way("redirect-uri-not-registered", certainty="likely", vendors=("okta",))
def must_be_a_login_redirect(s: Story) -> None:
    ends_with_page(
        s,
        400,
        "Your request resulted in an error. The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: https://admin.example/app",
    )


@way("redirect-uri-not-registered", certainty="likely", vendors=("auth0",))
def error_names_the_client(s: Story) -> None:
    """The error code speaks of the client, the sentence of the address."""
    root = "https://" + s.vendor.authorize.split("/")[2]
    page = f"{root}/error?" + urlencode(
        {
            "error": "unauthorized_client",
            "error_description": "Callback URL mismatch. It is not in the list of allowed callback URLs",
        }
    )
    s.no_callback = s.no_token = True
    s.misleading = s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.status, ask.answer_headers = 302, [("location", page)]
        html = [("content-type", "text/html")]
        shown = Exchange("page", "GET", page, ask.at + 0.2, ask.headers, None, 403, html, "<h1>Oops!</h1>")
        return [*[each for each in made if each.at <= ask.at], shown]

    s.changes.append(change)


@way("cors-preflight-refused")
def only_the_preflight_shows(s: Story) -> None:
    """The refused POST is not in the capture; a later login over a proxy works."""
    second_login(s, s.rng.choice((2.5, 400.0)))

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        asked = [
            ("Origin", s.app),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "x-tenant"),
        ]
        refused = Exchange("other", "OPTIONS", post.url, post.at, asked, None, 403, [], "", resource="preflight")
        return [*(each for each in made if each is not post), refused]

    s.changes.append(change)


@way("cors-answer-unreadable", certainty="possible", verdicts=("fault", "undecided"))
def withheld_by_the_browser(s: Story) -> None:
    """No preflight was needed, and of the answer only the browser's own error is left."""
    s.texts = s.misleading = False

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        post.status, post.answer, post.answer_headers, post.error = 0, None, [], "net::ERR_FAILED"
        return made

    s.changes.append(change)


@way("state-mismatch", certainty="likely")
def foreign_state_beside_a_tab(s: Story) -> None:
    s.in_browser = False
    s.callback["state"] = token(s.rng, 24)
    second_login(s, 2.5)
    stop(s, 400, "Invalid state parameter")


@way("state-missing", certainty="likely")
def no_state_beside_a_tab(s: Story) -> None:
    s.in_browser = False
    s.authorize["state"] = s.callback["state"] = None
    second_login(s, 2.5)
    stop(s, 400, "missing required parameter: state")


@way("callback-in-other-browser", certainty="likely")
def other_browser_beside_a_tab(s: Story) -> None:
    login_route(s, f"sid={token(s.rng, 24)}; Path=/; HttpOnly; Secure; SameSite=Lax")
    second_login(s, 2.5)
    stop(s, 403, "Session not found")
    phone = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144 Mobile Safari/537.36"
    callback_headers(s, ("User-Agent", phone))


@way("login-cookie-unreadable", certainty="likely")
def unreadable_beside_a_tab(s: Story) -> None:
    cookie = "flow=" + token(s.rng, 80)
    login_route(s, cookie + "; Path=/; HttpOnly; Secure; SameSite=Lax")
    second_login(s, 2.5)
    stop(s, 500, "error:1C800064:Provider routines::bad decrypt")
    callback_headers(s, ("Cookie", cookie))
    s.secrets.append(cookie.partition("=")[2])


@way("cookie-name-collision", certainty="likely", vendors=("generic",))
def one_host_two_logins(s: Story) -> None:
    """Client and server are on one host; that does not make the one login a leg of the other."""
    server, s.app = "http://localhost:8080", "http://localhost:8081"
    s.vendor.authorize, s.vendor.sign_in, s.vendor.issuer = server + "/oauth2/authorize", server, server
    s.token_url = server + "/oauth2/token"
    s.redirect_uri = s.authorize["redirect_uri"] = s.token["redirect_uri"] = s.app + "/login/oauth2/code/main"
    mine, theirs = token(s.rng, 32), token(s.rng, 32)
    s.secrets += [mine, theirs]
    login_route(s, f"JSESSIONID={mine}; Path=/; HttpOnly")
    second_login(s, 500.0)
    stop(s, 401, "[authorization_request_not_found]")

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.answer_headers = [pair for pair in ask.answer_headers if pair[0] != "set-cookie"]
        ask.answer_headers.append(("set-cookie", f"JSESSIONID={theirs}; Path=/; HttpOnly"))
        return made

    s.changes.append(change)
    callback_headers(s, ("Cookie", f"JSESSIONID={theirs}"))


@way("verifier-matches-other-request", topic="code")
def silent_renewals_swap(s: Story) -> None:
    """Two renewals start within a moment, and the one slot holds the verifier of the second."""
    other = second_login(s, 0.05)
    s.token["code_verifier"] = other.verifier
    s.authorize["prompt"] = "none"


@way("verifier-unrelated", certainty="likely", topic="mismatch", vendors=("auth0", "keycloak", "okta", "spotify"))
def made_anew_beside_a_tab(s: Story) -> None:
    second_login(s, 2.0)
    s.token["code_verifier"] = token(s.rng, 64)
    s.secrets.append(s.token["code_verifier"])


@way("challenge-padded", topic="code")
def padded_beside_a_tab(s: Story) -> None:
    second_login(s, s.rng.choice((2.0, 300.0)))
    s.authorize["code_challenge"] = s256(s.verifier) + "="


@way("code-redeemed-twice", topic="code")
def second_answer_comes_first(s: Story) -> None:
    """Two requests race, and it is the later one that gets the tokens."""
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        first = next(each for each in made if each.role == "token")
        again = dataclasses.replace(first, at=first.at + 0.02, answer_headers=list(first.answer_headers))
        again.status, again.answer = 200, json.dumps(s.tokens())
        return [*made, again]

    s.changes.append(change)


@way("code-burned-by-failed-attempt", "verifier-is-null-text", topic="code")
def burned_without_verifier(s: Story) -> None:
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        last = next(each for each in made if each.role == "token")
        early = dataclasses.replace(last, at=last.at - 0.4, answer_headers=list(last.answer_headers))
        early.body = urlencode({**{k: v for k, v in s.token.items() if v}, "code_verifier": "undefined"})
        status, error, text = s.vendor.refusal("mismatch")
        early.status, early.answer = status, json.dumps({"error": error, "error_description": text})
        return [*made, early]

    s.changes.append(change)


@way("refresh-retried-after-lost-answer", "refresh-token-reused", certainty="likely")
def renewed_over_a_broken_gateway(s: Story) -> None:
    from tests.doctor.generated.after_mistakes import refreshed, refusal_text

    refreshed(s, (3000, {}, 504, "<html>Gateway Time-out</html>"), (3003, {}, *refusal_text(s, "refresh")))


@way("code-of-other-client", topic="code")
def basic_names_another_client(s: Story) -> None:
    secret = token(s.rng, 30)
    s.in_browser, s.texts = False, False
    s.token["client_id"] = None
    pair = base64.b64encode(f"backend-{token(s.rng, 5)}:{secret}".encode()).decode()
    s.token_headers["Authorization"] = f"Basic {pair}"
    s.secrets.append(secret)
