"""Questions as people paste them from tools, shells and notes: what is proven must be, whatever stands around it."""

# ruff: noqa: E501  (commands stay in one line where people write them so)

from __future__ import annotations

import base64
import hashlib

import pytest

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import LIKELY, PROVEN, Certainty
from proofkey.doctor.sources import read

VERIFIER = "h_8H4xuxwehSSZi5cFRtdaqtSaNmSPJtfmo1-Qa8Vow"
URL = "https://login.example/oauth/token"
BODY = f"grant_type=authorization_code&code=KM9Fta1tkRT6BA222hwcIN5&client_id=app&code_verifier={VERIFIER}"


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _digest(text: str, algorithm: str = "sha256") -> str:
    return _base64url(hashlib.new(algorithm, text.encode()).digest())


CHALLENGE = _digest(VERIFIER)


def _judge(text: str, name: str = "") -> Diagnosis:
    diagnosis = diagnose(read(name, text.encode()))
    assert diagnosis.failures == []
    return diagnosis


PASTED: list[tuple[str, Certainty, str]] = [
    (  # values beside the code that makes them, which is not a constant of the application
        "challenge-hashed-twice",
        PROVEN,
        (
            f"String verifier = '{VERIFIER}';\n"
            "String ch = base64Url.encode(sha256.convert(utf8.encode(once)).bytes).replaceAll('=','');\n"
            f"sent code_challenge={_digest(CHALLENGE)}&code_challenge_method=S256\n"
            'server {"error":"invalid_grant","error_description":"PKCE check failed"}\n'
            f"sent code_verifier={VERIFIER}"
        ),
    ),
    (  # two parameters of a form on one line, the third on another
        "challenge-wrong-hash",
        PROVEN,
        (
            f"code_challenge={_digest(VERIFIER, 'sha1')}&code_challenge_method=S256\ncode_verifier={VERIFIER}\n"
            "invalid_grant: code verifier mismatch"
        ),
    ),
    (
        "challenge-hash-of-decoded-bytes",
        PROVEN,
        f"verifier={VERIFIER}\ncode_challenge={_base64url(hashlib.sha256(base64.urlsafe_b64decode(VERIFIER + '=')).digest())}\nmethod S256",
    ),
    (
        "token-body-json",
        PROVEN,
        (
            f'PS C:\\Users\\me> $body = @{{ grant_type="authorization_code"; code="KM9Fta1tkRT6BA"; code_verifier="{VERIFIER}" }}\n'
            f'PS C:\\Users\\me> Invoke-RestMethod -Method Post -Uri "{URL}" -Body ($body | ConvertTo-Json) -ContentType "application/json"\n'
            'Invoke-RestMethod : {"error":"invalid_request"}'
        ),
    ),
    (  # the notes around a command are no code
        "redirect-uri-trailing-slash",
        PROVEN,
        (
            f'wget -qO- --post-data="{BODY}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb" {URL}\n'
            '# ERROR 400: Bad Request.  body {"error":"invalid_grant"}\n'
            f"# auth: https://login.example/oauth/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%2F&code_challenge={CHALLENGE}&code_challenge_method=S256"
        ),
    ),
    (
        "challenge-not-hashed",
        PROVEN,
        (
            f'C:\\> curl -X POST "{URL}" -d "{BODY}"\n{{"error":"invalid_grant"}}\n'
            f'start "" https://login.example/oauth/authorize?response_type=code^&client_id=app^&code_challenge={VERIFIER}^&code_challenge_method=S256'
        ),
    ),
    (
        "shell-mangled-parameters",
        PROVEN,
        (
            f"$ curl {URL} -d grant_type=authorization_code -d code=KM9Fta1tkRT6BA222hwcIN5 -d client_id=app"
            f" -d redirect_uri=https://app.example/cb?tenant=1&lang=de -d code_verifier={VERIFIER}\n"
            '{"error":"invalid_grant","error_description":"PKCE code verifier not specified"}\n'
            f"authorize was https://login.example/oauth/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Ftenant%3D1%26lang%3Dde&code_challenge={CHALLENGE}&code_challenge_method=S256"
        ),
    ),
    (
        "shell-mangled-parameters",
        PROVEN,
        (
            f"CODE=\"KM9Fta1tkRT6BA222hwcIN5\"\ncurl -X POST {URL} -d 'grant_type=authorization_code' -d 'code=$CODE' -d 'client_id=app'\n"
            '{"error":"invalid_grant","error_description":"Code not valid"}'
        ),
    ),
    (  # the server's answer as a comment in the code
        "verifier-missing",
        LIKELY,
        (
            "token = client.fetch_token('https://idp.example/token', authorization_response=request.url)\n"
            '# authlib.integrations.base_client.errors.OAuthError: invalid_grant: Missing "code_verifier"\n'
        ),
    ),
]


@pytest.mark.parametrize(
    ("slug", "certainty", "text"), PASTED, ids=[f"{each[0]}-{at}" for at, each in enumerate(PASTED)]
)
def test_the_cause_comes_first(slug: str, certainty: Certainty, text: str) -> None:
    """What the values or the command prove is the first finding, and nothing secret is in it."""
    (first, *_) = _judge(text).findings
    assert (first.fault.slug, first.finding.certainty) == (slug, certainty)
    assert VERIFIER not in first.finding.explanation + first.finding.fix


def test_a_command_cut_by_its_shell_has_one_cause() -> None:
    """What is missing or short because of the shell is no finding of its own."""
    text = next(text for slug, _, text in PASTED if slug == "shell-mangled-parameters")
    assert [each.fault.slug for each in _judge(text).findings] == ["shell-mangled-parameters"]


def test_a_variable_in_double_quotes_is_replaced() -> None:
    """The same command in double quotes sends the value."""
    text = next(text for slug, _, text in PASTED[7:] if slug == "shell-mangled-parameters").replace("'", '"')
    assert "shell-mangled-parameters" not in [each.fault.slug for each in _judge(text).findings]
    assert "shell-mangled-parameters" not in [
        each.fault.slug for each in _judge(text.replace('CODE="KM9Fta1tkRT6BA222hwcIN5"\n', "")).findings
    ]


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("    issuer-uri: https://sso.example/realms/shop/protocol/openid-connect/auth", "wrong-token-path"),
        ("quarkus.oidc.auth-server-url=https://sso.example/realms/shop", ""),
        (
            "quarkus.oidc.auth-server-url=https://sso.example/realms/shop/protocol/openid-connect/token",
            "wrong-token-path",
        ),
        ('{"Authority": "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize"}', "wrong-token-path"),
        ('options.Authority = "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize";', "wrong-token-path"),
        ('options.Authority = "https://login.microsoftonline.com/contoso/v2.0/";', ""),
        ("    issuer-uri: https://login.example/", ""),
    ],
)
def test_the_issuer_that_a_framework_is_told(line: str, slug: str) -> None:
    """An endpoint where the issuer belongs is named, in any of the files in which frameworks are configured."""
    found = _judge(f"spring or asp.net\n\n{line}\n\nno more\n").findings
    assert [each.fault.slug for each in found] == ([slug] if slug else [])
