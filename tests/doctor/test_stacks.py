"""Questions about logins of many stacks, as forums have them, get a right first finding."""

# ruff: noqa: E501 (what people paste stays in one piece)

from __future__ import annotations

import hashlib

import pytest

from proofkey.core.base64url import encode as b64u
from tests.doctor.asking import Questions, first_finding

V = "Yk3nQp0ZtS7wLxE2bVd9mGfRjHc5uAoT1iKsWqNzPvBx"
C = b64u(hashlib.sha256(V.encode()).digest())
CHALLENGE_WITH_PADDING = f"{C}%3D"
QUESTIONS = Questions()
ask = QUESTIONS.ask

ask(
    "challenge-hex-digest challenge-base64-of-hex",
    """Angular 17 + Keycloak PKCE "code verifier failed"

I wrote my own AuthService since the libs were too heavy:

```ts
@Injectable({ providedIn: 'root' })
export class AuthService {
  constructor(private http: HttpClient) {}

  async login() {
    const verifier = this.randomString(64);
    sessionStorage.setItem('pkce_verifier', verifier);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const challenge = Array.from(new Uint8Array(digest)).map(b => b.toString(16).padStart(2, '0')).join('');
    const params = new HttpParams({ fromObject: { response_type: 'code', client_id: 'shop', redirect_uri: location.origin + '/cb', code_challenge: challenge, code_challenge_method: 'S256', scope: 'openid', state: this.randomString(16) } });
    location.href = `https://sso.acme.dev/realms/shop/protocol/openid-connect/auth?${params.toString()}`;
  }
}
```
Token endpoint answers {"error":"invalid_grant","error_description":"PKCE verification failed: Code mismatch"}. Any idea?""",
)
ask(
    "token-body-json",
    """Vue 3 / axios - token exchange returns 400 unsupported_grant_type

```js
const { data } = await axios.post('https://login.mypurecloud.de/oauth/token', {
  grant_type: 'authorization_code',
  code: route.query.code,
  redirect_uri: 'http://localhost:5173/callback',
  client_id: import.meta.env.VITE_CLIENT_ID,
  code_verifier: localStorage.getItem('cv')
})
```

Response: {"error":"unsupported_grant_type","error_description":"grant_type is missing"} but it IS there, see above!!""",
)
ask(
    "redirect-uri-not-registered",
    """Next.js 14 next-auth v5 google: "Error 400: redirect_uri_mismatch"

Works on localhost but after deploy to Vercel I get

Access blocked: This app's request is invalid
Error 400: redirect_uri_mismatch

NEXTAUTH_URL is set. What do I miss?""",
)
ask(
    "verifier-missing",
    """Flutter flutter_appauth: authorize and then token as separate calls

final AuthorizationResponse? result = await appAuth.authorize(AuthorizationRequest(clientId, redirectUrl, issuer: issuer));
final TokenResponse? token = await appAuth.token(TokenRequest(clientId, redirectUrl, authorizationCode: result!.authorizationCode, issuer: issuer));

PlatformException(token_failed, Failed to get token: [error: invalid_grant, description: PKCE code verifier not specified], null, null)""",
)
ask(
    "client-secret-wrong secret-missing wrong-client-auth-method",
    """Insomnia OAuth2 with PKCE, Okta

I get {"error":"invalid_client","error_description":"The client secret supplied for a confidential client is invalid."} when pressing Fetch Tokens. The secret is copied from the console.""",
)
ask(
    "cors-answer-unreadable cors-preflight-refused",
    """React SPA with Azure AD B2C custom code

Access to fetch at 'https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/oauth2/v2.0/token' from origin 'http://localhost:3000' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource. If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.

The app registration is "Web". Also tried mode: 'no-cors', then I cannot read anything.""",
)
ask(
    "entra-spa-redeemed-without-origin",
    """Postman: AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests. Trace ID: 0f0f... How do I test my SPA registration in Postman?""",
)
ask(
    "code-redeemed-twice",
    """React 18 useEffect + Spotify PKCE: invalid_grant the second time

I log in, the first request gives me the tokens and immediately a second request is sent to https://accounts.spotify.com/api/token with the same code and answers 400 {"error":"invalid_grant","error_description":"Invalid authorization code"}. Network tab shows two POST requests. I only call it in useEffect(() => { getToken(code) }, []).""",
)
ask(
    "challenge-padded",
    f"""C# PKCE code_challenge, IdentityServer says invalid_grant

```csharp
using var sha = SHA256.Create();
var hash = sha.ComputeHash(Encoding.ASCII.GetBytes(codeVerifier));
var codeChallenge = Convert.ToBase64String(hash).Replace('+', '-').Replace('/', '_');
```
In the log of IdentityServer: "Transformed code verifier does not match code challenge". The authorize url has code_challenge={CHALLENGE_WITH_PADDING}.""",
)
ask(
    "challenge-base64-of-hex challenge-wrong-transform",
    """PHP Laravel passport PKCE "The authorization request is invalid: failed to verify code_verifier"

$verifier = Str::random(128);
$challenge = rtrim(strtr(base64_encode(hash('sha256', $verifier)), '+/', '-_'), '=');

I followed an article and get

{
    "error": "invalid_grant",
    "error_description": "Failed to verify `code_verifier`.",
    "message": "Failed to verify `code_verifier`."
}""",
)
ask(
    "secret-in-public-client client-secret-wrong",
    """Swift AppAuth + Entra: AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.

In my iOS app I create OIDServiceConfiguration and OIDAuthorizationRequest with clientSecret: "..." since the portal gave me one. What is wrong?""",
)
ask(
    "code-expired code-redeemed-twice code-not-accepted",
    """Kotlin ktor client - "Authorization code has expired or was already used"

val response = client.submitForm(url = "https://login.mypurecloud.com/oauth/token", formParameters = parameters { append("grant_type", "authorization_code"); append("code", code); append("redirect_uri", redirect); append("client_id", clientId); append("code_verifier", verifier) })
println(response.bodyAsText())

prints {"error":"invalid_grant","description":"authorization code has expired or was already used","error_description":"authorization code has expired or was already used"}""",
)
ask(
    "redirect-uri-trailing-slash redirect-uri-differs",
    f"""Genesys Cloud implicit to PKCE migration: invalid_grant

authorize:
https://login.mypurecloud.ie/oauth/authorize?client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&response_type=code&redirect_uri=https%3A%2F%2Fapp.acme.example%2Fagent%2F&code_challenge={C}&code_challenge_method=S256&state=abc9876xyz

token (fetch, x-www-form-urlencoded):
grant_type=authorization_code&code=kQ9r2sT7bXw1ZpLm&redirect_uri=https%3A%2F%2Fapp.acme.example%2Fagent&client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&code_verifier={V}

-> 400 {{"error":"invalid_grant","description":"...","error_description":"invalid code or redirect_uri"}}""",
)
ask(
    "verifier-is-null-text",
    """Token request sends code_verifier null after login (Vue)

POST https://id.acme.example/oauth2/token
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&client_id=vue-app&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fapp.acme.example%2F&code_verifier=null

HTTP/1.1 400 Bad Request
{"error":"invalid_grant"}

I save it with window.name before the redirect...""",
)
ask(
    "challenge-not-hashed challenge-method-plain-refused",
    """Go x/oauth2 PKCE against Okta: "PKCE verification failed."

verifier := oauth2.GenerateVerifier()
url := conf.AuthCodeURL(state, oauth2.SetAuthURLParam("code_challenge", verifier), oauth2.SetAuthURLParam("code_challenge_method", "S256"))

later conf.Exchange(ctx, code, oauth2.VerifierOption(verifier))

oauth2: "invalid_grant" "PKCE verification failed." """,
)
ask(
    "challenge-standard-base64",
    """python requests pkce invalid_grant

```python
verifier = secrets.token_urlsafe(64)
challenge = base64.b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip('=')
r = requests.get(AUTH, params={'response_type': 'code', 'client_id': CID, 'redirect_uri': RED, 'code_challenge': challenge, 'code_challenge_method': 'S256', 'state': state})
```
sometimes (1 of 3 times maybe) it works, otherwise "invalid_grant: code verifier mismatch". weird!!""",
)
ask(
    "wrong-client-auth-method secret-missing client-secret-wrong",
    """Spring Boot oauth2-client: [invalid_client] Client authentication failed

org.springframework.security.oauth2.core.OAuth2AuthorizationException: [invalid_client] Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)
 at org.springframework.security.oauth2.client.endpoint...

application.yml has client-authentication-method: client_secret_basic, the provider docs say client_secret_post.""",
)
ask(
    "state-mismatch state-missing login-cookie-unreadable callback-cookie-not-sent",
    """Flask authlib: authlib.integrations.base_client.errors.MismatchingStateError: mismatching_state: CSRF Warning! State not equal in request and response.

Happens only in Safari when my app is opened inside an iframe. In Chrome ok.""",
)
ask(
    "scope-refused",
    """https://localhost:4200/callback?error=invalid_scope&error_description=The%20requested%20scope%20is%20invalid%2C%20unknown%2C%20or%20malformed.&state=xyz123abc

I get this with Ory Hydra from my Angular app, scope is "openid profile offline". Why?""",
)
ask(
    "user-denied-access",
    """After the consent page we come back with ?error=access_denied&error_description=User+declined+to+consent&state=af0ifjsldkj . Our Kotlin app shows "login failed". Is this a configuration problem?""",
)
ask(
    "client-unknown",
    """Keycloak: "Client not found." page when redirecting from svelte kit app

URL: https://kc.acme.example/realms/dev/protocol/openid-connect/auth?client_id=svelte-dev2&redirect_uri=http%3A%2F%2Flocalhost%3A5173%2F&response_type=code&scope=openid&state=13513851351&code_challenge="""
    + C
    + """&code_challenge_method=S256

We are sorry... Client not found.""",
)
ask(
    "grant-not-enabled",
    """{"error":"unauthorized_client","error_description":"Grant type 'authorization_code' not allowed for the client."} Auth0 – SPA app, React. What must be set in dashboard?""",
)
ask(
    "token-answer-html",
    """SyntaxError: Unexpected token < in JSON at position 0 when calling res.json() on token endpoint

const res = await fetch('https://auth.acme.example/oauth/token/', {method:'POST', body: params});
const json = await res.json(); // Uncaught (in promise) SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON""",
)
ask(
    "verifier-too-short",
    """OAuth pkce .NET MAUI: {"error":"invalid_request","error_description":"code_verifier must be between 43 and 128 characters"}

var verifier = Guid.NewGuid().ToString("N");""",
)
ask(
    "verifier-unrelated verifier-matches-other-request",
    """Why invalid_grant? (Vue, two functions)

```js
function makeVerifier() { return base64url(crypto.getRandomValues(new Uint8Array(32))) }
async function login() {
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(makeVerifier()))))
  location.href = AUTH + '?' + new URLSearchParams({ response_type: 'code', client_id: ID, redirect_uri: RED, state: s, code_challenge: challenge, code_challenge_method: 'S256' })
}
async function callback(code) {
  return fetch(TOKEN, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: ID, redirect_uri: RED, code, code_verifier: makeVerifier() }) })
}
```""",
)
ask(
    "token-params-in-query token-body-json",
    """axios.post(`https://login.usw2.pure.cloud/oauth/token?grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(uri)}&client_id=${id}&code_verifier=${v}`) gives 400 {"error":"invalid_request","error_description":"missing grant_type"} , what's wrong with it? Query params look ok in devtools.""",
)
ask(
    "entra-redirect-registered-as-web",
    """msal-angular: ServerError: invalid_request: Error(s): 9002326 - Timestamp: 2024-05-05 AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: 'https://app.contoso.com'.""",
)
ask(
    "silent-renew-frame-refused",
    """angular-oauth2-oidc silent refresh: Refused to display 'https://login.acme.example/' in a frame because it set 'X-Frame-Options' to 'deny'. Logging in normally works.""",
)
ask(
    "refresh-token-expired",
    """Genesys node sdk: {"error":"invalid_grant","error_description":"refresh token is expired"}. after the weekend. Access token works before.""",
)
ask(
    "refresh-token-reused",
    """Auth0 rotation: {"error":"invalid_grant","error_description":"Unknown or invalid refresh token."} In two tabs at the same time both refresh, logs show 'ferrt Reused rotated refresh token: ...'""",
)
ask(
    "callback-cookie-not-sent login-cookie-unreadable state-mismatch",
    """[auth][error] InvalidCheck: pkceCodeVerifier value could not be parsed. Read more at https://errors.authjs.dev#invalidcheck

Next.js app router, Auth.js v5, behind nginx.""",
)
ask(
    "secret-missing",
    """Google OAuth "Desktop app" with PKCE in python httpx:

httpx.HTTPStatusError: Client error '400 Bad Request' for url 'https://oauth2.googleapis.com/token'
print(e.response.text)
{
  "error": "invalid_request",
  "error_description": "client_secret is missing."
}

I thought with PKCE no secret is needed?""",
)
ask(
    "verifier-misnamed verifier-missing",
    """Token body (Postman console):
grant_type: "authorization_code"
code: "dK3nf93kfj3nfkqpqlz0s"
redirect_uri: "https://oauth.pstmn.io/v1/callback"
client_id: "desk-api"
codeVerifier: \""""
    + V
    + """\"

{"error":"invalid_grant","error_description":"PKCE code verifier not specified"}""",
)
ask(
    "insecure-page-no-webcrypto",
    """TypeError: Cannot read properties of undefined (reading 'digest') at generateCodeChallenge (pkce.js:12) - only when I open the app from my phone via http://192.168.1.20:5173, on localhost it works fine.""",
)
ask(
    "code-percent-encoded code-not-accepted code-truncated",
    f"""Google: {{"error": "invalid_grant","error_description": "Malformed auth code."}}

callback: http://127.0.0.1:8080/?code=4%2F0AfJohXkP2x9QmWqZ8nB5vC3yT1rE7uI6oL&scope=email
then curl -d "code=4%252F0AfJohXkP2x9QmWqZ8nB5vC3yT1rE7uI6oL&client_id=111-abc.apps.googleusercontent.com&redirect_uri=http://127.0.0.1:8080/&grant_type=authorization_code&code_verifier={V}" https://oauth2.googleapis.com/token""",
)
ask(
    "challenge-missing",
    """invalid_request: "Public clients must use PKCE: code_challenge required" from ForgeRock for my Ionic app. Login URL contains client_id, redirect_uri, response_type=code, scope, state.""",
)
ask(
    "token-body-json token-content-type-wrong",
    """fetch(tokenUrl, { method: 'POST', body: `grant_type=authorization_code&code=${code}&client_id=abc&redirect_uri=${encodeURIComponent(uri)}&code_verifier=${verifier}` })

400 {"error":"unsupported_grant_type"}

Same string in curl -d works.""",
)
ask(
    "popup-opener-severed",
    """Electron / web popup login: window.opener is null in the callback page, since Cross-Origin-Opener-Policy: same-origin was set on login page. postMessage never arrives.""",
)
ask(
    "rate-limited",
    """HTTP 429 {"message":"Rate limit exceeded the maximum. Retry the request in [27] seconds","code":"too.many.requests","status":429} from https://login.mypurecloud.com/oauth/token. we log in our test users in CI, 300 at once.""",
)
ask(
    "challenge-method-missing challenge-method-plain-refused",
    f"""Insomnia -> WSO2: authorize link is https://wso2.acme.example/oauth2/authorize?response_type=code&client_id=ins1x&redirect_uri=https%3A%2F%2Fapp.acme.example%2Fcb&scope=openid&state=qwe123qwe&code_challenge={C}

token: grant_type=authorization_code&code=3f1b2c9a-7777-3333-9999-0123456789ab&redirect_uri=https%3A%2F%2Fapp.acme.example%2Fcb&client_id=ins1x&code_verifier={V} -> {{"error":"invalid_grant","error_description":"PKCE validation failed"}}""",
)
ask(
    "token-body-json",
    """nuxt 3 $fetch token endpoint keycloak

```ts
export default defineEventHandler(async (event) => {
  const { code } = getQuery(event)
  const verifier = getCookie(event, 'pkce')
  return await $fetch('https://kc.acme.example/realms/dev/protocol/openid-connect/token', {
    method: 'POST',
    body: { grant_type: 'authorization_code', code, client_id: 'nuxt', redirect_uri: 'http://localhost:3000/api/cb', code_verifier: verifier }
  })
})
```
FetchError: [POST] "https://kc.acme.example/realms/dev/protocol/openid-connect/token": 415 Unsupported Media Type""",
)
ask(
    "token-content-type-wrong token-body-json-as-form token-body-json",
    """Swift URLSession PKCE

var request = URLRequest(url: URL(string: "https://login.mypurecloud.com/oauth/token")!)
request.httpMethod = "POST"
request.setValue("application/json", forHTTPHeaderField: "Content-Type")
request.httpBody = try JSONSerialization.data(withJSONObject: ["grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "client_id": clientId, "code_verifier": verifier])

answer: {"error":"invalid_request","error_description":"Unsupported content type"}""",
)
ask(
    "redirect-uri-missing redirect-uri-differs",
    f"""Dart http package, Okta PKCE

authorize: https://dev-1.okta.com/oauth2/default/v1/authorize?client_id=0oa1&response_type=code&scope=openid&redirect_uri=com.example.app%3A%2Fcallback&state=s8d7f6s8d7f6&code_challenge={C}&code_challenge_method=S256

body I send:
{{
  'grant_type': 'authorization_code',
  'client_id': '0oa1',
  'code': 'Pq8rXs2mZkT4vB7n',
  'code_verifier': '{V}',
}}

flutter: {{"error":"invalid_grant","error_description":"The 'redirect_uri' does not match the redirection URI used in the authorization request."}}""",
)
ask(
    "verifier-unrelated code-not-accepted verifier-matches-other-request",
    """Hello, since yesterday we see in Genesys Cloud with our embedded client app: {"error":"invalid_grant","description":"PKCE verification failed","error_description":"PKCE verification failed"}. Nothing was changed from our side. Any hints?""",
)
ask(
    "wrong-token-path wrong-host token-answer-html",
    """404 from https://login.mypurecloud.com/api/v2/oauth/token when I post the code. Response body is <html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>""",
)
ask(
    "authorize-by-fetch cors-answer-unreadable",
    """fetch('https://auth.acme.example/authorize?response_type=code&client_id=' + id + '&redirect_uri=' + encodeURIComponent(cb) + '&code_challenge=' + ch + '&code_challenge_method=S256').then(r => r.text())

console: Access to fetch at 'https://auth.acme.example/authorize?response_type=code&client_id=x' from origin 'http://localhost:8080' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.""",
)
ask(
    "state-mismatch state-missing",
    """[oidc-client-ts] Error: No matching state found in storage

Angular 16, happens when users bookmark the login page or press back after login. Stack
    at OidcClient.readSigninResponseState (oidc-client-ts.js:2900:13)""",
)
ask(
    "nonce-mismatch",
    """id_token nonce mismatch: IdTokenValidationError: nonce mismatch, expected abc, got undefined - openid-client in express app, using passport""",
)
ask(
    "clock-skew",
    """jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat) - python flask, id_token from Keycloak running in docker on my mac""",
)
ask(
    "issuer-mismatch",
    """oauth4webapi OperationProcessingError: unexpected "iss" (issuer) response parameter value. Keycloak behind reverse proxy, frontendUrl https://sso.acme.example but discovery says http://keycloak:8080/realms/x""",
)
ask(
    "verifier-is-null-text",
    """Token request in network tab

grant_type: authorization_code
client_id: 5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f
code: kQ9r2sT7bXw1ZpLmZ
redirect_uri: https://apps.acme.example/wrapup/
code_verifier: undefined

Response
{"error":"invalid_grant","description":"PKCE verification failed","error_description":"PKCE verification failed"}""",
)
ask(
    "challenge-base64-of-hex",
    f"""my verifier: {V}
my challenge: {b64u(hashlib.sha256(V.encode()).hexdigest().encode())}
method S256, Genesys says PKCE verification failed. I used an online sha256 generator and then an online base64url encoder""",
)
ask(
    "challenge-hash-of-decoded-bytes challenge-wrong-transform",
    f"""I can't find what is wrong
code_verifier={b64u(bytes(range(32)))}
code_challenge={b64u(hashlib.sha256(bytes(range(32))).digest())}
Server: invalid_grant (code_verifier does not match)""",
)
ask(
    "ok",
    f"""Is my pair ok?
code_verifier = {V}
code_challenge = {C}
code_challenge_method = S256""",
)
ask(
    "csp-blocked",
    """Refused to connect to 'https://login.mypurecloud.ie/oauth/token' because it violates the following Content Security Policy directive: "connect-src 'self'". in my Vue app after deployment on nginx""",
)
ask(
    "cors-preflight-refused preflight-redirected",
    """OPTIONS https://auth.acme.example/oauth/token 405 (Method Not Allowed)
Access to XMLHttpRequest at 'https://auth.acme.example/oauth/token' from origin 'http://localhost:4200' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.""",
)
ask(
    "secret-missing client-secret-wrong provider-requires-secret wrong-client-auth-method client-unknown",
    """Guzzle PHP GitLab

GuzzleHttp\\Exception\\ClientException: Client error: `POST https://gitlab.acme.example/oauth/token` resulted in a `401 Unauthorized` response:
{"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."}""",
)
ask(
    "redirect-uri-not-registered",
    """Invalid redirect URI in Genesys: after I changed from /index.html to / I see
{"error":"invalid_request","description":"Invalid redirect URI","error_description":"parameter redirect_uri is not permitted by this client"} in the browser""",
)
ask(
    "code-is-other-value code-truncated",
    f"""In Go handler I do code := r.URL.String() and then exchange

POST https://id.acme.example/token
grant_type=authorization_code&code=%2Fcallback%3Fcode%3DAbC123defGHI456%26state%3Dxyz&redirect_uri=http%3A%2F%2F127.0.0.1%3A8085%2Fcallback&client_id=cli&code_verifier={V}

400 {{"error":"invalid_grant"}}""",
)
ask(
    "code-redeemed-twice",
    """Same code twice: our API gateway and the SPA both exchange the code. First one gets tokens; second call gets invalid_grant code already used. How to share?""",
)
ask(
    "token-body-multipart",
    """const fd = new FormData();
fd.append('grant_type', 'authorization_code'); fd.append('code', code); fd.append('client_id', 'spa'); fd.append('redirect_uri', uri); fd.append('code_verifier', v);
const r = await fetch('https://login.acme.example/oauth2/token', { method: 'POST', body: fd });

returns 400 {"error":"invalid_request","error_description":"Missing form parameter: grant_type"}""",
)
ask(
    "verifier-predictable ok none",
    """Is Math.random() ok for code verifier?
function verifier() { let s=''; for (let i=0;i<64;i++) s += 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(Math.random()*36)]; return s }
const code_verifier = verifier();""",
)
ask(
    "third-party-cookies-blocked login-cookie-unreadable callback-cookie-not-sent state-mismatch silent-renew-frame-refused",
    """Silent renew fails in Safari and Firefox: login_required from hidden iframe with prompt=none, in Chrome it works until we tested with third party cookies disabled.""",
)
ask(
    "refresh-token-absent scope-refused",
    """No refresh_token in the response from Google with PKCE, only access_token, expires_in, scope, id_token. What do I have to do to get it?""",
)
ask(
    "custom-scheme-callback-lost",
    """After login in the Chrome custom tab nothing happens: net::ERR_UNKNOWN_URL_SCHEME for com.acme.app://callback?code=... Android 13, AppAuth""",
)
ask(
    "origin-header-without-pkce",
    """AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.  plain fetch in React app""",
)
ask(
    "grant-type-wrong token-body-json",
    f"""curl -X POST https://login.mypurecloud.jp/oauth/token -H "Content-Type: application/x-www-form-urlencoded" -d "grant_type=code&code=abc123XYZ987qwe&redirect_uri=https%3A%2F%2Fx.example%2F&client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&code_verifier={V}"
{{"error":"unsupported_grant_type"}}""",
)
ask(
    "verifier-too-long",
    """code_verifier must be 43-128 chars? mine has 256 characters: {"error":"invalid_request","error_description":"The code_verifier is too long"}""",
)
ask(
    "wrong-host code-of-other-issuer",
    """We login at https://login.mypurecloud.de/oauth/authorize?client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&response_type=code&redirect_uri=https%3A%2F%2Fx.example%2F and POST to https://login.mypurecloud.ie/oauth/token, body grant_type=authorization_code&code=Zk39ajdk2ls8&redirect_uri=https%3A%2F%2Fx.example%2F&client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f -> 400 {"error":"invalid_grant"}""",
)
ask(
    "server-unavailable gateway-hides-error",
    """503 Service Unavailable from token endpoint, body "upstream connect error or disconnect/reset before headers. reset reason: connection failure". Our istio + keycloak""",
)
ask(
    "provider-requires-secret secret-missing",
    """Notion/Slack like provider: {"error":"invalid_client","error_description":"client_secret is required for this client"} although I use pkce from react native expo""",
)


@pytest.mark.parametrize(("expected", "text"), QUESTIONS.asked, ids=QUESTIONS.names)
def test_the_first_finding_is_right(expected: frozenset[str], text: str) -> None:
    """The cause is named first, or nothing is claimed where nothing is wrong."""
    assert first_finding(text) in expected
