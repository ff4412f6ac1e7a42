"""Mistakes of CORS, of the ID token and of refreshing."""

from __future__ import annotations

import base64
import dataclasses
import json
from urllib.parse import urlencode

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Exchange, Story
from tests.doctor.generated.vendors import token


def preflight(s: Story, status: int, headers: list[tuple[str, str]]) -> None:
    """Put a preflight in front of the token request, which then fails."""
    s.texts = s.misleading = False

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        post.status, post.answer, post.answer_headers, post.error = 0, None, [], "net::ERR_FAILED"
        asked = [
            ("Origin", s.app),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,x-client"),
        ]
        return [
            *made,
            Exchange("other", "OPTIONS", post.url, post.at - 0.1, asked, None, status, headers, resource="preflight"),
        ]

    s.changes.append(change)


@way("cors-preflight-refused", certainty="proven")
def no_permission(s: Story) -> None:
    preflight(
        s,
        *s.rng.choice(
            (
                (404, []),
                (405, [("allow", "POST")]),
                (200, []),
                (204, [("access-control-allow-origin", "https://somebody.example")]),
                (403, []),
            )
        ),
    )


@way("preflight-redirected", "cors-preflight-refused")
def preflight_moved(s: Story) -> None:
    preflight(s, s.rng.choice((301, 302, 308)), [("location", s.token_url + "/")])


@way("cors-answer-unreadable", certainty="likely")
def unreadable_answer(s: Story) -> None:
    s.refusal = None
    s.answer_headers = [("access-control-allow-origin", "")]
    s.texts = s.misleading = False


# After the tokens


def id_token(s: Story, **claims: object) -> dict[str, object]:
    """Make a token answer with an ID token."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    at = 1_770_000_000
    body = {"iss": s.vendor.issuer, "aud": s.vendor.client_id, "sub": "u1", "iat": at, "exp": at + 3600, **claims}
    jwt = f"{part({'alg': 'RS256', 'kid': 'k'})}.{part(body)}.{token(s.rng, 86)}"
    s.secrets.append(jwt)
    return {**s.tokens(), "id_token": jwt}


@way("nonce-mismatch")
def nonce(s: Story) -> None:
    s.authorize["nonce"] = token(s.rng, 22)
    s.refusal, s.answer = (200, "", ""), id_token(s, nonce=token(s.rng, 22))
    s.misleading = s.texts = False


def refreshed(s: Story, *requests: tuple[float, dict[str, str | None], int, str | None]) -> None:
    """Add refresh requests; a body of None means that no answer came."""
    s.refusal, s.texts = None, False
    tokens = s.tokens()
    s.answer = None
    s.refusal, s.answer = (200, "", ""), tokens

    def change(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        for seconds, form, status, text in requests:
            whole = {
                "grant_type": "refresh_token",
                "refresh_token": tokens.get("refresh_token"),
                "client_id": s.vendor.client_id,
                **form,
            }
            step = dataclasses.replace(
                post,
                role="refresh",
                at=post.at + seconds,
                body=urlencode({k: v for k, v in whole.items() if v is not None}),
                status=status,
                answer=text,
            )
            if text is None:
                step.status, step.answer_headers, step.error = 0, [], "net::ERR_TIMED_OUT"
            made = [*made, step]
        return made

    s.changes.append(change)


def refusal_text(s: Story, topic: str) -> tuple[int, str]:
    status, error, text = s.vendor.refusal(topic)
    return status, json.dumps({"error": error, "error_description": text})


@way("refresh-token-reused")
def reused(s: Story) -> None:
    good = json.dumps(s.tokens())
    status, text = refusal_text(s, "refresh")
    refreshed(s, (3000, {}, 200, good), (3000 + s.rng.choice((0.05, 2, 900)), {}, status, text))


@way("refresh-retried-after-lost-answer", "refresh-token-reused", certainty="likely")
def lost_refresh(s: Story) -> None:
    status, text = refusal_text(s, "refresh")
    refreshed(s, (3000, {}, 0, None), (3010, {}, status, text))


@way("refresh-with-other-client")
def other_client(s: Story) -> None:
    status, text = refusal_text(s, "refresh")
    refreshed(s, (3000, {"client_id": "other-" + token(s.rng, 10)}, status, text))


@way("refresh-client-unidentified")
def no_client(s: Story) -> None:
    status, text = refusal_text(s, "client")
    refreshed(s, (3000, {"client_id": None}, status, text))


@way("refresh-token-absent")
def no_refresh_token(s: Story) -> None:
    status, text = refusal_text(s, "refresh")
    refreshed(s, (3000, {"refresh_token": s.rng.choice(("undefined", "null", ""))}, status, text))
    s.answer.pop("refresh_token")  # type: ignore[union-attr]


@way("refresh-token-expired", certainty="likely", vendors=("entra", "keycloak", "generic"))
def expired(s: Story) -> None:
    status, text = refusal_text(s, "refresh-expired")
    refreshed(s, (s.rng.choice((90_000, 200_000)), {}, status, text))


@way("rate-limited", certainty="likely", vendors=("auth0", "generic", "okta"))
def refresh_limited(s: Story) -> None:
    refreshed(s, (3000, {}, 429, '{"error": "too_many_requests", "error_description": "Too many requests"}'))


@way("server-unavailable", certainty="likely")
def refresh_unavailable(s: Story) -> None:
    refreshed(s, (3000, {}, s.rng.choice((502, 503)), "<html><h1>Service Unavailable</h1></html>"))
