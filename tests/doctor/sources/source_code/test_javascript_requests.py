"""Token requests in JavaScript: shape and parameters are judged as they would leave."""

# ruff: noqa: E501  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

SNIPPETS: list[tuple[list[str], str]] = [
    (
        ["token-body-json"],
        r"""
const res = await fetch('https://login.mypurecloud.com/oauth/token', { method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, client_id: CLIENT_ID, code_verifier: sessionStorage.getItem('v') }) });
""",
    ),
    (
        ["token-body-json-as-form"],
        r"""
fetch(TOKEN_URL, { method: 'POST', headers: {'Content-Type': 'application/x-www-form-urlencoded'}, body: JSON.stringify({ grant_type: 'authorization_code', code: code, redirect_uri: REDIRECT, client_id: CLIENT_ID, code_verifier: v }) });
""",
    ),
    (
        ["token-body-json"],
        r"""
axios.post(`${BASE}/oauth/token`, { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier }).then(r => r.data);
""",
    ),
    (
        [],
        r"""
axios.post(tokenUrl, new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier }), { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
""",
    ),
    (
        ["token-params-in-query"],
        r"""
axios.post(tokenUrl, null, { params: { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier } });
""",
    ),
    (
        ["token-content-type-wrong"],
        r"""
const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, code_verifier: v }).toString();
await fetch('https://x.example/oauth/token', { method: 'POST', body });
""",
    ),
    (
        ["token-body-multipart"],
        r"""
const form = new FormData(); form.append('grant_type','authorization_code'); form.append('code', code); form.append('redirect_uri', r); form.append('client_id', c); form.append('code_verifier', v);
await fetch('https://x.example/oauth/token', { method: 'POST', body: form });
""",
    ),
    (
        ["redirect-uri-double-encoded"],
        r"""
const body = new URLSearchParams(); body.set('grant_type','authorization_code'); body.set('code', code); body.set('redirect_uri', encodeURIComponent(redirectUri)); body.set('client_id', clientId); body.set('code_verifier', verifier);
""",
    ),
    (
        [],
        r"""
const body = `grant_type=authorization_code&code=${encodeURIComponent(code)}&redirect_uri=${encodeURIComponent(r)}&client_id=${c}&code_verifier=${v}`;
await fetch('https://x.example/oauth/token', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body });
""",
    ),
    (
        ["client-id-missing"],
        r"""
await fetch('https://x.example/oauth/token', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({grant_type: 'authorization_code', code, redirect_uri: r, code_verifier: v}) });
""",
    ),
    (
        ["verifier-misnamed"],
        r"""
await fetch('https://x.example/oauth/token', { method: 'POST', body: new URLSearchParams({grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, codeVerifier: v}) });
""",
    ),
    (
        ["token-body-json"],
        r"""
export class AuthService { constructor(private http: HttpClient) {}
  exchange(code: string): Observable<Token> {
    const body = { grant_type: 'authorization_code', code, redirect_uri: environment.redirectUri, client_id: environment.clientId, code_verifier: sessionStorage.getItem('cv') };
    return this.http.post<Token>(`${environment.loginUrl}/oauth/token`, body);
  } }
""",
    ),
    (
        ["token-request-get"],
        r"""
const res = await fetch(`https://login.mypurecloud.com/oauth/token?grant_type=authorization_code&code=${code}&redirect_uri=${r}&client_id=${c}&code_verifier=${v}`);
""",
    ),
    (
        ["token-params-in-query"],
        r"""
const res = await fetch(`https://login.mypurecloud.com/oauth/token?grant_type=authorization_code&code=${code}&redirect_uri=${r}&client_id=${c}&code_verifier=${v}`, { method: 'POST' });
""",
    ),
    (
        ["authorize-by-fetch"],
        r"""
const res = await fetch(`https://login.mypurecloud.com/oauth/authorize?response_type=code&client_id=${c}&redirect_uri=${r}&state=${s}&code_challenge=${cc}&code_challenge_method=S256`);
""",
    ),
    (
        ["token-body-json"],
        r"""
$.ajax({ url: 'https://login.mypurecloud.com/oauth/token', type: 'POST', contentType: 'application/json', data: JSON.stringify({ grant_type: 'authorization_code', code: code, redirect_uri: r, client_id: c, code_verifier: v }) });
""",
    ),
    (
        [],
        r"""
$.post('https://login.mypurecloud.com/oauth/token', { grant_type: 'authorization_code', code: code, redirect_uri: r, client_id: c, code_verifier: v });
""",
    ),
    (
        ["token-body-json"],
        r"""
const response = await axios({ method: 'post', url: tokenEndpoint, data: { grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, code_verifier: v } });
""",
    ),
    (
        [],
        r"""
const response = await axios.post(tokenEndpoint, qs.stringify({ grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, code_verifier: v }));
""",
    ),
    (
        ["grant-type-wrong"],
        r"""
await fetch(TOKEN_URL, { method: 'POST', body: new URLSearchParams({grant_type: 'code', code, redirect_uri: r, client_id: c, code_verifier: v}) });
""",
    ),
    (
        ["redirect-uri-misnamed"],
        r"""
await fetch(TOKEN_URL, { method: 'POST', body: new URLSearchParams({grant_type: 'authorization_code', code, redirectUri: r, client_id: c, code_verifier: v}) });
""",
    ),
]


@pytest.mark.parametrize(("slugs", "code"), SNIPPETS)
def test_the_request_of_a_javascript_snippet_is_judged(slugs: list[str], code: str) -> None:
    """What is wrong with the request is told, and nothing else."""
    found = {fact.slug for fact in read_code([Block("javascript", 1, code)]).facts}
    assert found - {"state-not-checked"} == set(slugs)


FORMS = {
    "for in": "const f = new FormData(); for (const key in o) { f.append(key, o[key]); } return f;",
    "for in, own members": "const f = new FormData(); for (const k in o) { if (o.hasOwnProperty(k)) { f.append(k, o[k]); } } return f;",
    "for of entries": "const f = new FormData(); for (const [k, v] of Object.entries(o)) { f.append(k, v); } return f;",
    "for of keys": "const f = new FormData(); for (const k of Object.keys(o)) f.append(k, o[k]); return f;",
    "keys, for each": "const f = new FormData(); Object.keys(o).forEach(k => f.append(k, o[k])); return f;",
    "entries, for each": "const f = new FormData(); Object.entries(o).forEach(([k, v]) => { f.append(k, v); }); return f;",
    "reduce": "return Object.entries(o).reduce((f, [k, v]) => { f.append(k, v); return f; }, new FormData());",
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize(("made", "slugs"), [("FormData", {"token-body-multipart"}), ("URLSearchParams", set())])
def test_a_form_that_a_helper_fills_in_a_loop_is_followed(body: str, made: str, slugs: set[str]) -> None:
    """Every member of the object becomes a parameter, and the kind of the form is that of the helper."""
    code = (
        f"function toForm(o) {{ {body.replace('FormData', made)} }}\n"
        "await fetch('https://login.example/token', { method: 'POST', body: toForm({ grant_type: 'authorization_code', code,"
        " client_id: 'ui', redirect_uri: 'https://ui.example/cb', codeVerifier: verifier }) });"
    )
    reading = read_code([Block("javascript", 1, code)])
    assert {fact.slug for fact in reading.facts} == {"verifier-misnamed", *slugs}
    (draft,) = reading.drafts
    assert draft.parameters().names() == ["grant_type", "code", "client_id", "redirect_uri", "codeVerifier"]


def test_a_form_of_many_members_is_not_followed_without_end() -> None:
    """A loop over an object is followed member by member up to a bound, and loops in loops up to the budget of steps."""
    members = ", ".join(f"p{n}: {n}" for n in range(5_000))
    code = f"const o = {{ {members} }}; const f = new URLSearchParams(); for (const a in o) for (const b in o) f.append(a, o[b]);"
    assert read_code([Block("javascript", 1, code)]).facts == []


def test_json_to_a_server_that_reads_it_is_no_mistake() -> None:
    """Auth0 documents JSON for its token endpoint."""
    code = "await fetch('https://HOST/oauth/token', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ grant_type: 'authorization_code', code, client_id: 'ui', redirect_uri: 'https://ui.example/cb', code_verifier: v }) });"
    found = {
        host: [fact.slug for fact in read_code([Block("javascript", 1, code.replace("HOST", host))]).facts]
        for host in ("acme.eu.auth0.com", "login.example")
    }
    assert found == {"acme.eu.auth0.com": [], "login.example": ["token-body-json"]}
