"""Code that only configures a login library is read as it is written: judged where it is wrong, else named."""

from __future__ import annotations

import re

import pytest

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.reports import text
from proofkey.doctor.sources import read

OIDC = """import { UserManager } from "oidc-client-ts";
export const manager = new UserManager({
  authority: "https://id.example",
  client_id: "spa",
  redirect_uri: "http://localhost:5173/callback",
  scope: "openid profile",
  MORE
});
"""
ANGULAR = """import { AuthModule } from 'angular-auth-oidc-client';
@NgModule({ imports: [AuthModule.forRoot({ config: {
  authority: 'https://id.example',
  redirectUrl: window.location.origin,
  clientId: 'spa',
  MORE
} })] })
export class AuthConfigModule {}
"""
AUTH0 = """import { Auth0Provider } from "@auth0/auth0-react";
root.render(<Auth0Provider domain="acme.eu.auth0.com" clientId="spa"
  authorizationParams={{ redirect_uri: window.location.origin, MORE }}><App /></Auth0Provider>);
"""
MSAL = """import { PublicClientApplication } from "@azure/msal-browser";
export const app = new PublicClientApplication({ auth: {
  clientId: "5c7d2f0a-1111-4222-8333-444455556666",
  authority: "https://login.microsoftonline.com/common",
  redirectUri: "http://localhost:3000",
  MORE
} });
"""
OKTA = """import { OktaAuth } from '@okta/okta-auth-js';
const okta = new OktaAuth({ issuer: 'https://acme.okta.com/oauth2/default', clientId: '0oa1',
  redirectUri: location.origin + '/cb', MORE });
"""
KEYCLOAK = """import Keycloak from 'keycloak-js';
const keycloak = new Keycloak({ url: 'https://sso.example', realm: 'main', clientId: 'web' });
keycloak.init({ onLoad: 'login-required', MORE });
"""
NEXT_AUTH = """import NextAuth from "next-auth";
export default NextAuth({ providers: [{ id: "acme", type: "oauth",
  wellKnown: "https://id.example/.well-known/openid-configuration",
  authorization: { params: { scope: "openid", response_type: "code" } },
  clientId: process.env.ID, clientSecret: process.env.SECRET, checks: ["pkce", "state"], MORE }] });
"""
PASSPORT = """const OAuth2Strategy = require('passport-oauth2');
passport.use(new OAuth2Strategy({ authorizationURL: 'https://id.example/authorize', tokenURL: 'https://id.example/token',
  clientID: process.env.ID, clientSecret: process.env.SECRET, callbackURL: "http://localhost:3000/cb", MORE }, done));
"""
AUTHLIB = """from authlib.integrations.flask_client import OAuth
oauth = OAuth(app)
oauth.register(name="acme", client_id="web", client_secret="s", MORE
    server_metadata_url="https://id.example/.well-known/openid-configuration")
"""
REQUESTS_OAUTHLIB = """from requests_oauthlib import OAuth2Session
session = OAuth2Session(client_id="web", redirect_uri="http://localhost:5000/cb", scope=["openid"], MORE)
url, state = session.authorization_url("https://id.example/authorize")
"""
ALL = [OIDC, ANGULAR, AUTH0, MSAL, OKTA, KEYCLOAK, NEXT_AUTH, PASSPORT, AUTHLIB, REQUESTS_OAUTHLIB]


def judged(code: str, name: str = "code.txt") -> Diagnosis:
    """Judge code as it is pasted, or as a file."""
    diagnosis = diagnose(read(name, code.encode()))
    assert diagnosis.failures == []
    return diagnosis


@pytest.mark.parametrize(
    ("code", "more", "expected"),
    [
        (OIDC, 'client_secret: "s3cr3t"', ("secret-in-public-client", "likely")),
        (OIDC, "client_secret: import.meta.env.VITE_SECRET", ("secret-in-public-client", "likely")),
        (OIDC, "disablePKCE: true", ("challenge-missing", "likely")),
        (OIDC, 'response_type: "id_token token"', ("grant-not-enabled", "possible")),
        (ANGULAR, "disablePkce: true", ("challenge-missing", "likely")),
        (ANGULAR, "responseType: 'id_token token'", ("grant-not-enabled", "possible")),
        (AUTH0, "response_type: 'token'", ("grant-not-enabled", "possible")),
        (OKTA, "pkce: false", ("challenge-missing", "likely")),
        (OKTA, "clientSecret: 'x'", ("secret-in-public-client", "likely")),
        (KEYCLOAK, "flow: 'implicit'", ("grant-not-enabled", "possible")),
        (KEYCLOAK, "pkceMethod: false", ("challenge-missing", "likely")),
        (MSAL, "clientSecret: 'x'", ("secret-in-public-client", "likely")),
        (PASSPORT, "pkce: 'plain'", ("challenge-method-plain-refused", "likely")),
    ],
)
def test_a_wrong_setting_is_named(code: str, more: str, expected: tuple[str, str]) -> None:
    """The fault, and how sure it is; where it is the server's choice, it is possible only."""
    diagnosis = judged(code.replace("MORE", more))
    assert [(each.fault.slug, each.finding.certainty.word) for each in diagnosis.findings] == [expected]


def test_a_fragment_in_the_redirect_uri_is_named() -> None:
    """A redirect URI has no '#'."""
    hashed = OIDC.replace("5173/callback", "5173/#/callback").replace("MORE", "")
    assert [each.fault.slug for each in judged(hashed).findings] == ["redirect-uri-fragment"]


@pytest.mark.parametrize(
    ("address", "what", "issuer", "certainty"),
    [
        ("https://id.example/oauth/token", "the token endpoint", "https://id.example.", "likely"),
        ("https://id.example/oauth/authorize/", "the authorization endpoint", "https://id.example.", "likely"),
        ("https://id.example/oauth2/default/v1/authorize", "the auth", "https://id.example/oauth2/default.", "likely"),
        ("https://id.example/oauth2/v1/token", "the token endpoint", "https://id.example.", "likely"),
        ("https://id.example/connect/userinfo", "the userinfo endpoint", "https://id.example.", "likely"),
        ("https://id.example/token", "the token endpoint", "https://id.example.", "possible"),
        ("https://id.example/t1/oauth2/v2.0/authorize", "an endpoint", "https://id.example/t1/v2.0.", "likely"),
        ("https://id.example/realms/a/protocol/openid-connect/auth", "of the realm", "/realms/a.", "likely"),
        ("https://id.example/t1/.well-known/openid-configuration", "the metadata", "id.example/t1.", "possible"),
        ("https://a.auth.eu-west-1.amazoncognito.com/oauth2/token", "the token", "Set authority to the i", "likely"),
    ],
)
def test_an_endpoint_as_authority_is_named(address: str, what: str, issuer: str, certainty: str) -> None:
    """The report says which address it is, what the library makes of it, and what to write instead."""
    diagnosis = judged(OIDC.replace("https://id.example", address).replace("MORE", ""))
    (found,) = diagnosis.findings
    assert (found.fault.slug, found.finding.certainty.word) == ("wrong-token-path", certainty)
    assert "authority holds the address of" in found.finding.explanation
    assert what in found.finding.explanation
    assert issuer in found.finding.fix
    assert "HOST IS RIGHT" in text.write(diagnosis)


@pytest.mark.parametrize(
    "address",
    [
        "https://id.example/oauth2/default",
        "https://id.example/auth",
        "https://id.example/oauth2",
        "https://id.example/realms/token",
        "https://id.example/tokens",
        "https://id.example/t1/v2.0",
        "https://authorize.example",
    ],
)
def test_an_issuer_with_a_path_is_no_endpoint(address: str) -> None:
    """Issuers have all kinds of paths."""
    assert judged(OIDC.replace("https://id.example", address).replace("MORE", "")).findings == []


def test_an_authority_whose_metadata_are_given_is_not_judged() -> None:
    """The library then looks for nothing behind it."""
    endpoint = OIDC.replace("https://id.example", "https://id.example/oauth/token")
    assert judged(endpoint.replace("MORE", "metadataUrl: settings.metadata")).findings == []


@pytest.mark.parametrize("code", [OKTA, ANGULAR])
def test_other_libraries_want_the_issuer_too(code: str) -> None:
    """Whoever looks for metadata behind the address finds none behind an endpoint."""
    wrong = re.sub(r"https://(?:id.example|acme.okta.com/oauth2/default)", "https://id.example/oauth/token", code)
    assert [each.fault.slug for each in judged(wrong.replace("MORE", "")).findings] == ["wrong-token-path"]


@pytest.mark.parametrize("code", ALL)
def test_settings_without_a_mistake_are_told(code: str) -> None:
    """No finding; the report names the library and what it was told, and asks for what decides."""
    diagnosis = judged(code.replace("MORE", ""))
    assert diagnosis.findings == []
    assert diagnosis.verdict == "undecided"
    report = text.write(diagnosis)
    assert report.startswith("-- NONE OF THE KNOWN MISTAKES IS IN THESE SETTINGS")
    assert "--client" in report


@pytest.mark.parametrize(
    ("code", "more"),
    [
        (OIDC, "disablePKCE: false"),
        (OIDC, 'client_secret: ""'),
        (OIDC, "// client_secret: 'old'"),
        (OIDC, 'response_type: "code"'),
        (OIDC, "/* disablePKCE: true */"),
        (OKTA, "pkce: true"),
        (KEYCLOAK, "pkceMethod: 'S256'"),
        (PASSPORT, "pkce: true, state: true"),
        (AUTHLIB, 'client_kwargs={"code_challenge_method": "S256"},'),
        (REQUESTS_OAUTHLIB, 'pkce="S256"'),
        (ANGULAR, "silentRenew: true, useRefreshToken: true"),
    ],
)
def test_a_right_setting_is_no_mistake(code: str, more: str) -> None:
    """What is off, empty, commented out or right is not complained of."""
    assert judged(code.replace("MORE", more)).findings == []


def test_a_declared_type_is_no_value() -> None:
    """`clientSecret: string` in an interface sets nothing."""
    code = OIDC.replace("MORE", "") + "interface Settings { client_secret: string; clientId?: string }\n"
    assert judged(code).findings == []


def test_no_secret_is_in_the_report() -> None:
    """The value of a secret, a password in an address and a query are not printed."""
    code = OIDC.replace("MORE", 'client_secret: "hunter2-hunter2"').replace("https://id", "https://u:pw99@id")
    assert not [secret for secret in ("hunter2", "pw99") if secret in text.write(judged(code, "auth.ts"))]


def test_code_that_makes_its_own_requests_is_judged_by_these() -> None:
    """The word of a library beside a whole login of one's own changes nothing of its mistakes."""
    own = """import axios from 'axios';
import { UserManager } from 'oidc-client-ts';
const clientId = 'spa';
axios.post('https://id.example/token', { grant_type: 'authorization_code', code, client_id: clientId,
  redirect_uri: 'https://app.example/cb', code_verifier: verifier });
"""
    assert [each.fault.slug for each in judged(own, "a.js").findings] == ["token-body-json"]
