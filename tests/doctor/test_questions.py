"""Questions as people ask them, terse or rambling, with code, logs or blotted values, get their answer."""

# ruff: noqa: E501 (what people paste stays in one piece)

from __future__ import annotations

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read

# Accepted first findings, and the question.
QUESTIONS: list[tuple[set[str], str]] = [
    (
        {"verifier-missing"},
        r"""Keycloak PKCE with angular

Hello, in my application I send code_challenge and S256 to keycloak and after login I get the code. Then POST to /realms/x/protocol/openid-connect/token gives
{"error":"invalid_grant","error_description":"PKCE code verifier not specified"}
What must I do?""",
    ),
    (
        {"verifier-unrelated", "challenge-wrong-transform", "verifier-matches-other-request", "code-not-accepted"},
        r"""I always receive `invalid_grant - PKCE verification failed: Code mismatch` from keycloak 26. The verifier is generated when app starts. thanks""",
    ),
    (
        {"code-redeemed-twice"},
        r"""Auth code works once and second call fails (React 18)

useEffect(() => {
  const params = new URLSearchParams(window.location.search);
  fetch(tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: params.get('code'), client_id, redirect_uri, code_verifier: sessionStorage.getItem('v') }) })
}, []);

In the network tab I see two token requests, first is 200 and second is 400 invalid_grant "Code not valid". With StrictMode.""",
    ),
    (
        {"redirect-uri-not-registered"},
        r"""Getting this page after redirect to keycloak:

https://sso.acme.example/realms/main/protocol/openid-connect/auth?client_id=web&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&response_type=code&scope=openid&state=abc123def456&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256

We are sorry...
Invalid parameter: redirect_uri""",
    ),
    (
        {"redirect-uri-not-registered"},
        r"""Keycloak login problem. When I click on login it shows Invalid parameter: redirect_uri . I use localhost:4200. Why?""",
    ),
    (
        {"redirect-uri-not-registered"},
        r"""Google sign in: Error 400: redirect_uri_mismatch
You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy. My redirect is http://localhost:8080/callback""",
    ),
    (
        {"redirect-uri-not-registered"},
        r"""AADSTS50011: The redirect URI 'http://localhost:3000' specified in the request does not match the redirect URIs configured for the application '5c7d2f0a-1111-4222-8333-444455556666'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.

this appear after I enter password.""",
    ),
    (
        {"entra-redirect-registered-as-web"},
        r"""msal-browser 3 login. Console:

ServerError: invalid_request: 9002326 - [2024-01-15 10:00:00Z]: AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: 'http://localhost:5173'. Trace ID: 11111111-2222-3333-4444-555555555555""",
    ),
    (
        {"entra-spa-redeemed-without-origin"},
        r"""Trying in Postman: AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests. But in the browser it work.""",
    ),
    (
        {"cors-preflight-refused", "cors-answer-unreadable"},
        r"""Access to fetch at 'https://login.mypurecloud.ie/oauth/token' from origin 'http://localhost:3000' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.

My code worked yesterday. I use axios with header X-App.""",
    ),
    (
        {"cors-answer-unreadable"},
        r"""Access to XMLHttpRequest at 'https://id.example.org/oauth2/token' from origin 'https://app.example.org' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.""",
    ),
    (
        {"preflight-redirected"},
        r"""Access to fetch at 'http://auth.example.com/token' from origin 'https://spa.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.""",
    ),
    (
        {"secret-missing", "provider-requires-secret"},
        r"""Google OAuth2 with PKCE for my SPA. Token endpoint returns { "error": "invalid_request", "error_description": "client_secret is missing." } I thought PKCE needs no secret??""",
    ),
    (
        {"secret-missing"},
        r"""AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'. — I use PKCE from a mobile app""",
    ),
    (
        {"token-body-json"},
        r"""axios.post('https://login.mypurecloud.com/oauth/token', {
  grant_type: 'authorization_code',
  code: code,
  redirect_uri: redirectUri,
  client_id: clientId,
  code_verifier: verifier
}).then(r => console.log(r.data))

400 Bad Request {"error":"invalid_request","error_description":"grant_type is missing"} help pls""",
    ),
    (
        {"token-body-json"},
        r"""fetch('https://accounts.spotify.com/api/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ grant_type: 'authorization_code', code, redirect_uri, client_id, code_verifier: codeVerifier }),
})
=> unsupported_grant_type""",
    ),
    (
        {"token-body-json-as-form"},
        r"""const res = await fetch(TOKEN_URL, {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: JSON.stringify({ grant_type: "authorization_code", code, client_id: CLIENT_ID, redirect_uri: REDIRECT, code_verifier }),
});
// 400 {"error":"unsupported_grant_type"}""",
    ),
    (
        {"token-content-type-wrong"},
        r"""const res = await fetch('https://login.usw2.pure.cloud/oauth/token', {
  method: 'POST',
  body: 'grant_type=authorization_code&code=' + code + '&client_id=' + id + '&redirect_uri=' + encodeURIComponent(uri) + '&code_verifier=' + verifier
});
It returns 400 invalid_request.""",
    ),
    (
        {"challenge-hex-digest", "challenge-base64-of-hex"},
        r"""def make_challenge(verifier):
    return hashlib.sha256(verifier.encode()).hexdigest()

I get invalid_grant from okta "PKCE verification failed." """,
    ),
    (
        {"challenge-base64-of-hex"},
        r"""```python
import hashlib, base64
code_challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode('utf-8')).hexdigest().encode()).decode().rstrip('=')
```
Auth0 says: Failed to verify code verifier""",
    ),
    (
        {"challenge-padded"},
        r"""import base64, hashlib, secrets
verifier = secrets.token_urlsafe(64)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
Keycloak: error=invalid_request&error_description=Invalid parameter: code_challenge""",
    ),
    (
        {"challenge-standard-base64", "challenge-padded"},
        r"""const challenge = crypto.createHash('sha256').update(verifier).digest('base64');
Sometimes it work and sometimes invalid_grant.""",
    ),
    (
        {"challenge-placeholder-text"},
        r"""async function sha256(v){ return crypto.subtle.digest('SHA-256', new TextEncoder().encode(v)); }
const url = `${AUTH}?client_id=${id}&code_challenge=${sha256(verifier)}&code_challenge_method=S256&response_type=code&redirect_uri=${uri}&state=${state}`;
the url has code_challenge=[object Promise]""",
    ),
    (
        {"verifier-unrelated", "verifier-is-null-text"},
        r"""On callback:

const codeVerifier = generateCodeVerifier();
const body = new URLSearchParams({grant_type: 'authorization_code', code, client_id, redirect_uri, code_verifier: codeVerifier});
await fetch(tokenEndpoint, {method:'POST', body});

And on login:
const verifier = generateCodeVerifier();
location.href = authUrl + '&code_challenge=' + await challenge(verifier) + '&code_challenge_method=S256&state=' + state;

400 invalid_grant code_verifier was incorrect""",
    ),
    (
        {"verifier-is-null-text"},
        r"""I log the verifier before the token request and it's null. I save it in sessionStorage. token request has code_verifier=null and I get "code_verifier was incorrect" from spotify""",
    ),
    (
        {"redirect-uri-differs"},
        r"""Authorize:
https://accounts.spotify.com/authorize?response_type=code&client_id=***&redirect_uri=https%3A%2F%2Fapp.acme.example%2Fcallback&state=xxxxx&code_challenge=<redacted>&code_challenge_method=S256

token request body:
grant_type=authorization_code&code=***&redirect_uri=https%3A%2F%2Fapp.acme.example%2Flogin&client_id=***&code_verifier=<redacted>

Response 400 {"error":"invalid_grant","error_description":"Invalid redirect URI"}""",
    ),
    (
        {"client-id-missing"},
        r"""curl -X POST https://login.mypurecloud.com/oauth/token -d grant_type=authorization_code -d code=*** -d redirect_uri=https://x.example/cb -d code_verifier=***
{"error":"invalid_client","description":"client_id required"}""",
    ),
    (
        {"code-expired"},
        r"""Keycloak says {"error":"invalid_grant","error_description":"Code is expired"} when user waits""",
    ),
    (
        {"rate-limited"},
        r"""We get 429 Too Many Requests from https://login.mypurecloud.com/oauth/token in our SPA. {"message":"Rate limit exceeded the maximum. Retry the request in [12] seconds"}""",
    ),
    (
        {"insecure-page-no-webcrypto"},
        r"""TypeError: Cannot read properties of undefined (reading 'digest')
My page is on http://192.168.1.40:8080 and works at localhost. I call crypto.subtle.digest for the PKCE code challenge.""",
    ),
    (
        {"state-mismatch"},
        r"""keycloak-js / oidc-client: "No matching state found in storage" after redirect back to /callback?code=...&state=... happens for some users""",
    ),
    (
        {"user-denied-access"},
        r"""Callback is https://app.example.com/cb?error=access_denied&error_description=User+did+not+consent&state=a83jf93kd""",
    ),
    (
        {"scope-refused"},
        r"""Redirect comes back with ?error=invalid_scope&error_description=Invalid+scopes%3A+openid%2Cprofile&state=12jd93kd83""",
    ),
    (
        {"grant-not-enabled"},
        r"""Keycloak: "Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client." error=unauthorized_client""",
    ),
    (
        {"client-unknown"},
        r"""AADSTS700016: Application with identifier 'aaaabbbb-1111-2222-3333-ccccddddeeee' was not found in the directory 'Contoso'.""",
    ),
    (
        {"wrong-host"},
        r"""I'm posting to https://api.mypurecloud.ie/oauth/token with grant_type=authorization_code and get 404. What's wrong? Login at https://login.mypurecloud.ie/oauth/authorize works.""",
    ),
    (
        {"token-answer-html"},
        r"""Uncaught (in promise) SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
at await response.json() after fetch('/oauth/token') in my vite react app""",
    ),
    (
        {"popup-opener-severed"},
        r"""Cross-Origin-Opener-Policy policy would block the window.closed call. My login popup never returns, window.opener is null""",
    ),
    (
        {"csp-blocked"},
        r"""Refused to connect to 'https://login.example.com/oauth/token' because it violates the following Content Security Policy directive: "connect-src 'self'".""",
    ),
    (
        {"silent-renew-frame-refused"},
        r"""Refused to display 'https://acme.auth0.com/' in a frame because it set 'X-Frame-Options' to 'deny'. This is silent renew (prompt=none).""",
    ),
    (
        {"refresh-token-reused"},
        r"""Auth0 "Maximum allowed refresh token reuse exceeded" hmm keycloak? We refresh in two tabs at the same time.""",
    ),
    (
        {"refresh-token-expired"},
        r"""AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended. It is now expired.""",
    ),
    (
        {"dpop-nonce-not-retried"},
        r"""{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"} from token endpoint, bluesky""",
    ),
    (
        {"redirect-uri-double-encoded"},
        r"""const params = new URLSearchParams();
params.append('grant_type', 'authorization_code');
params.append('code', code);
params.append('redirect_uri', encodeURIComponent(redirectUri));
params.append('client_id', clientId);
params.append('code_verifier', verifier);
fetch(url, {method: 'POST', body: params})
-> 400 invalid_grant""",
    ),
    (
        {"verifier-too-short"},
        r"""const verifier = Math.random().toString(36).substring(2, 15);
... I use S256 ... Keycloak: PKCE verification failed: Invalid code verifier""",
    ),
    (
        {"challenge-method-plain-refused"},
        r"""authorize url ...&code_challenge=abc&code_challenge_method=plain
error=invalid_request&error_description=Transform+algorithm+plain+is+not+allowed""",
    ),
    (
        {"challenge-missing"},
        r"""Spring: after login I get error=invalid_request&error_description=OAuth+2.0+Parameter%3A+code_challenge and 'Missing parameter: code_challenge_method' hmm. My URL has no PKCE""",
    ),
    (
        {"code-of-other-issuer", "wrong-host"},
        r"""I authorize at https://login.mypurecloud.com/oauth/authorize?... and token POST goes to https://login.mypurecloud.de/oauth/token. 400 invalid_grant. What's up?""",
    ),
    (
        {"secret-in-public-client"},
        r"""AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.""",
    ),
    (
        {"start-and-callback-origins-differ"},
        r"""I start at http://localhost:3000 and redirect uri is http://127.0.0.1:3000/callback. sessionStorage is empty at callback so code_verifier is null""",
    ),
    (
        {"challenge-hash-of-decoded-bytes"},
        r"""const raw = crypto.getRandomValues(new Uint8Array(32));
const verifier = b64url(raw);
const hash = await crypto.subtle.digest('SHA-256', raw);
const challenge = b64url(new Uint8Array(hash));
function b64url(buf){return btoa(String.fromCharCode(...buf)).replace(/\+/g,'-').replace(/\//g,'_').replace(/=+$/,'')}
// entra: AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.""",
    ),
    (
        {"challenge-hash-of-decoded-bytes"},
        r"""```python
raw = os.urandom(32)
verifier = base64.urlsafe_b64encode(raw).rstrip(b'=').decode()
challenge = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b'=').decode()
```
PKCE verification failed""",
    ),
    (
        {"challenge-newline-hashed"},
        r"""verifier=$(openssl rand -base64 60 | tr -d '\n=' | tr '/+' '_-')
challenge=$(echo $verifier | openssl dgst -sha256 -binary | base64 | tr '/+' '_-' | tr -d '=')
keycloak answers Code mismatch""",
    ),
    (
        {"challenge-hex-digest", "challenge-base64-of-hex"},
        r"""verifier=abc
challenge=$(echo -n $VERIFIER | sha256sum | cut -d' ' -f1)
google says Invalid code verifier.""",
    ),
    (
        {"challenge-base64-of-hex"},
        r"""const hashed = CryptoJS.SHA256(verifier).toString();
const challenge = btoa(hashed).replace(/=/g, '').replace(/\+/g, '-').replace(/\//g, '_');
auth0 -> Failed to verify code verifier""",
    ),
    (
        {"challenge-hex-digest"},
        r"""const challenge = CryptoJS.SHA256(verifier).toString(CryptoJS.enc.Hex);
window.location = `${auth}?response_type=code&client_id=${id}&code_challenge=${challenge}&code_challenge_method=S256&redirect_uri=${cb}&state=${st}`;""",
    ),
    (
        {"secret-in-public-client", "secret-missing"},
        r"""My React app:
const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'abc', client_secret: 'hunter2-very-secret', code, redirect_uri, code_verifier });
fetch(url, {method: 'POST', body})
-> AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.""",
    ),
    (
        {"challenge-method-missing"},
        r"""https://login.example.com/authorize?response_type=code&client_id=myapp-prod&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&state=k3jh4k5j6h&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM

POST body: grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&client_id=myapp-prod&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk

Response {"error":"invalid_grant"}""",
    ),
    (
        {"server-refuses-correct-pair"},
        r"""I tested with RFC vector even:
verifier dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
challenge E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
and still "PKCE verification failed: Code mismatch" with method S256""",
    ),
    (
        {"challenge-standard-base64"},
        r"""code_verifier: dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
code_challenge: E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM
400 invalid_grant""",
    ),
    (
        {"challenge-padded"},
        r"""code_verifier = dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
code_challenge = E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=""",
    ),
    (
        {"token-body-multipart"},
        r"""In Postman I choose Body > form-data and add grant_type, code, redirect_uri, client_id, code_verifier. Response: 400 {"error":"unsupported_grant_type"}""",
    ),
    (
        {"token-params-in-query"},
        r"""In Postman I have POST https://login.mypurecloud.com/oauth/token?grant_type=authorization_code&code=abc123&redirect_uri=https://x.example/cb&client_id=11111111-2222-3333-4444-555555555555&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk with empty body. 400 bad request""",
    ),
    (
        {"token-request-get"},
        r"""curl "https://login.mypurecloud.com/oauth/token?grant_type=authorization_code&code=abc123&client_id=x&redirect_uri=y&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
405 Method Not Allowed""",
    ),
    (
        {"token-body-multipart"},
        r"""const fd = new FormData();
fd.append('grant_type','authorization_code'); fd.append('code', code); fd.append('client_id', id); fd.append('redirect_uri', uri); fd.append('code_verifier', v);
await fetch(tokenUrl, { method: 'POST', body: fd });
{"error":"invalid_request","error_description":"Missing form parameter: grant_type"}""",
    ),
    (
        {"token-content-type-wrong"},
        r"""axios.post(url, 'grant_type=authorization_code&code=' + code + '&client_id=' + id + '&code_verifier=' + v + '&redirect_uri=' + uri, { headers: { 'Content-Type': 'text/plain' } })
unsupported_grant_type""",
    ),
    (
        {"token-body-json"},
        r"""r = requests.post("https://login.usw2.pure.cloud/oauth/token", json={"grant_type": "authorization_code", "code": code, "redirect_uri": uri, "client_id": cid, "code_verifier": verifier})
print(r.status_code) # 400""",
    ),
    (
        {"code-truncated"},
        r"""callback: https://app.example.com/cb?code=4%2F0AeaYSHDq8x9v7w3k5j2h1g0f9d8s7a6&state=s9d8f7s9d8f7
token body: grant_type=authorization_code&code=4%2F0AeaYSHDq8x9v7w3k5&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&client_id=app&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
{"error": "invalid_grant", "error_description": "Malformed auth code."}""",
    ),
    (
        {"code-percent-encoded"},
        r"""callback: https://app.example.com/cb?code=4%2F0AeaYSHDq8x9v7w3k5j2h1g0f9d8s7a6&state=s9d8f7s9d8f7

curl -X POST https://oauth2.googleapis.com/token --data-urlencode "code=4%2F0AeaYSHDq8x9v7w3k5j2h1g0f9d8s7a6" --data-urlencode grant_type=authorization_code --data-urlencode client_id=abc.apps.googleusercontent.com --data-urlencode redirect_uri=https://app.example.com/cb --data-urlencode code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
{"error": "invalid_grant", "error_description": "Malformed auth code."}""",
    ),
    (
        {"wrong-host"},
        r"""GET https://login.mypurecloud.com.au/oauth/authorize?response_type=code&client_id=aaaaaaaa-2222-3333-4444-555555555555&redirect_uri=https%3A%2F%2Fx.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=87sdf87sdf
then POST to https://api.mypurecloud.com.au/oauth/token
Response: 401 {"message":"No authentication bearer token specified in authorization header.","code":"authentication.required","status":401}""",
    ),
    (
        {"state-missing", "state-mismatch"},
        r"""passport: Error: Unable to verify authorization request state. at StateStore.verify (passport-oauth2/lib/state/session.js:72)
at OAuth2Strategy.authenticate""",
    ),
    (
        {"login-cookie-unreadable", "state-mismatch", "callback-cookie-not-sent"},
        r"""[auth][error] InvalidCheck: pkceCodeVerifier value could not be parsed. Read more at https://errors.authjs.dev#invalidcheck
 at next-auth 5 beta behind nginx""",
    ),
    (
        {"clock-skew"},
        r"""jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat) right after login with PKCE""",
    ),
    (
        {"nonce-mismatch"},
        r"""oidc-client: "Invalid nonce in id_token" / nonce mismatch, expected abc, got: def after login in 2 tabs""",
    ),
    (
        {"code-redeemed-twice"},
        r"""AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token. React app with MSAL, useEffect runs handleRedirect twice""",
    ),
    (
        {"grant-type-wrong", "token-body-json"},
        r"""{"error":"unsupported_grant_type","error_description":"grant_type authorisation_code not supported"}
my body: grant_type=authorisation_code&code=abcdefghijkl&client_id=web&redirect_uri=https%3A%2F%2Fa.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk""",
    ),
    (
        {"insecure-page-no-webcrypto"},
        r"""Uncaught (in promise) TypeError: Cannot read properties of undefined (reading 'digest')
    at generateCodeChallenge (pkce.js:12)""",
    ),
    (
        {"challenge-method-misspelt"},
        r"""https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=aaaaaaaa-2222-3333-4444-555555555555&response_type=code&redirect_uri=https%3A%2F%2Fx.example%2Fcb&scope=openid&state=87sdf87sdf&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=s256
AADSTS50149: Invalid Code_Challenge_method parameter.""",
    ),
    (
        {"provider-requires-secret"},
        r"""X api: {"error":"unauthorized_client","error_description":"Missing valid authorization header"}
https://x.com/i/oauth2/authorize?response_type=code&client_id=M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ&redirect_uri=https%3A%2F%2Fx.example%2Fcb&scope=tweet.read&state=aa87sdf87sdf&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256""",
    ),
    (
        {"refresh-client-unidentified"},
        r"""curl -X POST https://id.example.com/oauth/token -d grant_type=refresh_token -d refresh_token=8xLOxBtZp8Yq1mWc3RfJdA
{"error":"invalid_client","error_description":"client authentication failed"}""",
    ),
    (
        {"refresh-token-absent"},
        r"""grant_type=refresh_token&refresh_token=undefined&client_id=spa-prod returns {"error":"invalid_grant"}. First login answer had only access_token and id_token, no refresh_token.""",
    ),
    (
        {"verifier-quoted"},
        r"""localStorage.setItem('verifier', JSON.stringify(verifier));
...
const code_verifier = localStorage.getItem('verifier');
fetch(url, {method:'POST', body: new URLSearchParams({grant_type:'authorization_code', code, client_id, redirect_uri, code_verifier})});
invalid_grant PKCE verification failed""",
    ),
    (
        {"token-request-redirected"},
        r"""curl -v -L -X POST http://id.example.com/oauth/token -d grant_type=authorization_code -d code=abc123abc123 -d client_id=web -d redirect_uri=https://a.example/cb -d code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
< HTTP/1.1 301 Moved Permanently
< Location: https://id.example.com/oauth/token

then 405 Method Not Allowed""",
    ),
    (
        {"shell-mangled-parameters"},
        r"""curl -X POST https://id.example.com/oauth/token -d grant_type=authorization_code&code=abc123abc123&client_id=web&redirect_uri=https://a.example/cb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
[1] 3321
[2] 3322
{"error":"invalid_request","error_description":"code is missing"}""",
    ),
    (
        {"authorize-by-fetch"},
        r"""fetch('https://login.mypurecloud.com/oauth/authorize?response_type=code&client_id=' + id + '&redirect_uri=' + uri + '&code_challenge=' + c + '&code_challenge_method=S256')
Access to fetch at 'https://login.mypurecloud.com/oauth/authorize?...' from origin 'http://localhost:3000' has been blocked by CORS policy""",
    ),
]


@pytest.mark.parametrize(("accepted", "question"), QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_question_gets_its_answer(accepted: set[str], question: str) -> None:
    """The first finding is one that fits; an error text alone proves nothing."""
    diagnosis = diagnose(read("question.txt", question.encode()))
    assert diagnosis.failures == []
    assert diagnosis.findings[0].fault.slug in accepted


@pytest.mark.parametrize(
    "text",
    [
        "How do I implement PKCE in a single-page app? Which verifier length is required? If it fails, should I see invalid_grant?",
        "What is the difference between code_challenge_method plain and S256?",
        "A server must refuse a redirect URI that is not registered. When the code is expired, it answers invalid_grant.",
        "Our tests passed today, the tokens arrive and the user is logged in.",
    ],
)
def test_a_text_without_a_failure_gets_no_finding(text: str) -> None:
    """Explanations and questions about the protocol are no error of anybody."""
    assert [each.fault.slug for each in diagnose(read("question.txt", text.encode())).findings] == []


def test_of_a_quoted_line_only_the_words_of_servers_are_printed() -> None:
    """Whatever else stands in the line may be a secret."""
    question = (
        "Log: PKCE verification failed for code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk and code"
        " SplxlOBeZQQYbYS6WxSbIA, client_secret: hunter2, password=Winter!75, user horse.battery, id 1234567890"
    )
    diagnosis = diagnose(read("question.txt", question.encode()))
    said = " ".join(each.what for found in diagnosis.findings for each in found.finding.evidence)
    assert "PKCE verification failed" in said
    assert not [
        secret for secret in ("dBjft", "Splxl", "hunter2", "Winter", "horse", "battery", "1234567890") if secret in said
    ]
