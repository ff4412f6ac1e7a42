"""An error text of a real server or library, pasted by itself, leads to the faults that it speaks of."""

from __future__ import annotations

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read

# What is pasted, in the words that each product uses, and the slugs of which the first finding is one.
TEXTS = [
    ("nonce-mismatch", "incorrect nonce"),
    (
        "verifier-unrelated",
        "OAuth2AuthenticationException: [invalid_grant] Client authentication failed: code_verifier",
    ),
    (
        "redirect-uri-not-registered",
        (
            'WARN  [org.keycloak.events] type="LOGIN_ERROR", realmId="p", clientId="web", error="invalid_redirect_uri",'
            ' redirect_uri="https://app.example/cb"'
        ),
    ),
    (
        "cors-answer-unreadable",
        (
            "Quellübergreifende (Cross-Origin) Anfrage blockiert: Die Gleiche-Quelle-Regel verbietet das Lesen der"
            " externen Ressource auf https://login.example/token."
            " (Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt)."
        ),
    ),
    (
        "cors-answer-unreadable",
        (
            "Blocage d’une requête multiorigines (Cross-Origin Request) : la politique « Same Origin » ne permet pas de"
            " consulter la ressource distante située sur https://login.example/token. Raison : l’en-tête CORS"
            " « Access-Control-Allow-Origin » est manquant."
        ),
    ),
    ("nonce-mismatch", "[WARN] 0-app - authorizedCallback incorrect nonce"),
    ("nonce-mismatch", "Validate_id_token_nonce failed, dataIdToken.nonce: undefined local_nonce: 81f2"),
    ("nonce-mismatch", 'Error: Nonce (nonce) claim mismatch in the ID token; expected "a", found "b"'),
    ("nonce-mismatch", "Error: Nonce (nonce) claim must be a string present in the ID token"),
    ("nonce-mismatch", "Validating access_token failed, wrong state/nonce."),
    ("nonce-mismatch", 'OperationProcessingError: unexpected ID Token "nonce" claim value'),
    ("nonce-mismatch", "authlib.jose.errors.InvalidClaimError: invalid_claim: Invalid claim 'nonce'"),
    (
        "nonce-mismatch",
        "IDX21323: RequireNonce is 'System.Boolean'. ValidationContext.Nonce was null, Payload.Nonce not.",
    ),
    ("nonce-mismatch", "IDX10311: RequireNonce is 'true' (default) but validationContext.Nonce is null."),
    ("nonce-mismatch", "IDX21321: The 'nonce' found in the jwt token did not match the expected nonce."),
    ("nonce-mismatch", "SuspiciousOperation: JWT Nonce verification failed."),
    ("id-token-of-other-client", "IDX10214: Audience validation failed. Did not match: ValidAudience: 'x'"),
    ("id-token-of-other-client", 'oidc: expected audience "x" got ["y"]'),
    ("id-token-signature-wrong", "IDX10501: Signature validation failed. Unable to match key"),
    (
        "id-token-signature-wrong",
        "[invalid_id_token] Signed JWT rejected: Another algorithm expected, or no matching key(s)",
    ),
    ("issuer-mismatch", "Error: authority mismatch on settings vs. signin state"),
    ("issuer-mismatch", 'oidc: id token issued by a different provider, expected "https://a" got "https://b"'),
    (
        "redirect-uri-differs",
        "AADSTS500112: The reply address 'a' does not match the reply address 'b' provided when requesting",
    ),
    ("redirect-uri-not-registered", "AADSTS900971: No reply address provided."),
    ("redirect-uri-not-registered", "INVALID_CLIENT: Invalid redirect URI"),
    ("redirect-uri-not-registered", "Illegal value for 'redirect_uri' parameter."),
    ("redirect-uri-missing", "The redirect URI is wrong. You sent null, and we expected https://app.example"),
    ("code-expired", "AADSTS70008: The provided authorization code or refresh token has expired due to inactivity."),
    ("code-expired", "The authorization code is invalid or has expired."),
    ("client-secret-wrong", "AADSTS7000222: The provided client secret keys for app 'x' are expired."),
    ("client-secret-wrong", "The client secret supplied for a confidential client is invalid."),
    (
        "client-secret-wrong",
        '{"error":"incorrect_client_credentials","error_description":"The client_id passed is wrong"}',
    ),
    ("client-secret-wrong", "OPError: expected 200 OK, got: 401 Unauthorized"),
    ("client-unknown", "INVALID_CLIENT: Invalid client"),
    ("secret-missing", "AADB2C90079: Clients must send a client_secret when redeeming a confidential grant."),
    ("verifier-missing", "AADB2C90083: The request is missing required parameter: code_verifier"),
    (
        "verifier-without-challenge",
        '{"error":"invalid_request","error_description":"code_verifier or verifier is not needed."}',
    ),
    ("challenge-missing", '{"error":"invalid_request","error_description":"Code challenge must be provided."}'),
    ("token-request-get", "AADSTS900561: The endpoint only accepts POST requests. Received a GET request."),
    ("wrong-host", "AADSTS90002: Tenant 'acme' not found. Check to make sure you have the correct tenant ID"),
    ("code-of-other-issuer", "AADB2C90088: The provided grant has not been issued for this endpoint."),
    ("two-client-authentications", "Cannot supply multiple client credentials. Use one of the following"),
    ("grant-not-enabled", "Standard flow is disabled for the client"),
    ("scope-refused", "AADSTS70011: The provided request must include a 'scope' input parameter."),
    ("resource-mismatch", "Service not found: https://api.example"),
    ("refresh-token-absent", "Missing Refresh Token (audience: 'x', scope: 'openid')"),
    ("refresh-token-expired", "NotAuthorizedException: Refresh Token has been revoked"),
    (
        "insecure-page-no-webcrypto",
        "BrowserAuthError: crypto_nonexistent: The crypto object or function is not available.",
    ),
    ("insecure-page-no-webcrypto", "`auth0-spa-js must run on a secure origin`"),
    ("third-party-cookies-blocked", "Error: IFrame timed out without a response"),
    ("third-party-cookies-blocked", "AADSTS50058: A silent sign-in request was sent but no user is signed in."),
    ("third-party-cookies-blocked", "Cookie not found. Please make sure cookies are enabled in your browser."),
    ("start-and-callback-origins-differ", "AuthSdkError: Could not load PKCE codeVerifier from storage."),
    ("state-overwritten-by-other-login", "interaction_in_progress: Interaction is currently in progress."),
    ("state-mismatch", "oauth2-proxy: CSRF token mismatch, potential attack"),
    ("state-mismatch", "[authorization_request_not_found]"),
    ("state-mismatch", "AuthSdkError: OAuth flow response state doesn't match request state"),
    ("error-hidden-in-200", "oauth2: server response missing access_token"),
    ("redirect-uri-scheme-differs", "InsecureTransportError: (insecure_transport) OAuth 2 MUST utilize https."),
    ("user-denied-access", "AADB2C90091: The user has cancelled entering self-asserted information."),
    ("code-not-accepted", "InternalOAuthError: Failed to obtain access token"),
    ("state-mismatch", "State param did not match request state"),
    ("state-mismatch", 'OperationProcessingError: unexpected "state" response parameter value'),
    ("state-mismatch", "[WARN] authCallback incorrect state"),
    ("state-missing", "message.State is null or empty."),
    ("state-missing", "No state in response"),
    ("state-missing", "Auth failed: the state parameter is missing"),
    (
        "state-mismatch",
        'RPError: did not find expected authorization request details in session, req.session["oidc:x"] is undefined',
    ),
    ("callback-cookie-not-sent", "http: named cookie not present"),
    ("third-party-cookies-blocked", "request_forbidden: No CSRF value available in the session cookie"),
    (
        "verifier-missing",
        "Empty PKCE code_verifier sent. This authorization code requires a PKCE verification.",
    ),
    ("verifier-without-challenge", "No PKCE flow started. Cannot check code_verifier."),
    ("challenge-missing", "invalid_request: missing required code challenge"),
    ("challenge-missing", "[invalid_request] OAuth 2.0 Parameter: code_challenge"),
    ("redirect-uri-not-registered", "[invalid_request] OAuth 2.0 Parameter: redirect_uri"),
    ("client-unknown", "[invalid_request] OAuth 2.0 Parameter: client_id"),
    (
        "redirect-uri-not-registered",
        "Error 400: invalid_request, device_id and device_name are required for private IP",
    ),
    ("redirect-uri-not-registered", "Invalid OAuth2 redirect_uri"),
    ("redirect-uri-missing", "The request is missing a required parameter: redirect_uri"),
    ("redirect-uri-not-registered", "The requested redirect_uri is missing in the client configuration."),
    ("code-redeemed-twice", "The specified token has already been redeemed."),
    ("code-redeemed-twice", '{"ok":false,"error":"code_already_used"}'),
    ("code-redeemed-twice", "code has already been used"),
    ("code-not-accepted", "Inactive authorization code received from token request"),
    ("code-not-accepted", "Malformed auth code."),
    ("client-unknown", "error=invalid_client: client identifier invalid"),
    ("client-unknown", "The OAuth client was deleted."),
    ("client-secret-wrong", "Error validating client secret."),
    ("client-secret-wrong", "Unable to verify secret hash for client 3n4b"),
    ("grant-not-enabled", "The client is not authorized to perform this request using this method."),
    ("scope-refused", "Some requested scopes were invalid. {valid=[openid], invalid=[x]}"),
    ("scope-refused", '{"error":"consent_required","error_description":"Consent required"}'),
    ("resource-mismatch", 'Client "abc" is not authorized to access resource server "https://api".'),
    ("user-denied-access", "AADSTS65004: User declined to consent to access the app."),
    ("user-denied-access", "AADSTS50105: The signed in user is not assigned to a role for the application"),
    ("user-denied-access", "AADSTS53003: Access has been blocked by Conditional Access policies."),
    ("user-denied-access", "User is not assigned to the client application."),
    ("user-denied-access", "The resource owner or authorization server denied the request."),
    ("user-denied-access", "popup_closed_by_user"),
    ("wrong-host", "AADSTS90019: No tenant-identifying information found in the request"),
    ("wrong-token-path", "Realm does not exist"),
    (
        "wrong-host",
        "IDX20803: Unable to obtain configuration from: 'https://id.example/.well-known/openid-configuration'.",
    ),
    ("wrong-token-path", "OPError: expected 200 OK, got: 404 Not Found"),
    ("token-request-get", "405 Method Not Allowed"),
    ("cors-answer-unreadable", "TypeError: Failed to fetch"),
    ("server-unavailable", "FetchError: request failed, reason: socket hang up"),
    ("clock-skew", "JWT not active yet, now 1700000000, nbf 1700000060"),
    ("clock-skew", "id_token issued in the future, now 1700000000, iat 1700000060"),
    ("id-token-of-other-client", 'OperationProcessingError: unexpected JWT "aud" (audience) claim value'),
    ("issuer-mismatch", "ID token not issued by expected OpenID provider"),
    (
        "insecure-page-no-webcrypto",
        "PKCE requires a modern browser with encryption support running in a secure context.",
    ),
    ("login-cookie-unreadable", "pkceCodeVerifier value could not be parsed"),
    ("client-secret-wrong", "oauth2: cannot fetch token: 401 Unauthorized"),
    ("token-body-json", "AADSTS90014: The required field 'code' is missing from the credential."),
]


@pytest.mark.parametrize(("slug", "text"), TEXTS, ids=[text[:40] for _, text in TEXTS])
def test_a_pasted_error_leads_to_its_fault(slug: str, text: str) -> None:
    """The first finding is what the words mean; words alone prove nothing."""
    diagnosis = diagnose(read("", text.encode()))
    assert [each.fault.slug for each in diagnosis.findings][:1] == [slug]
    assert all(each.finding.certainty.word != "proven" for each in diagnosis.findings)
    assert diagnosis.failures == []


def test_a_lost_nonce_is_told_with_what_loses_it() -> None:
    """IDX21323 is about a cookie that did not come along, and the other causes of that stand beside it."""
    diagnosis = diagnose(read("", b"IDX21323: RequireNonce is 'True'. Context.Nonce was null."))
    slugs = [each.fault.slug for each in diagnosis.findings]
    assert slugs == ["nonce-mismatch", "callback-cookie-not-sent", "start-and-callback-origins-differ"]
    assert "cookie" in diagnosis.findings[0].finding.explanation
    assert diagnosis.verdict == "undecided"


@pytest.mark.parametrize(
    "text",
    [
        "I generate a nonce and a state for every login, and both are kept in the session.",
        "We do not use a nonce. How long does a cookie live?",
        "content-security-policy: script-src 'nonce-r4nd0m'",
        "The algorithm plain is not what we use.",
    ],
)
def test_a_sentence_without_an_error_names_no_fault(text: str) -> None:
    """Words of the trade are no complaint."""
    assert diagnose(read("", text.encode())).findings == []


EVENT = '2026-11-20 22:14:07,331 WARN  [org.keycloak.events] (executor-1) type="CODE_TO_TOKEN_ERROR", clientId="web", '


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("code-not-accepted", EVENT + 'error="invalid_code", client_auth_method="client-secret"'),
        ("verifier-unrelated", EVENT + 'error="pkce_verification_failed", client_auth_method="none"'),
        (
            "wrong-client-auth-method",
            "Client authentication failed. Client supports method 'client_secret_post', but method 'x' was requested.",
        ),
    ],
)
def test_a_log_line_is_read_by_its_error_and_not_by_its_fields(slug: str, text: str) -> None:
    """Keycloak names the client's authentication method in every event."""
    assert diagnose(read("", text.encode())).findings[0].fault.slug == slug


def test_a_lost_state_is_told_with_what_loses_it() -> None:
    """What a program keeps in a cookie is lost in other ways than what a page keeps in its storage."""
    of_cookie = diagnose(read("", b"System.Exception: Correlation failed."))
    assert [each.fault.slug for each in of_cookie.findings][:2] == ["state-mismatch", "callback-cookie-not-sent"]
    of_storage = diagnose(read("", b"Error: No matching state found in storage"))
    assert [each.fault.slug for each in of_storage.findings][:2] == ["state-mismatch", "callback-replayed"]


def test_a_checklist_is_no_complaint() -> None:
    """What a page for colleagues says of errors happened to nobody."""
    text = "Checklist: always send code_challenge_method=S256. If the code is old the server answers invalid_grant."
    assert diagnose(read("", text.encode())).findings == []


def test_the_answer_in_a_trace_without_a_body_is_heard() -> None:
    """`curl -v` shows no body; what the server says of it is all there is."""
    trace = """> POST /oauth/token HTTP/2
> Host: login.example
> content-type: application/x-www-form-urlencoded
>
* upload completely sent off: 214 bytes
< HTTP/2 400
< content-type: application/json
<
{"error":"unsupported_grant_type","error_description":"Unsupported grant type: null"}
"""
    first = diagnose(read("", trace.encode())).findings[0]
    assert (first.fault.slug, first.finding.certainty.word) == ("token-body-json", "possible")


def test_what_is_not_going_on_is_no_error() -> None:
    """MSAL logs that there is no interaction in progress."""
    line = "msal.js.browser@3.10.0 : Info - handleRedirectPromise called but there is no interaction in progress"
    assert diagnose(read("", line.encode())).findings == []


def test_the_policy_page_of_google_is_about_the_redirect_uri() -> None:
    """An address of a private network, or plain http, breaks the policy; the page names the request's details."""
    page = (
        "Error 400: invalid_request\nYou can't sign in because this app doesn't comply with Google's OAuth 2.0 policy"
    )
    found = diagnose(read("", page.encode())).findings
    assert [each.fault.slug for each in found] == ["redirect-uri-not-registered"]


def test_what_is_not_blocked_is_no_fault() -> None:
    """Who says that CORS is in order asks about something else."""
    text = "Our gateway adds the CORS header Access-Control-Allow-Origin: * everywhere, nothing is blocked."
    assert "cors-answer-unreadable" not in [each.fault.slug for each in diagnose(read("", text.encode())).findings]
