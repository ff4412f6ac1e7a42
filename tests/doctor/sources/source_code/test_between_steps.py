"""What two steps of one program have in common, or not: verifier, redirect URI, values kept in lists."""

# ruff: noqa: E501  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

PAIR = """
const b64u = b => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
async function pkce() { const verifier = b64u(crypto.getRandomValues(new Uint8Array(32))); return { verifier, challenge: b64u(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))) }; }
"""
LOGIN = """
async function login() { const { verifier, challenge } = await pkce(); const state = crypto.randomUUID(); sessionStorage.setItem('v', verifier); sessionStorage.setItem('s', state);
  location.assign('https://login.example/authorize?' + new URLSearchParams({ response_type: 'code', client_id: 'ui', redirect_uri: 'https://ui.example/cb', state, code_challenge: challenge, code_challenge_method: 'S256' })); }
"""
BACK = """
async function back() { const q = new URLSearchParams(location.search); if (q.get('state') !== sessionStorage.getItem('s')) throw new Error('state');
  return fetch('https://login.example/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: q.get('code'), client_id: 'ui', redirect_uri: 'https://ui.example/cb', code_verifier: VERIFIER }) }); }
"""
STORED = BACK.replace("VERIFIER", "sessionStorage.getItem('v')")
KEPT = """
function verifier() { let v = sessionStorage.getItem('v'); if (!v) { v = b64u(crypto.getRandomValues(new Uint8Array(32))); sessionStorage.setItem('v', v); } return v; }
async function login() { const state = crypto.randomUUID(); sessionStorage.setItem('s', state);
  location.assign('https://login.example/authorize?' + new URLSearchParams({ response_type: 'code', client_id: 'ui', redirect_uri: 'https://ui.example/cb', state, code_challenge: b64u(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier()))), code_challenge_method: 'S256' })); }
"""
PLAIN = LOGIN.replace("code_challenge: challenge", "code_challenge: verifier").replace("'S256'", "'plain'")
FETCHED = "this.http.get('https://login.example/authorize?response_type=code&client_id=ui&state=x&redirect_uri=' + uri).subscribe(console.log);"
PUSHED = """
class Login { verifier = '';
  random(n) { const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'; const out = []; const drawn = new Uint32Array(n); crypto.getRandomValues(drawn); for (let i = 0; i < n; i++) out.push(letters[drawn[i] % letters.length]); return out.join(''); }
  async start() { this.verifier = this.random(64); const code_challenge = b64u(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(this.verifier))); }
}
"""


@pytest.mark.parametrize(
    ("code", "slugs"),
    [
        (PAIR + LOGIN + STORED, []),
        (PAIR + LOGIN + STORED.replace(", code_verifier: sessionStorage.getItem('v')", ""), ["verifier-missing"]),
        (PAIR + LOGIN + BACK.replace("VERIFIER", "(await pkce()).verifier"), ["verifier-unrelated"]),
        (PAIR + KEPT + BACK.replace("VERIFIER", "verifier()"), []),
        (PAIR + LOGIN + STORED.replace("https://ui.example/cb", "https://ui.example/cb/"), ["redirect-uri-trailing-slash"]),
        (PAIR + LOGIN + STORED.replace("https://ui.example/cb", "http://ui.example/cb"), ["redirect-uri-scheme-differs"]),
        (PAIR + PLAIN + STORED, ["challenge-method-plain-refused"]),
        (PAIR + PUSHED, []),
        (FETCHED, ["authorize-by-fetch"]),
        ("const code_verifier = uuid.v4(); const code_challenge = base64url(sha256(code_verifier));", ["verifier-too-short"]),
    ],
)  # fmt: skip
def test_javascript_between_the_steps(code: str, slugs: list[str]) -> None:
    """One part of a program makes what another one needs; what is read before it is made is no new value."""
    assert [fact.slug for fact in read_code([Block("javascript", 1, code)]).facts] == slugs


PYTHON = """
@app.get("/login")
def login():
    v = secrets.token_urlsafe(48)
    ch = base64.urlsafe_b64encode(hashlib.sha256(v.encode()).digest()).rstrip(b"=").decode()
    st = secrets.token_urlsafe(16)
    session["v"], session["st"] = v, st
    return redirect("https://login.example/authorize?" + urlencode({"response_type": "code", "client_id": "web", "redirect_uri": "https://web.example/cb", "state": st, "code_challenge": ch, "code_challenge_method": "S256"}))

@app.get("/cb")
def cb():
    if request.args.get("state") != session.pop("st", None):
        return "bad state", 400
    return requests.post("https://login.example/token", data={"grant_type": "authorization_code", "code": request.args["code"], "redirect_uri": "https://web.example/cb", "client_id": "web", "code_verifier": session.pop("v")}, timeout=10).json()
"""


@pytest.mark.parametrize(
    ("change", "slugs"),
    [
        (("", ""), []),
        (("token_urlsafe(48)", "token_urlsafe(24)"), ["verifier-too-short"]),
        ((', "code_verifier": session.pop("v")', ""), ["verifier-missing"]),
        (('"https://web.example/cb", "client_id"', '"https://web.example:8443/cb", "client_id"'), ["redirect-uri-port-differs"]),
    ],
)  # fmt: skip
def test_python_between_the_steps(change: tuple[str, str], slugs: list[str]) -> None:
    """A verifier needs no telling name: it is the text whose hash is sent."""
    code = PYTHON.replace(*change) if change[0] else PYTHON
    assert [fact.slug for fact in read_code([Block("python", 1, code)]).facts] == slugs
