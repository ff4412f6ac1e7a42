"""What programs log and what people tell: requests as objects, statements in sentences, two calls in one login."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.sources.text import read_text
from proofkey.doctor.sources.text.pairs import is_rest_of_value
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import VERIFIER


def test_a_logged_request_is_a_request() -> None:
    """An AxiosError holds the request that was sent and the answer that came."""
    error = {
        "config": {
            "url": "https://login.example/oauth/token",
            "method": "post",
            "headers": {"Content-Type": "application/json"},
            "data": json.dumps({"grant_type": "authorization_code", "code": "SplxlOBeZQQ"}),
        },
        "response": {"status": 400, "data": {"error": "invalid_request"}},
    }
    (message,) = read_text(f"AxiosError: failed\n{json.dumps(error, indent=2)}").messages
    assert (message.method, message.status, TokenRequest(message).syntax) == ("POST", 400, "json")
    assert message.response_body == '{"error": "invalid_request"}'


def test_a_statement_inside_a_sentence_is_code() -> None:
    """Code that somebody writes in the middle of a line is judged like a block of it."""
    text = "I use const challenge = btoa(crypto.getRandomValues(new Uint8Array(32))).replace(/=/g, ''); and get 400."
    assert [fact.slug for fact in read_text(text).code_facts] == ["challenge-printed-bytes"]
    ticked = "My challenge is `hashlib.sha256(verifier.encode()).hexdigest()`, is that wrong?"
    assert [fact.slug for fact in read_text(ticked).code_facts] == ["challenge-hex-digest"]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("In the network tab I see two POSTs to the token endpoint with one code.", True),
        ("React StrictMode calls my callback effect twice.", True),
        ("The token request is sent only once.", False),
        ("The redirect URI is not encoded twice in the token request.", False),
        ("The verifier is generated twice.", False),
    ],
)
def test_two_redemptions_are_told_in_words(sentence: str, told: bool) -> None:
    """Who sees two token requests of one login has found the fault; who denies it has not."""
    assert [fact.slug for fact in read_text(sentence).code_facts] == (["code-redeemed-twice"] if told else [])


def test_a_file_of_source_code_is_read_whole() -> None:
    """A name with a suffix of JavaScript or Python makes the whole text code; places name the file."""
    code = "// prose-like comment about a login.\nconst codeVerifier = crypto.randomBytes(16).toString('hex');\n"
    (fact,) = read_text(code, "pkce.ts").code_facts
    assert (fact.slug, fact.where, fact.line) == ("verifier-too-short", "pkce.ts, line 2", 2)


SETTINGS = {
    "names of one's own": ("OAUTH_CLIENT_ID=web\nOAUTH_REDIRECT_URI=https://app.example/cb\n", "OAUTH_SCOPE=openid\n"),
    "a shell": (f"$ CODE=Splx10\n$ CODE_VERIFIER={VERIFIER}\n", "$ CLIENT_ID=web\n"),
    "exported": (f'export CLIENT_ID="web"\nexport CODE_VERIFIER="{VERIFIER}"\n', 'export SCOPE="openid"\n'),
    "names of the protocol": (f"client_id=web\ncode_verifier={VERIFIER}\n", "redirect_uri=https://app.example/cb\n"),
    "with blanks": (f"client_id = web\nverifier = {VERIFIER}\n", "scope = openid\n"),
    "a file": ("# .env\nAUTHORITY=https://login.example\nCLIENT_ID=web\n", "SCOPE=openid\n"),
}
ANSWERS = (
    *("400 invalid_grant", "=> 400 invalid_grant", "ERROR=invalid_grant", "STATUS=400 invalid_grant", "invalid_grant"),
    *('{"error": "invalid_grant"}', 'RESPONSE={"error":"invalid_grant"}', 'RESPONSE=\'{"error":"invalid_grant"}\''),
    *('=> 400 {"error":"invalid_grant"}', "HTTP_STATUS=400 Bad Request, invalid_grant"),
)


def judged(text: str) -> Diagnosis:
    """Judge what somebody pasted."""
    return diagnose(read_text(text))


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("settings", SETTINGS)
def test_an_error_among_settings_is_heard(settings: str, answer: str) -> None:
    """Between or behind lines of NAME=value the answer is no code and no value, and the rest is nothing more."""
    before, behind = SETTINGS[settings]
    for text in (f"{before}{answer}\n{behind}", f"{before}{answer}"):
        diagnosis = judged(text)
        assert diagnosis.unexplained == "invalid_grant"
        assert {each.finding.certainty.word for each in diagnosis.findings} == {"possible"}


@pytest.mark.parametrize(
    "code",
    [
        'RESPONSE = {"error": "invalid_grant"}\ncheck(RESPONSE)\n',
        'const ERROR = "invalid_grant";\nif (body.error === ERROR) retry();\n',
        'def refuse():\n    error = "invalid_grant"\n    return answer(400, error)\n',
        "STATUS = 400\nVALUE = compute(400)\n",
    ],
)
def test_an_error_that_code_names_is_not_one_that_happened(code: str) -> None:
    """A text in quotation marks, a constant, a number alone: code of a server or of a test."""
    assert judged(code).verdict == "undecided"
    assert judged(code).findings == []


@pytest.mark.parametrize("behind", ["SCOPE=openid", "TENANT=a1B2c3", "invalid_grant", "Unauthorized", "ERROR=400"])
@pytest.mark.parametrize("name", ["code_verifier", "code"])
def test_the_line_behind_a_value_is_not_its_rest(name: str, behind: str) -> None:
    """Another setting, or a word, does not put a line feed into the value."""
    text = f"grant_type=authorization_code\nclient_id=web\n{name}={VERIFIER}\n{behind}\n"
    slugs = [each.fault.slug for each in judged(text).findings]
    assert not {"verifier-illegal-characters", "code-with-whitespace", "verifier-too-long"} & set(slugs)


def test_the_rest_of_a_value_is_a_random_run() -> None:
    """What was wrapped or broken goes on with letters of both cases, digits, padding at the end."""
    assert all(map(is_rest_of_value, ("cM4QEurw1uCh", "gWFWOEjXk=", "Yx-7_a", "%2Fab12cd")))
    assert not any(map(is_rest_of_value, ("openid", "access_denied", "HTTP", "NOT_FOUND", "a=b12345", "not.found")))
