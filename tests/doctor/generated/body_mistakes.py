"""Mistakes of the token request's body and endpoint, and answers that are none (RFC 6749 4.1.3, 5.2)."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Exchange, Story
from tests.doctor.generated.vendors import ALPHABET, token


@way("token-body-json", topic="request")
def as_json(s: Story) -> None:
    s.token_body, s.token_headers["Content-Type"] = (
        json.dumps({k: v for k, v in s.token.items() if v}),
        s.rng.choice(("application/json", "application/json; charset=utf-8")),
    )


@way("token-body-json-as-form", "token-body-json", topic="request")
def json_as_form(s: Story) -> None:
    s.token_body = json.dumps({k: v for k, v in s.token.items() if v}, separators=(",", ":"))


@way("token-body-multipart", topic="request")
def multipart(s: Story) -> None:
    mark = "----WebKitFormBoundary" + token(s.rng, 16, ALPHABET)
    s.token_body = (
        "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in s.token.items())
        + f"--{mark}--\r\n"
    )
    s.token_headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
    s.texts = False


@way("token-content-type-wrong", topic="request")
def content_type(s: Story) -> None:
    s.token_headers["Content-Type"] = s.rng.choice(
        ("text/plain;charset=UTF-8", "application/octet-stream", "application/json", "application/x-www-form-encoded")
    )


@way("token-params-in-query", topic="request")
def in_query(s: Story) -> None:
    s.token_url += "?" + s.form()
    s.token_body = ""


@way("token-request-get", topic="request")
def get(s: Story) -> None:
    s.token_url += "?" + s.form()
    s.token_method = "GET"
    s.token_headers["Content-Type"] = None
    s.refusal = (405, "invalid_request", "Method not allowed")


@way("token-request-redirected")
def redirected(s: Story) -> None:
    final = s.token_url
    first = final + "/" if s.rng.random() < 0.5 else final.replace("https://", "http://")
    s.token_url = first
    s.refusal, s.answer, s.answer_type = (s.rng.choice((301, 302, 303)), "", ""), "", ""
    s.answer_headers = [("location", final), ("access-control-allow-origin", "*")]

    def follow(made: list[Exchange]) -> list[Exchange]:
        post = next(each for each in made if each.role == "token")
        headers = [pair for pair in post.headers if pair[0] != "Content-Type"]
        return [
            *made,
            Exchange(
                "other",
                "GET",
                final,
                post.at + 0.1,
                headers,
                None,
                405,
                [("content-type", "application/json"), ("access-control-allow-origin", "*")],
                '{"error": "invalid_request", "error_description": "method not allowed"}',
                resource="fetch",
            ),
        ]

    s.changes.append(follow)
    s.misleading = s.texts = False


@way(
    "wrong-token-path",
    "token-answer-html",
    certainty="likely",
    vendors=("keycloak", "auth0", "okta", "genesys", "duende", "spotify"),
)
def path(s: Story) -> None:
    where = urlsplit(s.token_url)
    s.token_url = f"https://{where.netloc}" + s.rng.choice(("/api/v2/token", "/oauth2/v9/tokens", "/token/"))
    s.refusal, s.answer = (
        (404, "", ""),
        s.rng.choice(('{"message": "Not Found"}', '{"status":404,"error":"Not Found","path":"/x"}')),
    )
    s.misleading = False


@way("wrong-host", "wrong-token-path", certainty="likely", vendors=("genesys",))
def host(s: Story) -> None:
    s.token_url = s.token_url.replace("://login.", s.rng.choice(("://api.", "://apps.")))
    s.refusal, s.answer = (
        (s.rng.choice((401, 404, 400)), "", ""),
        '{"message":"No authentication bearer token specified in authorization header.","code":"authentication.required","status":401,"errors":[]}',
    )
    s.misleading = False


@way("token-answer-html", "wrong-host", "wrong-token-path", certainty="likely")
def html_answer(s: Story) -> None:
    s.token_url = s.app + "/oauth/token"
    s.refusal, s.answer, s.answer_type = (
        (200, "", ""),
        "<!doctype html><html><head><title>App</title></head><body><div id=root></div></body></html>",
        "text/html; charset=utf-8",
    )
    s.misleading = False


@way("server-unavailable", "token-answer-html", "gateway-hides-error", certainty="likely")
def unavailable(s: Story) -> None:
    status = s.rng.choice((500, 502, 503, 504))
    s.refusal, s.answer, s.answer_type = (status, "", ""), f"<html><h1>{status} Bad Gateway</h1></html>", "text/html"
    s.misleading = False


@way("rate-limited", certainty="likely", topic="rate")
def limited(s: Story) -> None:
    s.answer_headers.append(("retry-after", "30"))
    s.misleading = False


@way("grant-type-wrong", topic="grant-type")
def grant(s: Story) -> None:
    s.token["grant_type"] = s.rng.choice(
        (
            "authorization_code\r\n",
            "authorisation_code",
            "code",
            "authorization-code",
            None,
            "Authorization_Code",
            "authorization_code ",
        )
    )


@way("client-id-missing", topic="client")
def no_client(s: Story) -> None:
    s.token["client_id"] = None


@way("parameter-repeated", topic="request")
def repeated(s: Story) -> None:
    s.token_body = s.form() + "&" + urlencode({"client_id": s.token["client_id"]})


@way("server-ignored-body", certainty="possible", verdicts=("fault", "undecided"))
def ignored(s: Story) -> None:
    s.refusal = (
        400,
        "invalid_request",
        s.rng.choice(("Missing parameter: grant_type", "The request is missing a required parameter: grant_type")),
    )
    s.misleading = False


@way("blocked-by-firewall", "token-answer-html", certainty="likely")
def firewall(s: Story) -> None:
    s.refusal, s.answer_type = (s.rng.choice((403, 406)), "", ""), "text/html"
    s.answer = s.rng.choice(
        (
            "<html><title>Request Rejected</title>The requested URL was rejected. Your support ID is: 882731</html>",
            "<html><title>Attention Required! | Cloudflare</title>Ray ID: 7a1</html>",
            "<html><h1>403 ERROR</h1>Request blocked. We can't connect to the server.</html>",
        )
    )
    s.answer_headers.append(("server", s.rng.choice(("cloudflare", "AkamaiGHost", "CloudFront", "BigIP"))))
    s.misleading = False


@way(
    "gateway-hides-error",
    "server-unavailable",
    "wrong-host",
    "token-answer-html",
    certainty="possible",
    verdicts=("fault", "undecided"),
)
def gateway(s: Story) -> None:
    s.token_url = s.app + "/api/auth/exchange"
    s.refusal, s.answer = (500, "", ""), '{"message": "Internal server error"}'
    s.misleading = False


@way("error-hidden-in-200", "code-not-accepted", certainty="proven")
def hidden(s: Story) -> None:
    s.refusal, s.answer = (
        (200, "", ""),
        {"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."},
    )
    s.misleading = False
