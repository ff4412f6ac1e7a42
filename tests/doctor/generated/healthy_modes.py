"""Healthy logins that go another way: out of sight, over a broker, in a frame, by a message."""

from __future__ import annotations

import base64
import dataclasses
import json
from urllib.parse import quote, urlencode

from tests.doctor.generated.flow_mistakes import begin_headers, callback_headers, login_route, posted
from tests.doctor.generated.healthy import kind
from tests.doctor.generated.mode_mistakes import as_request_object, in_fragment
from tests.doctor.generated.story import FORM, Exchange, Story, begin
from tests.doctor.generated.vendors import token

_HTML = [("content-type", "text/html; charset=utf-8")]
_PAGE = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]


def let_in(s: Story) -> None:
    """Let a back end redeem the code out of sight, set its own cookie and show the start page."""
    s.in_browser, s.no_token, s.texts = False, True, False
    home = s.app + "/home"

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        visit.status, visit.answer = s.rng.choice((302, 303)), None
        visit.answer_headers = [("location", home), ("set-cookie", f"app={token(s.rng, 60)}; Secure; HttpOnly")]
        landed = Exchange("page", "GET", home, visit.at + 0.4, _PAGE, None, 200, _HTML, "<h1>Hello Ann</h1>")
        return [*made, landed]

    s.changes.append(change)


@kind
def redeemed_out_of_sight(s: Story) -> None:
    login_route(s, f"flow={token(s.rng, 30)}; Path=/; HttpOnly; Secure; SameSite=Lax")
    let_in(s)


@kind
def hybrid_by_form_post(s: Story) -> None:
    s.authorize |= {"response_type": "code id_token", "response_mode": "form_post"}
    posted(s, ".AspNetCore.Correlation=N")
    let_in(s)


@kind
def answered_in_fragment(s: Story) -> None:
    in_fragment(s)


@kind
def asked_by_request_object(s: Story) -> None:
    as_request_object(s)


@kind
def answered_as_jwt(s: Story) -> None:
    """JWT Secured Authorization Response Mode: the code is inside of a JWT."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    s.authorize["response_mode"] = "jwt"
    jwt = f"{part({'alg': 'RS256'})}.{part(s.callback)}.{token(s.rng, 86)}"
    s.callback, s.texts = {"response": jwt}, False
    s.secrets.append(jwt)


@kind
def answered_by_message(s: Story) -> None:
    """response_mode=web_message: a page in a frame posts the answer to the application."""
    s.authorize |= {"response_mode": "web_message", "prompt": "none"}
    s.texts, s.no_callback = False, True
    begin_headers(s, Sec_Fetch_Dest="iframe")
    text = json.dumps({"type": "authorization_response", "response": s.callback})

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.status, ask.answer_headers = 200, _HTML
        ask.answer = f"<script>parent.postMessage({text}, {json.dumps(s.app)})</script>"
        kept = [each for each in made if each.at <= ask.at]
        return [*kept, s.token_exchange(ask.at + 0.4, {"Origin": s.app, "Sec-Fetch-Mode": "cors"})]

    s.changes.append(change)


@kind
def over_a_broker(s: Story) -> None:
    """The server itself is a client of another one, whose leg ends at the server."""
    leg = begin(s.rng, "google")
    root = "/".join(s.vendor.sign_in.split("/")[:3])
    leg.app, leg.redirect_uri = root, root + "/broker/google/endpoint"
    leg.authorize["redirect_uri"] = leg.redirect_uri
    leg.no_token, leg.start_at, leg.think = True, 2.0, 2.0
    s.before = [each for each in leg.exchanges() if each.url != root + "/"]
    for each in s.before:
        each.role = "page"
    s.secrets += leg.secrets
    s.texts = False


@kind
def called_off_and_sent_again(s: Story) -> None:
    """An effect that runs twice calls off the first request before it left."""
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        off = dataclasses.replace(post, at=post.at - 0.01, status=0, answer=None, answer_headers=[])
        off.error = "net::ERR_ABORTED"
        return [*made, off]

    s.changes.append(change)


@kind
def fetched_ahead_and_called_off(s: Story) -> None:
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ahead = dataclasses.replace(ask, at=ask.at - 0.6, status=0, answer=None, answer_headers=[])
        ahead.headers, ahead.error = [*ask.headers, ("Sec-Purpose", "prefetch")], "net::ERR_ABORTED"
        return [*made, ahead]

    s.changes.append(change)


@kind
def told_to_analytics(s: Story) -> None:
    """Other sites' calls carry the callback's URL, and words like code and state of their own."""

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        seen = "https://stats.example/collect?v=2&code=55&state=x&dl=" + quote(s.callback_url(), safe="")
        report = json.dumps({"url": s.callback_url(), "error": "none"})
        sent = [("Content-Type", "text/plain"), ("Sec-Fetch-Mode", "no-cors")]
        return [
            *made,
            Exchange(
                "noise", "GET", seen, visit.at + 0.1, [("Sec-Fetch-Mode", "no-cors")], None, 204, resource="fetch"
            ),
            Exchange(
                "noise",
                "POST",
                "https://errors.example/api/1/envelope/",
                visit.at + 0.2,
                sent,
                report,
                200,
                resource="fetch",
            ),
        ]

    s.changes.append(change)


@kind
def one_time_password(s: Story) -> None:
    """The server's own form has a field named code."""

    def change(made: list[Exchange]) -> list[Exchange]:
        at = next(each for each in made if each.role == "callback").at - 2
        root = "/".join(s.vendor.sign_in.split("/")[:3])
        sent = [*_PAGE, ("Content-Type", FORM), ("Origin", root)]
        body = urlencode({"code": "482910", "state": token(s.rng, 20)})
        further = [("location", root + "/consent")]
        return [*made, Exchange("page", "POST", root + "/mfa", at, sent, body, 302, further)]

    s.changes.append(change)


@kind
def second_resource(s: Story) -> None:
    """One refresh token gets access tokens for two interfaces at once, and keeps its value."""
    from tests.doctor.generated.after_mistakes import refreshed

    answers = [{k: v for k, v in s.tokens().items() if k != "refresh_token"} for _ in range(2)]
    refreshed(
        s, (30, {"scope": "graph"}, 200, json.dumps(answers[0])), (30.1, {"scope": "api"}, 200, json.dumps(answers[1]))
    )


@kind
def cookies_of_the_flow(s: Story) -> None:
    cookie = "__Host-flow=" + token(s.rng, 40)
    login_route(s, cookie + "; Path=/; HttpOnly; Secure; SameSite=None")
    callback_headers(s, ("Cookie", cookie))
