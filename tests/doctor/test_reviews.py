"""Questions about single steps, code to review and healthy logins get a right first finding, or none."""

# ruff: noqa: E501, S324 (what people paste stays in one piece)

from __future__ import annotations

import hashlib

import pytest

from proofkey.core.base64url import encode as b64u
from tests.doctor.asking import Questions, first_finding

V = "Yk3nQp0ZtS7wLxE2bVd9mGfRjHc5uAoT1iKsWqNzPvBx"
C = b64u(hashlib.sha256(V.encode()).digest())
QUESTIONS = Questions()
ask = QUESTIONS.ask

ask(
    "none ok",
    """How do I add a custom scope to my Keycloak client? My PKCE login works fine with keycloak-js, I just want another claim in the token.""",
)
ask(
    "none ok",
    """Which grant type should I use for a React app with Genesys Cloud? Implicit grant is deprecated, I read about authorization code with PKCE. Is there a sample? Thanks""",
)
ask(
    "ok none",
    f"""Everything works, only to check whether this looks right:
GET https://login.mypurecloud.ie/oauth/authorize?response_type=code&client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&redirect_uri=https%3A%2F%2Fx.example%2Fcb&state=q9w8e7r6t5&code_challenge={C}&code_challenge_method=S256
GET https://x.example/cb?code=Zk39ajdk2ls8Qp&state=q9w8e7r6t5
POST https://login.mypurecloud.ie/oauth/token
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=Zk39ajdk2ls8Qp&redirect_uri=https%3A%2F%2Fx.example%2Fcb&client_id=5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f&code_verifier={V}

HTTP/1.1 200 OK
{{"access_token":"abcDEF123ghiJKL456","token_type":"bearer","expires_in":86399}}""",
)
ask(
    "code-redeemed-twice",
    """Next.js 13 app router callback page

```tsx
'use client';
import { useEffect } from 'react';
import { useSearchParams, useRouter } from 'next/navigation';

export default function Callback() {
  const params = useSearchParams();
  const router = useRouter();
  useEffect(() => {
    const code = params.get('code');
    const verifier = localStorage.getItem('pkce_verifier');
    if (!code || !verifier) return;
    if (params.get('state') !== localStorage.getItem('state')) return;
    (async () => {
      const res = await fetch(`${process.env.NEXT_PUBLIC_ISSUER}/oauth/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'authorization_code', code, client_id: process.env.NEXT_PUBLIC_CLIENT_ID!, redirect_uri: process.env.NEXT_PUBLIC_REDIRECT!, code_verifier: verifier }),
      });
      const data = await res.json();
      localStorage.setItem('token', data.access_token);
      router.push('/');
    })();
  }, [params, router]);
  return <p>...</p>;
}
```

In dev I get sometimes {"error":"invalid_grant"} in the console although login works. Production ok.""",
)
ask(
    "verifier-quoted",
    f"""Vue + pinia persist. token body in devtools:

grant_type=authorization_code&client_id=vue&code=Qm9vTT88kkLpZ&redirect_uri=https%3A%2F%2Fapp.example%2F&code_verifier=%22{V}%22

{{"error":"invalid_grant","error_description":"PKCE verification failed"}}""",
)
ask(
    "redirect-uri-loopback-name-differs redirect-uri-differs",
    f"""python requests_oauthlib

authorization url https://id.example.org/authorize?response_type=code&client_id=cli&redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcb&scope=openid&state=zz11yy22xx33&code_challenge={C}&code_challenge_method=S256

requests.post(token_url, data={{'grant_type': 'authorization_code', 'code': 'Hk28Fj2lQpR7', 'redirect_uri': 'http://127.0.0.1:8765/cb', 'client_id': 'cli', 'code_verifier': '{V}'}})

<Response [400]> {{'error': 'invalid_grant', 'error_description': 'Incorrect redirect_uri'}}""",
)
ask(
    "challenge-wrong-hash challenge-wrong-transform",
    f"""ruby: challenge = Base64.urlsafe_encode64(Digest::SHA1.digest(verifier), padding: false)
code_verifier={V}
code_challenge={b64u(hashlib.sha1(V.encode()).digest())}
PKCE verification failed""",
)
ask(
    "challenge-hashed-twice challenge-wrong-transform",
    f"""verifier {V}
challenge {b64u(hashlib.sha256(hashlib.sha256(V.encode()).digest()).digest())}

"code challenge did not match" from Okta. What is my mistake? It's S256.""",
)
ask(
    "challenge-truncated challenge-wrong-transform",
    f"""code_verifier: {V}
code_challenge: {C[:40]}
code_challenge_method: S256
error: invalid_grant, PKCE mismatch (cognito). The column in our DB is varchar(40)""",
)
ask(
    "secret-in-public-client",
    """axios in React:
const res = await axios.post(TOKEN_URL, new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, client_id: CLIENT_ID, client_secret: process.env.REACT_APP_CLIENT_SECRET, code_verifier: verifier }));
It works, but the reviewer says it's bad. Why?""",
)
ask(
    "two-client-authentications",
    """{"error":"invalid_request","error_description":"The request included multiple client authentication methods"} from Ory. I pass auth=(id, secret) and client_id, client_secret in data with requests.""",
)
ask(
    "client-id-missing",
    """POST https://id.example.org/token
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier="""
    + V
    + """

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","error_description":"missing client_id"}""",
)
ask(
    "verifier-illegal-characters verifier-too-short",
    """kotlin: val verifier = Base64.encodeToString(bytes, Base64.NO_WRAP)
body: grant_type=authorization_code&code=abcDEF987xyz&redirect_uri=app%3A%2F%2Fcb&client_id=droid&code_verifier=aB3%2F9kLm%2BQwErTyUiOpAsDfGhJkLzXcVbNm1234567890%3D
answer: {"error":"invalid_request","error_description":"code_verifier contains invalid characters"}""",
)
ask(
    "token-request-get",
    """GET https://id.example.org/oauth/token?grant_type=authorization_code&code=abcDEF987xyz&client_id=droid&redirect_uri=https%3A%2F%2Fapp.example%2Fcb
HTTP/1.1 405 Method Not Allowed
Allow: POST""",
)
ask(
    "login-started-in-iframe silent-renew-frame-refused",
    """Our app is embedded in Salesforce as an iframe. On login: Refused to display 'https://login.mypurecloud.com/' in a frame because an ancestor violates the following Content Security Policy directive: "frame-ancestors 'self'".""",
)
ask(
    "code-with-whitespace code-is-other-value code-percent-encoded",
    f"""I copy the code from the terminal with line break

callback: http://localhost:8080/?code=4/0AX4XfWjPq2rS9tUvWxYz&state=s1s2s3s4
POST https://oauth2.googleapis.com/token
grant_type=authorization_code&code=4%2F0AX4XfWjPq%0A2rS9tUvWxYz&client_id=1-a.apps.googleusercontent.com&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F&code_verifier={V}
400 {{"error":"invalid_grant","error_description":"Malformed auth code."}}""",
)
ask(
    "state-not-checked none ok",
    """Code review please. Is anything wrong?
```js
const params = new URLSearchParams(location.search);
const code = params.get('code');
const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: location.origin + '/', client_id: 'spa', code_verifier: sessionStorage.getItem('v') });
fetch('https://id.example.org/token', { method: 'POST', body }).then(r => r.json()).then(console.log)
```""",
)
ask(
    "dpop-nonce-not-retried",
    """HTTP 400 {"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"} from bsky PDS, oauth client in Go""",
)
ask(
    "refresh-with-other-client",
    """refresh fails: {"error":"invalid_grant","error_description":"Invalid refresh token. Token client and authorized client don't match"} keycloak, we refresh from backend with the backend's client""",
)
ask(
    "cookie-name-collision state-mismatch login-cookie-unreadable cookie-unreadable",
    """express-openid-connect: BadRequestError: checks.state argument is missing. two apps on localhost with different ports""",
)


@pytest.mark.parametrize(("expected", "text"), QUESTIONS.asked, ids=QUESTIONS.names)
def test_the_first_finding_is_right(expected: frozenset[str], text: str) -> None:
    """The cause is named first, or nothing is claimed where nothing is wrong."""
    assert first_finding(text) in expected
