"""What the pages say: to the person, to the developer, and what they keep to themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest

from proofkey.server.pages import display, references, render, scope_words
from proofkey.server.pages.site import Site
from proofkey.server.pages.views import ConsentView, ErrorDetail, ErrorView
from proofkey.server.pages.wording import error_words, waiting_time
from proofkey.server.scopes import EVERYBODY, OPENID

URI = "http://localhost:5173/callback"


def _consent(redirect_uri: str, *, public: bool, scopes: tuple[str, ...] = ("openid",)) -> str:
    view = ConsentView("/consent", (), "App", "app", redirect_uri, scopes, "ada", public)
    return render.consent_page(view).html.decode()


@pytest.mark.parametrize(
    ("redirect_uri", "public", "hint"),
    [
        ("http://127.0.0.1:4000/cb", True, True),
        ("http://localhost:4000/cb", True, True),
        ("com.example.app:/cb", True, True),
        ("https://app.example.com/cb", True, False),
        ("http://127.0.0.1:4000/cb", False, False),
    ],
)
def test_unverified_applications_are_called_so(redirect_uri: str, public: bool, hint: bool) -> None:
    """A public client on the device can be anybody (RFC 8252 8.6)."""
    assert ("This application is not verified." in _consent(redirect_uri, public=public)) == hint


def test_consent_tells_where_one_goes() -> None:
    """The host behind the redirect URI is on the page."""
    assert "<strong>app.example.com</strong>" in _consent("https://app.example.com/cb?x=1", public=True)


@pytest.mark.parametrize(
    ("scope", "words", "changes"),
    [
        ("users:readonly", "See users and their profiles", False),
        ("conversations", "See and change conversations: calls, chats, e-mails and messages", True),
        ("email", "See your e-mail address", False),
        ("payroll:approve", None, False),
        ("users:everything", None, False),
    ],
)
def test_scopes_in_words(scope: str, words: str | None, changes: bool) -> None:
    """Known scopes are explained, unknown ones are not guessed at."""
    assert scope_words.describe(scope) == scope_words.ScopeLine(scope, words, changes)


def test_every_scope_of_the_server_has_words() -> None:
    """What this server can grant it can explain."""
    assert [scope for scope in (*OPENID, *EVERYBODY) if scope_words.describe(scope).words is None] == []


def test_the_weightiest_scopes_come_first() -> None:
    """What could be changed is not hidden behind what could be seen."""
    lines = scope_words.in_order_of_weight(("openid", "x:y", "users:readonly", "routing"))
    assert [line.name for line in lines] == ["routing", "x:y", "openid", "users:readonly"]


def test_the_marks_of_the_scopes_are_explained() -> None:
    """Only those that are there; a scope that nobody described is not called harmless."""
    html = _consent("https://app.example.com/cb", public=False, scopes=("users:readonly", "routing", "x:y"))
    legend = re.findall(r'<span class="(\w+)">([^<]+)</span>', html.partition('class="legend"')[2].partition("</p>")[0])
    marks = re.findall(r'<li class="(\w+)">', html)
    assert [mark for mark, _ in legend] == marks == ["changes", "unknown", "reads"]
    assert dict(legend)["reads"] == "changes nothing"
    assert "changes nothing" not in _consent("https://app.example.com/cb", public=False, scopes=("routing", "x:y"))


def test_many_scopes_unfold() -> None:
    """A hundred scopes do not push the buttons out of reach, and none is left out."""
    scopes = tuple(f"s{number}" for number in range(100))
    html = _consent("https://app.example.com/cb", public=False, scopes=scopes)
    assert "and 92 more" in html
    assert all(f">{scope}</code>" in html for scope in scopes)


def test_production_gives_away_nothing() -> None:
    """Without detail an error page holds RFC text and the request id."""
    html = render.error_page(ErrorView(400, "invalid_request", "unknown client", "req-1")).html.decode()
    assert "req-1" in html
    assert "unknown client" in html
    assert "developer" not in html
    assert "registered" not in html.lower()


def test_development_marks_the_first_difference() -> None:
    """The received and the registered URI stand below each other, cut where they differ."""
    detail = ErrorDetail(received_redirect_uri=URI + "/", registered_redirect_uris=("https://b.example/", URI))
    html = render.error_page(ErrorView(400, "invalid_request", "no", "req-1", detail)).html.decode()
    assert f"<code>{URI}<mark>/</mark></code>" in html
    assert f'<code>{URI}<mark class="end"><span class="unseen">(ends here)</span></mark></code>' in html


@pytest.mark.parametrize(
    ("received", "marked", "position"),
    [
        (URI + "/", ("/", ""), 31),
        (URI + "\u202e", ("%E2%80%AE", ""), 31),
        ("https" + URI[4:], ("s", ":"), 5),
        ("http%3A%2F%2Flocalhost%3A5173%2Fcallback", ("%", ":"), 5),
        (URI.replace("callback", "Callback"), ("C", "c"), 23),
    ],
)
def test_the_difference_is_one_visible_character(received: str, marked: tuple[str, str], position: int) -> None:
    """Even an invisible character is spelled out."""
    comparison = display.compare(received, (URI,))
    assert comparison is not None
    assert (comparison.received.at, comparison.registered.at) == marked
    assert comparison.position == position


def test_nothing_is_marked_where_nothing_differs() -> None:
    """A registered URI has no near miss, and neither has a client without any."""
    assert display.compare(URI, (URI,)) is None
    assert display.compare(URI, ()) is None


def test_long_uris_show_the_place_that_matters() -> None:
    """The difference is in view however far along it is."""
    comparison = display.compare("https://a.example/" + "x" * 1500 + "/", ("https://a.example/" + "x" * 1500,))
    assert comparison is not None
    assert comparison.received.at == "/"
    assert len(comparison.received.before) < 60


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 second"), (30, "30 seconds"), (121, "3 minutes")])
def test_waiting_times(seconds: int, words: str) -> None:
    """A waiting time never promises less than it takes."""
    assert waiting_time(seconds) == words


def test_errors_have_plain_words() -> None:
    """Who is at fault differs: the application, the server, nobody."""
    assert "application" in error_words("invalid_request").advice
    assert "on this server" in error_words("server_error").advice
    assert error_words("anything else") == error_words("unauthorized_client")


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("RFC 7636 4.2", "https://www.rfc-editor.org/rfc/rfc7636#section-4.2"),
        ("RFC 7636 appendix A", "https://www.rfc-editor.org/rfc/rfc7636#appendix-A"),
        ("RFC 9700", "https://www.rfc-editor.org/rfc/rfc9700"),
        ("OpenID Connect Core 3.1.2.1", "https://openid.net/specs/openid-connect-core-1_0.html"),
        ("RFC 7636 4.2, App. A", None),
    ],
)
def test_references(reference: str, address: str | None) -> None:
    """A section of an RFC is a link, a remark is not."""
    assert references.address(reference) == address


def test_pages_may_live_below_a_path(samples: dict[str, Any]) -> None:
    """An issuer with a path has its assets and links below that path."""
    page = render.error_page(ErrorView(404, "not_found", "no page", "r"), Site(path="/tenant"))
    assert page.status == 404
    assert b'href="/tenant/assets/proofkey.' in page.html
    assert b'href="/assets/proofkey.' in samples["login"].html
