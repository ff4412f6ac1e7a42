"""What JavaScript loses or leaves out between the steps of a login."""

# ruff: noqa: E501  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

SNIPPETS: list[tuple[list[str], str]] = [
    (
        ["secret-in-public-client"],
        r"""
const verifier = sessionStorage.getItem('pkce');
await fetch('https://x.example/oauth/token', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, client_secret: SECRET, code_verifier: verifier}) });
""",
    ),
    (
        ["verifier-unrelated"],
        r"""
async function login() { const verifier = generateVerifier(); const challenge = await s256(verifier); location.assign(`https://login.x.example/oauth/authorize?response_type=code&client_id=a&redirect_uri=b&state=${st}&code_challenge=${challenge}&code_challenge_method=S256`); }
async function handleCallback(code) {
  const code_verifier = generateVerifier();
  return fetch('https://login.x.example/oauth/token', {method:'POST', body: new URLSearchParams({grant_type:'authorization_code', code, redirect_uri: 'b', client_id: 'a', code_verifier})});
}
""",
    ),
    (
        ["verifier-unrelated"],
        r"""
function makeVerifier() { const a = new Uint8Array(32); crypto.getRandomValues(a); return base64url(a); }
async function login() { const verifier = makeVerifier(); const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))); window.location = `https://login.x.example/oauth/authorize?response_type=code&client_id=a&redirect_uri=b&state=${st}&code_challenge=${challenge}&code_challenge_method=S256`; }
async function handleCallback(code) {
  const code_verifier = makeVerifier();
  return fetch('https://login.x.example/oauth/token', {method:'POST', body: new URLSearchParams({grant_type:'authorization_code', code, redirect_uri: 'b', client_id: 'a', code_verifier})});
}
""",
    ),
    (
        ["verifier-unrelated"],
        r"""
import { generateVerifier, challengeOf } from './pkce';
export function login() { const verifier = generateVerifier(); location.href = `${AUTH}?response_type=code&client_id=${CID}&state=${s}&code_challenge=${challengeOf(verifier)}&code_challenge_method=S256`; }
export async function handleCallback(code) {
  const verifier = generateVerifier();
  return fetch(TOKEN, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code, client_id: CID, redirect_uri: CB, code_verifier: verifier }) });
}
""",
    ),
    (
        ["verifier-is-null-text"],
        r"""
async function login() { const verifier = makeVerifier(); sessionStorage.setItem('pkce_verifier', verifier); window.location.href = url; }
async function cb(code) { const v = localStorage.getItem('pkce_verifier');
  return fetch('https://login.x.example/oauth/token', {method:'POST', body: new URLSearchParams({grant_type:'authorization_code', code, redirect_uri: 'b', client_id: 'a', code_verifier: v})}); }
""",
    ),
    (
        ["verifier-quoted"],
        r"""
async function login() { const verifier = makeVerifier(); localStorage.setItem('v', JSON.stringify(verifier)); window.location.href = url; }
async function cb(code) { const v = localStorage.getItem('v');
  return fetch('https://login.x.example/oauth/token', {method:'POST', body: new URLSearchParams({grant_type:'authorization_code', code, redirect_uri: 'b', client_id: 'a', code_verifier: v})}); }
""",
    ),
    (
        ["challenge-method-missing"],
        r"""
const params = new URLSearchParams({ response_type: 'code', client_id: ID, redirect_uri: URI, state, code_challenge: challenge });
window.location.href = 'https://login.x.example/oauth/authorize?' + params;
""",
    ),
    (
        ["challenge-method-plain-refused"],
        r"""
const url = `https://login.x.example/oauth/authorize?response_type=code&client_id=${ID}&redirect_uri=${URI}&state=${state}&code_challenge=${challenge}&code_challenge_method=plain`;
""",
    ),
    (
        ["challenge-method-misspelt"],
        r"""
const url = "https://login.x.example/oauth/authorize?response_type=code&client_id=" + ID + "&redirect_uri=" + URI + "&state=" + state + "&code_challenge=" + challenge + "&code_challenge_method=SHA256";
""",
    ),
    (
        ["state-missing"],
        r"""
const url = "https://login.x.example/oauth/authorize?response_type=code&client_id=" + ID + "&redirect_uri=" + URI + "&code_challenge=" + challenge + "&code_challenge_method=S256";
""",
    ),
    (
        ["code-redeemed-twice"],
        r"""
// React
import { useEffect, useState } from 'react';
const CLIENT_ID = process.env.REACT_APP_CLIENT_ID;
function App() {
  const [token, setToken] = useState(null);
  useEffect(() => {
    const params = new URLSearchParams(window.location.search);
    const code = params.get('code'); const state = params.get('state');
    if (!code) return;
    if (state !== sessionStorage.getItem('state')) throw new Error('state');
    const verifier = sessionStorage.getItem('verifier');
    fetch('https://login.mypurecloud.com/oauth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: CLIENT_ID, code, redirect_uri: window.location.origin + '/callback', code_verifier: verifier }),
    }).then(r => r.json()).then(setToken);
  }, []);
  const login = async () => {
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(48)));
    const state = crypto.randomUUID();
    sessionStorage.setItem('verifier', verifier); sessionStorage.setItem('state', state);
    const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
    const q = new URLSearchParams({ response_type: 'code', client_id: CLIENT_ID, redirect_uri: window.location.origin + '/callback', state, code_challenge: challenge, code_challenge_method: 'S256' });
    window.location.href = `https://login.mypurecloud.com/oauth/authorize?${q}`;
  };
  return <button onClick={login}>Log in</button>;
}
function base64url(bytes) { return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''); }
""",
    ),
    (
        ["verifier-unrelated"],
        r"""
// page-level variable
const verifier = base64url(crypto.getRandomValues(new Uint8Array(48)));
async function login() {
    const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
    const q = new URLSearchParams({ response_type: 'code', client_id: 'x', redirect_uri: window.location.origin + '/callback', state: st, code_challenge: challenge, code_challenge_method: 'S256' });
    window.location.href = 'https://login.mypurecloud.com/oauth/authorize?' + q.toString();
}
async function callback() {
    const code = new URLSearchParams(location.search).get('code');
    if (new URLSearchParams(location.search).get('state') !== st) return;
    await fetch('https://login.mypurecloud.com/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'x', code, redirect_uri: window.location.origin + '/callback', code_verifier: verifier }) });
}
function base64url(bytes) { return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''); }
""",
    ),
]


@pytest.mark.parametrize(("slugs", "code"), SNIPPETS)
def test_the_steps_of_a_javascript_snippet_are_judged(slugs: list[str], code: str) -> None:
    """What is lost between the steps is told, and nothing else."""
    found = {fact.slug for fact in read_code([Block("javascript", 1, code)]).facts}
    assert found - {"state-not-checked"} == set(slugs)


CALLBACK = r"""
export async function finish() {
  const q = new URLSearchParams(location.search); const state = q.get('state');
  %s
  const body = new URLSearchParams({grant_type: 'authorization_code', code: q.get('code'), client_id: 'a', redirect_uri: 'b', code_verifier: v});
  return fetch('https://login.x.example/oauth/token', {method: 'POST', body});
}
async function exchange(code, state) { return 1; }
location.assign('https://login.x.example/authorize?' + new URLSearchParams({response_type: 'code', client_id: 'a', redirect_uri: 'b', state: crypto.randomUUID(), code_challenge: c, code_challenge_method: 'S256'}));
"""


@pytest.mark.parametrize(
    "check",
    [
        "const v = sessionStorage.getItem(`pkce:${state}`); if (!v) throw new Error('unknown state');",
        "const login = pending.get(state);",
        "if (!(state in pending)) throw new Error('unknown');",
        "const v = logins[state];",
        "verifyState(state);",
    ],
)
def test_a_state_by_which_the_login_is_found_is_checked(check: str) -> None:
    """A login kept under its state is found by it or not at all: nothing else has to be compared."""
    facts = read_code([Block("javascript", 1, CALLBACK % check)]).facts
    assert "state-not-checked" not in {fact.slug for fact in facts}


@pytest.mark.parametrize("check", ["console.log('state', state);", "exchange(q.get('code'), state);", ""])
def test_a_state_that_is_only_shown_is_not_checked(check: str) -> None:
    """To print the state, or to hand it to a function that does nothing with it, checks nothing."""
    facts = read_code([Block("javascript", 1, CALLBACK % check)]).facts
    assert "state-not-checked" in {fact.slug for fact in facts}


def test_settings_of_a_library_are_no_request() -> None:
    """A library that is told its authority makes state and challenge by itself."""
    code = (
        "import { UserManager } from 'oidc-client-ts';\n"
        "const um = new UserManager({ authority: 'https://idp.example', client_id: 'spa', redirect_uri: location.origin,"
        " response_type: 'code', scope: 'openid' });"
    )
    assert read_code([Block("javascript", 1, code)]).facts == []


def test_a_query_put_together_with_plus_signs_is_read_whole() -> None:
    """The text before the last '+' ends in `code_challenge=`; the request does not."""
    code = (
        "const url = 'https://idp.example/authorize?response_type=code&client_id=a&state=' + state"
        " + '&code_challenge_method=S256&code_challenge=' + makeChallenge(v);"
    )
    (draft,) = read_code([Block("javascript", 1, code)]).drafts
    assert "code_challenge" in draft.named_placeholders()
