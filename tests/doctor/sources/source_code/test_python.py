"""Python code of a login: pair, request and flow."""

# ruff: noqa: E501  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

SNIPPETS: list[tuple[list[str], str]] = [
    (
        ["challenge-base64-of-hex"],
        r"""
def make_pair():
    v = secrets.token_urlsafe(48)
    digest = hashlib.sha256(v.encode()).hexdigest()
    return v, base64.urlsafe_b64encode(digest.encode()).decode().rstrip("=")
verifier, code_challenge = make_pair()
""",
    ),
    (
        ["challenge-hex-digest"],
        r"""
code_verifier = secrets.token_urlsafe(64)
code_challenge = hashlib.sha256(code_verifier.encode()).hexdigest()
""",
    ),
    (
        ["challenge-padded"],
        r"""
code_verifier = secrets.token_urlsafe(64)
code_challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode()
""",
    ),
    (
        ["challenge-standard-base64"],
        r"""
code_challenge = base64.b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip('=')
""",
    ),
    (
        ["challenge-base64-of-hex"],
        r"""
digest = hashlib.sha256(code_verifier.encode('utf-8')).hexdigest()
code_challenge = base64.urlsafe_b64encode(digest.encode()).decode().rstrip('=')
""",
    ),
    (
        [],
        r"""
import re
code_verifier = base64.urlsafe_b64encode(os.urandom(40)).decode('utf-8')
code_verifier = re.sub('[^a-zA-Z0-9]+', '', code_verifier)
code_challenge = hashlib.sha256(code_verifier.encode('utf-8')).digest()
code_challenge = base64.urlsafe_b64encode(code_challenge).decode('utf-8')
code_challenge = code_challenge.replace('=', '')
""",
    ),
    (
        ["verifier-predictable"],
        r"""
import random, string
code_verifier = ''.join(random.choice(string.ascii_letters + string.digits) for _ in range(64))
""",
    ),
    (
        [],
        r"""
code_verifier = ''.join(secrets.choice(string.ascii_letters) for _ in range(64))
""",
    ),
    (
        ["verifier-too-short"],
        r"""
code_verifier = str(uuid.uuid4())
""",
    ),
    (
        ["verifier-too-long"],
        r"""
code_verifier = secrets.token_urlsafe(128)
""",
    ),
    (
        ["verifier-too-short"],
        r"""
code_verifier = secrets.token_hex(16)
""",
    ),
    (
        ["token-body-json"],
        r"""
r = requests.post("https://login.mypurecloud.ie/oauth/token", json={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": CID, "code_verifier": verifier})
""",
    ),
    (
        ["token-params-in-query"],
        r"""
r = requests.post(TOKEN_URL, params={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": CID, "code_verifier": verifier})
""",
    ),
    (
        [],
        r"""
data = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": CID, "code_verifier": verifier}
r = requests.post(TOKEN_URL, data=data, headers={"Content-Type": "application/x-www-form-urlencoded"})
""",
    ),
    (
        ["redirect-uri-double-encoded"],
        r"""
from urllib.parse import quote
data = {"grant_type": "authorization_code", "code": code, "redirect_uri": quote(REDIRECT, safe=''), "client_id": CID, "code_verifier": verifier}
r = requests.post(TOKEN_URL, data=data)
""",
    ),
    (
        ["verifier-unrelated"],
        r"""
@app.route('/login')
def login():
    code_verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b'=').decode()
    return redirect(AUTH + '?' + urlencode({'response_type': 'code', 'client_id': CID, 'redirect_uri': R, 'state': st, 'code_challenge': challenge, 'code_challenge_method': 'S256'}))
@app.route('/callback')
def callback():
    code_verifier = secrets.token_urlsafe(48)
    return requests.post(TOKEN, data={'grant_type': 'authorization_code', 'code': request.args['code'], 'redirect_uri': R, 'client_id': CID, 'code_verifier': code_verifier}).json()
""",
    ),
    (
        [],
        r"""
@app.route('/login')
def login():
    session['v'] = code_verifier = secrets.token_urlsafe(48)
    session['state'] = st = secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b'=').decode()
    return redirect(AUTH + '?' + urlencode({'response_type': 'code', 'client_id': CID, 'redirect_uri': R, 'state': st, 'code_challenge': challenge, 'code_challenge_method': 'S256'}))
@app.route('/callback')
def callback():
    if request.args.get('state') != session['state']: abort(400)
    return requests.post(TOKEN, data={'grant_type': 'authorization_code', 'code': request.args['code'], 'redirect_uri': R, 'client_id': CID, 'code_verifier': session['v']}).json()
""",
    ),
    (
        ["challenge-hash-of-decoded-bytes"],
        r"""
raw = os.urandom(32)
code_verifier = base64.urlsafe_b64encode(raw).rstrip(b'=').decode()
code_challenge = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b'=').decode()
""",
    ),
    (
        ["verifier-illegal-characters"],
        r"""
code_verifier = base64.urlsafe_b64encode(os.urandom(32)).decode()
""",
    ),
    (
        [],
        r"""
import secrets, hashlib, base64, webbrowser, requests
from urllib.parse import urlencode
verifier = secrets.token_urlsafe(64)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()[:-1]
state = secrets.token_hex(8)
webbrowser.open('https://login.mypurecloud.com/oauth/authorize?' + urlencode({'response_type': 'code', 'client_id': CID, 'redirect_uri': R, 'state': state, 'code_challenge': challenge, 'code_challenge_method': 'S256'}))
code = input()
requests.post('https://login.mypurecloud.com/oauth/token', data={'grant_type': 'authorization_code', 'code': code, 'redirect_uri': R, 'client_id': CID, 'code_verifier': verifier})
""",
    ),
    (
        ["challenge-wrong-transform"],
        r"""
code_challenge = str(base64.urlsafe_b64encode(hashlib.sha256(v.encode()).digest()))
url = f"https://x.example/authorize?response_type=code&client_id={c}&redirect_uri={r}&state={s}&code_challenge={code_challenge}&code_challenge_method=S256"
""",
    ),
    (
        ["verifier-predictable"],
        r"""
code_verifier = ''.join(random.choices(string.ascii_letters + string.digits, k=128))
""",
    ),
    (
        ["challenge-standard-base64"],
        r"""
def generate_challenge(verifier):
    sha = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.b64encode(sha).decode("ascii")
""",
    ),
    (
        ["token-content-type-wrong"],
        r"""
body = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": R, "client_id": C, "code_verifier": v})
requests.post("https://login.mypurecloud.com/oauth/token", data=body)
""",
    ),
    (
        ["token-body-json-as-form"],
        r"""
requests.post("https://login.mypurecloud.com/oauth/token", data=json.dumps({"grant_type": "authorization_code", "code": code, "redirect_uri": R, "client_id": C, "code_verifier": v}), headers={"Content-Type": "application/x-www-form-urlencoded"})
""",
    ),
    (
        ["token-body-json"],
        r"""
async def exchange(code):
    async with httpx.AsyncClient() as client:
        r = await client.post(f"{ISSUER}/oauth/token", json={"grant_type": "authorization_code", "code": code, "redirect_uri": R, "client_id": C, "code_verifier": v})
        return r.json()
""",
    ),
    (
        ["challenge-hash-of-utf16"],
        r"""
code_challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode('utf-16-le')).digest()).rstrip(b'=').decode()
""",
    ),
    (
        ["challenge-hashed-twice"],
        r"""
d = hashlib.sha256(code_verifier.encode()).digest()
code_challenge = base64.urlsafe_b64encode(hashlib.sha256(d).digest()).rstrip(b'=').decode()
""",
    ),
    (
        ["challenge-wrong-hash"],
        r"""
code_challenge = base64.urlsafe_b64encode(hashlib.sha1(code_verifier.encode()).digest()).rstrip(b'=').decode()
""",
    ),
    (
        [],
        r"""
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
code_verifier = generate_token(48)
code_challenge = create_s256_code_challenge(code_verifier)
""",
    ),
    (
        [],
        r"""
class PKCE:
    def __init__(self):
        self.code_verifier = self._generate()
        self.code_challenge = self._challenge(self.code_verifier)
    def _generate(self):
        return secrets.token_urlsafe(96)[:128]
    def _challenge(self, verifier):
        digest = hashlib.sha256(verifier.encode('ascii')).digest()
        return base64.urlsafe_b64encode(digest).decode('ascii').rstrip('=')
""",
    ),
]


@pytest.mark.parametrize(("slugs", "code"), SNIPPETS)
def test_a_python_snippet_is_judged(slugs: list[str], code: str) -> None:
    """What is wrong with the snippet is told, and nothing else."""
    found = {fact.slug for fact in read_code([Block("python", 1, code)]).facts}
    assert found - {"state-not-checked"} == set(slugs)


def test_a_form_that_a_helper_fills_in_a_loop_is_followed() -> None:
    """`for key, value in values.items(): form[key] = value` gives every parameter."""
    code = """
def to_form(values):
    form = {}
    for key, value in values.items():
        form[key] = value
    return form

requests.post("https://login.example/token", data=to_form({"grant_type": "authorization_code", "code": code,
    "client_id": "web", "redirect_uri": "https://app.example/cb", "codeVerifier": verifier}))
"""
    reading = read_code([Block("python", 1, code)])
    assert [fact.slug for fact in reading.facts] == ["verifier-misnamed"]
