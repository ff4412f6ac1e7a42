"""Healthy logins with legal oddities: none of them is to be called broken."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.doctor.generated.after_mistakes import id_token, refreshed
from tests.doctor.generated.flow_mistakes import callback_headers, login_route, posted
from tests.doctor.generated.har_writers import FLAVOURS, har, noise
from tests.doctor.generated.story import FORM, Exchange, Story, begin, s256
from tests.doctor.generated.text_writers import FORMS, text
from tests.doctor.generated.vendors import ALPHABET, token

if TYPE_CHECKING:
    from tests.doctor.generated.build import Case

KINDS: list[Callable[[Story], None]] = []


def kind(change: Callable[[Story], None]) -> Callable[[Story], None]:
    """Register an oddity."""
    KINDS.append(change)
    return change


@kind
def ordinary(_: Story) -> None:
    pass


@kind
def odd_members(s: Story) -> None:
    s.answer = {
        **s.tokens(),
        "expires_in": "3599",
        "token_type": s.rng.choice(("bearer", "BEARER")),
        "scope": "",
        "id": 1,
        "signature": None,
    }


@kind
def created(s: Story) -> None:
    s.refusal, s.answer = (201, "", ""), s.tokens()


@kind
def plain_without_method(s: Story) -> None:
    s.authorize["code_challenge"], s.authorize["code_challenge_method"] = s.verifier, None


@kind
def no_pkce_confidential(s: Story) -> None:
    s.authorize["code_challenge"] = s.authorize["code_challenge_method"] = s.token["code_verifier"] = None
    s.in_browser, s.token["client_secret"] = False, token(s.rng, 40, ALPHABET)
    s.secrets.append(s.token["client_secret"])


@kind
def redirect_with_query(s: Story) -> None:
    s.redirect_uri = s.authorize["redirect_uri"] = s.token["redirect_uri"] = s.redirect_uri + "?tenant=a%20b&x=1"


@kind
def form_post(s: Story) -> None:
    s.authorize["response_mode"] = "form_post"
    s.in_browser = False
    posted(s, "sid=" + token(s.rng, 20))


@kind
def silent_then_interactive(s: Story) -> None:
    silent = begin(s.rng, s.vendor.name)
    silent.vendor, silent.app, silent.redirect_uri = s.vendor, s.app, s.redirect_uri
    silent.authorize = {**s.authorize, "state": token(s.rng, 20), "prompt": "none", "code_challenge": token(s.rng, 43)}
    silent.callback = {"error": "login_required", "state": silent.authorize["state"]}
    silent.no_token, silent.start_at = True, -30
    s.before = silent.exchanges()


@kind
def rotated_twice(s: Story) -> None:
    first, second = s.tokens(), s.tokens()
    refreshed(
        s,
        (3000, {}, 200, json.dumps(first)),
        (6500, {"refresh_token": first["refresh_token"]}, 200, json.dumps(second)),
    )


@kind
def not_rotated(s: Story) -> None:
    answers = [{k: v for k, v in s.tokens().items() if k != "refresh_token"} for _ in range(2)]
    refreshed(s, (3000, {}, 200, json.dumps(answers[0])), (6500, {}, 200, json.dumps(answers[1])))


@kind
def preflighted(s: Story) -> None:
    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        allowed = [
            ("access-control-allow-origin", s.app),
            ("access-control-allow-headers", "*"),
            ("access-control-allow-methods", "POST, OPTIONS"),
        ]
        asked = [
            ("Origin", s.app),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "x-client"),
        ]
        return [
            *made,
            Exchange("other", "OPTIONS", post.url, post.at - 0.1, asked, None, 204, allowed, resource="preflight"),
        ]

    s.changes.append(change)


@kind
def token_endpoint_moved(s: Story) -> None:
    """A 307 keeps method and body (RFC 9110 15.4.8)."""
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        early = dataclasses.replace(
            post,
            at=post.at - 0.2,
            url=post.url.replace("https://", "https://old-"),
            status=307,
            answer=None,
            answer_headers=[("location", post.url)],
        )
        early.answer_headers.append(("access-control-allow-origin", "*"))
        return [*made, early]

    s.changes.append(change)


@kind
def client_basic(s: Story) -> None:
    import base64

    s.in_browser = False
    secret = token(s.rng, 30, ALPHABET)
    s.token_headers["Authorization"] = "Basic " + base64.b64encode(f"{s.vendor.client_id}:{secret}".encode()).decode()
    if s.rng.random() < 0.5:
        s.token["client_id"] = None
    s.secrets.append(secret)


@kind
def with_id_token(s: Story) -> None:
    nonce = s.authorize["nonce"] = token(s.rng, 20)
    s.answer = id_token(s, nonce=nonce, iat=1_770_000_000 + 9, exp=1_770_003_609)


@kind
def issuer_present(s: Story) -> None:
    s.callback["iss"] = s.vendor.issuer


@kind
def reloaded_after_success(s: Story) -> None:
    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        assets = Exchange(
            "page",
            "GET",
            s.app + "/home",
            visit.at + 3,
            visit.headers,
            answer="<html></html>",
            answer_headers=[("content-type", "text/html")],
        )
        return [*made, assets]

    s.changes.append(change)


@kind
def back_end_with_cookie(s: Story) -> None:
    cookie = "sid=" + token(s.rng, 24)
    login_route(s, cookie + "; Path=/; HttpOnly; Secure; SameSite=Lax")
    callback_headers(s, ("Cookie", cookie))


@kind
def client_credentials_beside(s: Story) -> None:
    body = urlencode(
        {"grant_type": "client_credentials", "client_id": "machine", "client_secret": token(s.rng, 30), "scope": "api"}
    )
    s.after.append(
        Exchange(
            "other",
            "POST",
            s.token_url,
            2.0,
            [("Content-Type", FORM)],
            body,
            200,
            [("content-type", "application/json")],
            json.dumps({"access_token": token(s.rng, 40), "token_type": "Bearer", "expires_in": 60}),
            resource="fetch",
        )
    )


@kind
def device_flow_beside(s: Story) -> None:
    body = urlencode(
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "client_id": "tv",
            "device_code": token(s.rng, 30),
        }
    )
    for at in (1.0, 6.0):
        s.after.append(
            Exchange(
                "other",
                "POST",
                s.token_url,
                at,
                [("Content-Type", FORM)],
                body,
                400,
                [("content-type", "application/json")],
                '{"error": "authorization_pending"}',
                resource="fetch",
            )
        )


@kind
def pushed(s: Story) -> None:
    if not s.vendor.par:
        return
    reference = "urn:example:" + token(s.rng, 24)
    body = urlencode({k: v for k, v in s.authorize.items() if v})
    s.before = [
        Exchange(
            "par",
            "POST",
            s.vendor.par,
            0.9,
            [("Content-Type", FORM)],
            body,
            201,
            [("content-type", "application/json")],
            json.dumps({"request_uri": reference, "expires_in": 90}),
            resource="fetch",
        )
    ]
    s.raw_authorize = urlencode({"client_id": s.vendor.client_id, "request_uri": reference})


@kind
def two_tabs(s: Story) -> None:
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app, other.redirect_uri = s.vendor, s.app, s.redirect_uri
    other.authorize = {**other.authorize, "client_id": s.vendor.client_id, "redirect_uri": s.redirect_uri}
    other.token = {**other.token, "client_id": s.vendor.client_id, "redirect_uri": s.redirect_uri}
    code = token(s.rng, 40)
    other.callback["code"] = other.token["code"] = code
    other.token_url, other.start_at = s.token_url, 2.0
    s.before = other.exchanges()
    s.secrets += [*other.secrets, code]


@kind
def all_symbols(s: Story) -> None:
    s.verifier = s.token["code_verifier"] = "-._~" * 8 + token(s.rng, 40, ALPHABET + "-._~")
    s.authorize["code_challenge"] = s256(s.verifier)
    s.secrets.append(s.verifier)


def beside(rng: Random, start: float) -> list[Exchange]:
    """Make a healthy login of another application."""
    story = begin(rng)
    story.start_at = start
    return story.exchanges()


def case(change: Callable[[Story], None], seed: int) -> Case:
    """Make a healthy capture."""
    from tests.doctor.generated.build import Case

    rng = Random(f"{change.__name__}/{seed}")
    story = begin(rng)
    change(story)
    exchanges = story.exchanges()
    if rng.random() < 0.2 and story.texts and not story.before and change is not form_post and not story.raw_authorize:
        form = rng.choice(FORMS)
        return Case(
            f"healthy/{change.__name__} {story.vendor.name} {form} seed={seed}",
            text(exchanges, form, rng).encode(),
            (),
            "",
            ("ok",),
            None,
            story.secrets,
        )
    form = rng.choice(FLAVOURS)
    more = noise(rng, -20, 40, rng.choice((0, 5, 60)))
    if rng.random() < 0.3:
        more += beside(rng, rng.choice((-50.0, 2.0)))
    data = har(sorted([*exchanges, *more], key=lambda each: each.at), form, rng)
    return Case(
        f"healthy/{change.__name__} {story.vendor.name} {form} seed={seed}",
        data,
        (),
        "",
        ("ok",),
        story.registration,
        story.secrets,
    )
