"""Every recorder says in its own way that no answer came: all of them are read the same."""

from __future__ import annotations

from typing import Any

import pytest

from proofkey.doctor.pkce import s256
from proofkey.doctor.sources import har
from tests.doctor.captures import authorize_url, capture_of, entry, token_body
from tests.doctor.faults.judged import findings_in

PAGE = "https://app.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": PAGE}

# What the recorders write into the response of a request that failed.
CHROME = {"status": 0, "_error": "{}"}
PLAYWRIGHT = {"status": -1, "_failureText": "{}"}
FIREFOX = {"status": 0}
SAFARI = {"status": 0, "_error": "{}"}
MITMPROXY = {"status": 0, "_error": "{}", "content": {}}

NO_LEAVE = "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 400"
NO_PREFLIGHT = "Preflight response is not successful. Status code: 404"


def failed(writer: dict[str, Any], words: str, **headers: str) -> list[dict[str, Any]]:
    """Write a login whose token request got no answer, as this recorder writes it."""
    token = entry("POST", "https://login.example/oauth/token", headers={**FORM, **headers}, body=token_body("code-1"))
    said = {name: words if value == "{}" else value for name, value in writer.items()}
    token["response"] = {"headers": [], "content": {"size": -1, "mimeType": "x-unknown"}, "redirectURL": "", **said}
    token["startedDateTime"] = "2026-03-01T10:00:09.000Z"
    return [
        entry("GET", authorize_url("s1", s256("v" * 43)), status=302, second=1),
        entry("GET", f"{PAGE}/cb?code=code-1&state=s1", second=5),
        token,
    ]


WITHHELD: dict[str, tuple[dict[str, Any], str, str]] = {
    "chrome": (CHROME, "net::ERR_FAILED", "likely"),
    "playwright with chromium": (PLAYWRIGHT, "net::ERR_FAILED", "likely"),
    "playwright with firefox": (PLAYWRIGHT, "NS_ERROR_DOM_BAD_URI", "likely"),
    "playwright with webkit": (PLAYWRIGHT, NO_LEAVE, "likely"),
    "safari": (SAFARI, NO_LEAVE, "likely"),
    "safari, of a fetch": (SAFARI, "Fetch API cannot load it due to access control checks.", "likely"),
    "firefox, which gives no reason": (FIREFOX, "", "possible"),
}


@pytest.mark.parametrize("name", WITHHELD)
@pytest.mark.parametrize("most", [har._SMALL, 0], ids=["loosely", "by types"])
def test_an_answer_that_the_browser_keeps_back(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever recorded it, the page was not allowed to read the answer."""
    monkeypatch.setattr(har, "_SMALL", most)
    writer, words, certainty = WITHHELD[name]
    capture = capture_of(*failed(writer, words))
    assert capture.messages[-1].network_error == (words or None)
    assert ("cors-answer-unreadable", certainty) in findings_in(capture)


NO_HOST: dict[str, tuple[dict[str, Any], str]] = {
    "chrome": (CHROME, "net::ERR_NAME_NOT_RESOLVED"),
    "playwright with chromium": (PLAYWRIGHT, "net::ERR_NAME_NOT_RESOLVED"),
    "playwright with firefox": (PLAYWRIGHT, "NS_ERROR_UNKNOWN_HOST"),
    "playwright with webkit": (PLAYWRIGHT, "Could not resolve hostname"),
    "safari": (SAFARI, "A server with the specified hostname could not be found."),
    "mitmproxy": (MITMPROXY, "[Errno -2] Name or service not known"),
}


@pytest.mark.parametrize("name", NO_HOST)
def test_a_host_that_does_not_exist(name: str) -> None:
    """A failure of the network is no missing header; where the host is another one, it is named."""
    entries = failed(*NO_HOST[name])
    entries[-1]["request"]["url"] = "https://login.exmaple/oauth/token"
    found = findings_in(capture_of(*entries))
    assert ("wrong-host", "likely") in found
    assert "cors-answer-unreadable" not in dict(found)


@pytest.mark.parametrize("writer", [SAFARI, PLAYWRIGHT])
def test_a_preflight_that_only_the_error_tells_of(writer: dict[str, Any]) -> None:
    """Some recorders leave the OPTIONS request out; the error of the POST names it."""
    found = findings_in(capture_of(*failed(writer, NO_PREFLIGHT, DPoP="x")))
    assert ("cors-preflight-refused", "likely") in found


@pytest.mark.parametrize("words", ["csp", "Refused to connect because of the Content Security Policy of the page."])
def test_a_policy_that_stops_the_call(words: str) -> None:
    """The page's own policy is named by the reason that is recorded."""
    assert ("csp-blocked", "likely") in findings_in(capture_of(*failed(PLAYWRIGHT, words)))


@pytest.mark.parametrize("words", ["net::ERR_CONNECTION_RESET", "NS_ERROR_NET_RESET", "The request timed out."])
@pytest.mark.parametrize("writer", [CHROME, PLAYWRIGHT])
def test_a_broken_line_accuses_nobody_of_a_missing_header(writer: dict[str, Any], words: str) -> None:
    """A reason that names the network leaves nothing to say about leave for the page."""
    assert "cors-answer-unreadable" not in dict(findings_in(capture_of(*failed(writer, words))))
