"""The login libraries that are known by how code names them, and what they do about PKCE by themselves."""

from __future__ import annotations

import re
from typing import NamedTuple


class Library(NamedTuple):
    """One library, or a family of the same settings."""

    name: str
    marks: re.Pattern[str]  # how code imports or calls it
    in_browser: bool  # its code and its settings are delivered to everybody
    pkce: str  # what it does by itself
    discovers: bool = False  # it fetches the metadata of the issuer that it is told


def _module(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:from|require\(|import)\s*\(?[\"'](?:{names})(?:/[\w./-]*)?[\"']")


_USER_MANAGER = re.compile(r"[\"']oidc-client(?:-ts)?[\"']|\bnew (?:Oidc\.)?UserManager\(")
_KEYCLOAK = re.compile(r"[\"'](?:keycloak-js|@react-keycloak/web|keycloak-angular)[\"']")
_PYTHON_MSAL = re.compile(r"^\s*(?:import msal|from msal\b)", re.MULTILINE)
_ITSELF = "it makes verifier, S256 challenge and state itself"
_WHEN_TOLD = "it uses PKCE only where that is turned on"
_BY_CALLER = "code_challenge and state are given by the code that calls it"
_WITH_S256 = "it uses PKCE where pkce='S256' is given"

# The wrapper before what it wraps.
LIBRARIES = (
    Library("react-oidc-context", _module("react-oidc-context"), True, _ITSELF, True),
    Library("oidc-client-ts", _USER_MANAGER, True, _ITSELF, True),
    Library("angular-auth-oidc-client", _module("angular-auth-oidc-client"), True, _ITSELF, True),
    Library("angular-oauth2-oidc", _module("angular-oauth2-oidc"), True, _ITSELF, True),
    Library("the Auth0 library", _module("@auth0/(?:auth0-react|auth0-spa-js|auth0-angular|auth0-vue)"), True, _ITSELF),
    Library("the Okta library", _module("@okta/okta-(?:auth-js|react|angular|vue)"), True, _ITSELF, True),
    Library("keycloak-js", _KEYCLOAK, True, _ITSELF),
    Library("MSAL for browsers", _module("@azure/msal-(?:browser|react|angular)"), True, _ITSELF),
    Library("next-auth", _module("next-auth|@auth/[\\w-]+"), False, "its checks say whether pkce and state"),
    Library("passport", _module("passport-(?:oauth2|openidconnect|[\\w-]+)"), False, _WHEN_TOLD),
    Library("openid-client", _module("openid-client"), False, _BY_CALLER),
    Library("express-openid-connect", _module("express-openid-connect"), False, _ITSELF),
    Library("Authlib", re.compile(r"\bauthlib\b"), False, "it uses PKCE where code_challenge_method is 'S256'"),
    Library("requests-oauthlib", re.compile(r"\brequests_oauthlib\b"), False, _WITH_S256),
    Library("MSAL for Python", _PYTHON_MSAL, False, _ITSELF),
)  # fmt: skip
