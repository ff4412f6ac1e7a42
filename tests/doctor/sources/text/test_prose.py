"""A question in prose becomes the request that it tells of, with what it leaves open marked as such."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor.sources.text import read_text
from proofkey.doctor.sources.text.passages import advice_begins
from proofkey.doctor.sources.text.statuses import status_in
from proofkey.doctor.steps import TokenRequest

PAYLOAD = {
    "grant_type": "authorization_code",
    "code": "THE_CODE_I_GOT",
    "redirect_uri": "https://desk.example/back",
    "client_id": "your-client-id",
    "code_verifier": "stored_verifier_string",
}


def test_a_question_is_put_together_to_one_request() -> None:
    """URL, payload, status and error body stand in four sentences and are one request with its answer."""
    text = (
        "Token call answers 400 Bad Request\n\n"
        "When I POST to https://api.mypurecloud.ie/oauth/token it fails. I send\n\n"
        f"{json.dumps(PAYLOAD, indent=1)}\n\nand receive\n\n"
        '{\n "error": "invalid_grant",\n "error_description": "used or expired"\n}\n\nWhat is wrong?\n'
    )
    (message,) = read_text(text).messages
    assert (message.method, message.url, message.status) == ("POST", "https://api.mypurecloud.ie/oauth/token", 400)
    assert json.loads(message.body or "") == PAYLOAD
    assert json.loads(message.response_body or "")["error"] == "invalid_grant"
    assert message.request_headers is None
    assert message.placeholders == {"code", "client_id", "code_verifier"}


def test_a_placeholder_is_present_and_unobserved() -> None:
    """A value that only names what belongs there is neither absent nor seen."""
    text = "POST https://login.example/oauth/token\n\ngrant_type=authorization_code&code={{code}}&client_id=<client id>"
    step = TokenRequest(read_text(text).messages[0])
    assert step.value("grant_type") == "authorization_code"
    assert step.value("code") is None
    assert "code" in step.names


def test_a_url_template_leaves_state_open() -> None:
    """Who abbreviates a URL leaves things out; that is no proof that they were not sent."""
    (message,) = read_text(
        "I redirect to https://{{org}}.mypurecloud.com/oauth/authorize"
        "?response_type=code&client_id={{id}}&code_challenge={{c}}"
    ).messages
    assert {"client_id", "code_challenge", "state", "nonce", "scope"} <= message.placeholders
    assert "response_type" not in message.placeholders


def test_an_answer_told_before_its_request_is_its_answer() -> None:
    """People show the error first and then what they sent."""
    text = (
        'The token endpoint gives me 400:\n{"error": "invalid_grant"}\n\nI run\n\n'
        "curl https://login.example/oauth/token -d 'grant_type=authorization_code&code=SplxlOBeZQQ'\n"
    )
    (message,) = read_text(text).messages
    assert message.status == 400
    assert message.response_body == '{"error": "invalid_grant"}'


def test_a_login_told_backwards_is_put_in_order() -> None:
    """Positions follow the flow where the text names a code before the callback that brought it."""
    text = (
        "curl https://login.example/oauth/token -d 'grant_type=authorization_code&code=SplxlOBeZQQ'\n\n"
        "The code came with https://app.example/cb?code=SplxlOBeZQQ&state=af0ifjsldkj after I opened\n"
        "https://login.example/authorize?response_type=code&client_id=spa-7&state=af0ifjsldkj\n"
    )
    capture = read_text(text)
    assert [part.text.partition("?")[0] for part in sorted(capture.fragments, key=lambda part: part.number)] == [
        "https://login.example/authorize",
        "https://app.example/cb",
    ]
    assert capture.messages[0].number == 3


def test_loose_facts_are_kept() -> None:
    """Values by name, console messages and an error without a request are facts of their own."""
    text = (
        "code_verifier: dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n"
        "code_challenge: E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\n\n"
        "Access to fetch at 'https://login.example' from 'https://app.example' has been blocked by CORS policy\n\n"
        'and before that {"error": "access_denied"}\n'
    )
    kinds = {(part.kind, part.name) for part in read_text(text).fragments}
    assert kinds == {("value", "code_verifier"), ("value", "code_challenge"), ("console", ""), ("error", "")}


def test_a_list_of_parameters_is_a_form() -> None:
    """Parameters one to a line are the body of the token request that the sentence before speaks of."""
    text = (
        "I POST to https://login.example/oauth/token with\n\n- grant_type: authorization_code\n- code: SplxlOBeZQQ\n"
        "- redirect_uri: https://app.example/cb\n- client_id: spa-7\n"
    )
    step = TokenRequest(read_text(text).messages[0])
    assert (step.syntax, step.value("redirect_uri")) == ("form", "https://app.example/cb")


def test_errors_that_a_manual_explains_are_no_answer() -> None:
    """A text that names several errors explains them."""
    text = (
        "invalid_grant: the code is old.\n\ninvalid_client: the client is unknown.\n\naccess_denied: the user said no."
    )
    assert read_text(text).fragments == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("-> 400", 400),
        ("The server says 401:", 401),
        ("Response (403):", 403),
        ("which gives me 500 and", 500),
        ("I consistently receive a 400 Bad Request response.", 400),
        ("it prints 200 OK", 200),
        ("within 300 seconds", None),
        ("http://localhost:400", None),
        ("the verifier has 400 characters", None),
        ("RFC 6749", None),
    ],
)
def test_a_status_is_found_in_a_sentence(line: str, status: int | None) -> None:
    """A number is a status where the words around it say so."""
    found = status_in(line)
    assert (found[1] if found else None) == status


def test_replies_are_told_from_the_question() -> None:
    """After trouble and a question, who says "you" or gives orders answers."""
    lines = [
        (1, "My token call returns 400 invalid_grant."),
        (3, "Is there something I miss?"),
        (5, "Here is my code, I hope it helps:"),
        (9, "Check your redirect URI. You must not encode it twice."),
        (11, "I had the same."),
    ]
    assert advice_begins(lines) == 9
    assert advice_begins(lines[:3]) is None
    assert advice_begins([(1, "You will learn how to log in."), (2, "Ensure that your client is public.")]) is None


def test_advice_is_never_what_was_sent() -> None:
    """The request of a reply is no message; what it would get wrong is told as advice."""
    text = (
        "My login fails with invalid_grant. What can I do?\n\nYou should send this:\n\n"
        "curl https://login.example/oauth/token -d 'grant_type=authorization_code&code=SplxlOBeZQQ&redirect_uri=x'\n\n"
        "```js\nconst body = new URLSearchParams({ grant_type: 'authorization_code', code, client_id: id,\n"
        "  redirect_uri: encodeURIComponent(uri), code_verifier: verifier });\n```\n"
    )
    capture = read_text(text)
    assert capture.messages == []
    assert {(fact.slug, fact.advice) for fact in capture.code_facts} == {
        ("client-id-missing", True),
        ("redirect-uri-double-encoded", True),
    }


@pytest.mark.parametrize(
    "line",
    [
        "`https://app.example/cb?error=access_denied&state=Zk3vQ9sess`",
        "'https://app.example/cb?error=access_denied&state=Zk3vQ9sess'",
        '"https://app.example/cb?error=access_denied&state=Zk3vQ9sess",',
        "- **https://app.example/cb?error=access_denied&state=Zk3vQ9sess**",
        "> `com.example.app:/cb?error=access_denied&state=Zk3vQ9sess`",
    ],
)
def test_a_link_alone_on_its_line_is_no_code(line: str) -> None:
    """Forums mark links as code or quote them; they are read like any other link."""
    capture = read_text(f"It comes back as\n\n{line}\n\nWhy?\n")
    (link,) = [each.text for each in capture.fragments if each.kind == "url"]
    assert link.endswith("cb?error=access_denied&state=Zk3vQ9sess")


@pytest.mark.parametrize(
    "told",
    [
        "verifier: {v}\n\nchallenge I send: {c} (S256)\n",
        "The verifier we store is {v}, the code_challenge it makes: {c}\n",
    ],
)
def test_values_are_found_behind_a_few_words(told: str) -> None:
    """People say whose value it is before they give it."""
    verifier, challenge = (
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df14456",
    )
    fragments = read_text(told.format(v=verifier, c=challenge)).fragments
    values = {each.name: each.text for each in fragments if each.kind == "value"}
    assert values == {"code_verifier": verifier, "code_challenge": challenge}


def test_a_link_in_html_is_read_as_html() -> None:
    """Between the quotation marks of an attribute `&amp;` is the sign that parts parameters."""
    text = 'My link: <a href="https://login.example/authorize?response_type=code&amp;client_id=web1&amp;state=Zk3vQ9">x</a>'
    (link,) = [each.text for each in read_text(text).fragments if each.kind == "url"]
    assert link.endswith("?response_type=code&client_id=web1&state=Zk3vQ9")


def test_an_answer_below_the_parameters_of_a_panel_is_no_request_body() -> None:
    """Parameters of the network panel are followed by the answer, without its heading."""
    text = (
        "Request URL: https://login.example/token\nRequest Method: POST\nStatus Code: 400 Bad Request\n\nForm Data\n"
        "grant_type: authorization_code\ncode: SplxlOBeZQQYbYS6WxSbIA\n\n" + '{"error": "invalid_grant"}\n'
    )
    (message,) = read_text(text).messages
    assert TokenRequest(message).value("code") == "SplxlOBeZQQYbYS6WxSbIA"
    assert json.loads(message.response_body or "") == {"error": "invalid_grant"}
