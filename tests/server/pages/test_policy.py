"""The headers of the pages (RFC 9700 4.16, attacks A48 to A52)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.pages import render
from proofkey.server.pages.policy import form_target, security_headers
from proofkey.server.pages.views import LoginView


def _policy(page: Any) -> dict[str, str]:
    text = dict(page.headers)["content-security-policy"]
    return dict(directive.split(" ", 1) for directive in text.split("; "))


@pytest.mark.shows("A52")
def test_no_page_may_be_framed_stored_or_sniffed(page: Any) -> None:
    """Every page carries the headers that keep it to itself."""
    headers = dict(page.headers)
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"
    policy = _policy(page)
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]


def test_no_page_cuts_a_popup_from_its_opener(page: Any) -> None:
    """A login in a popup reports back to its opener: there is no Cross-Origin-Opener-Policy."""
    assert "cross-origin-opener-policy" not in dict(page.headers)


@pytest.mark.parametrize("name", ["login", "consent"])
def test_a_form_may_end_at_the_application(samples: dict[str, Any], name: str) -> None:
    """The redirect that follows Sign in or Allow is a form target for a browser."""
    assert _policy(samples[name])["form-action"] == "'self' http://localhost:5173"


def test_other_forms_stay_here(samples: dict[str, Any]) -> None:
    """An error page names nobody."""
    assert _policy(samples["error-development"])["form-action"] == "'self'"


def test_form_post_goes_to_the_application_only(samples: dict[str, Any]) -> None:
    """The page that posts a code has one target and one script, known by its hash."""
    policy = _policy(samples["form-post"])
    assert policy["form-action"] == "https://app.example.com"
    assert policy["script-src"].startswith("'sha256-")
    assert "script-src" not in _policy(samples["login"])


@pytest.mark.parametrize(
    ("redirect_uri", "source"),
    [
        ("https://app.example.com/cb?x=1", "https://app.example.com"),
        ("http://127.0.0.1:49152/cb", "http://127.0.0.1:49152"),
        ("http://[::1]:49152/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://a.example; script-src *", None),
        ("https://a.example\r\nset-cookie: a=b", None),
        ("https://user@a.example/", None),
        ("http://[::1", None),
    ],
)
def test_form_targets(redirect_uri: str, source: str | None) -> None:
    """Only what a redirect URI may be becomes part of the policy."""
    assert form_target(redirect_uri) == source


@given(st.text())
def test_no_redirect_uri_adds_a_directive(redirect_uri: str) -> None:
    """Whatever the text, the policy has six directives and no line break."""
    policy = dict(security_headers(redirect_uri=redirect_uri))["content-security-policy"]
    assert len(policy.split(";")) == 6
    assert policy.isprintable()


def test_a_throttled_login_says_how_long() -> None:
    """Throttling answers 429 with Retry-After, and in words."""
    page = render.login_page(LoginView("/login", (), "App", "https://a.example/", retry_after=150))
    assert page.status == 429
    assert dict(page.headers)["retry-after"] == "150"
    assert b"Try again in 3 minutes" in page.html
