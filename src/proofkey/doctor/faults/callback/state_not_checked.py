"""The client sends a state and never compares the one that comes back (RFC 6749 10.12)."""

from __future__ import annotations

from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login


def check(login: Login) -> Finding | None:
    """Traffic cannot show what a client compares; only its code does (source_code/rules/flow.py)."""
    return None


_START = """async function login() {
  const state = crypto.randomUUID();
  sessionStorage.setItem('state', state);
  location.assign(`https://login.example/authorize?response_type=code&client_id=app&state=${state}`
    + `&redirect_uri=${encodeURIComponent(CALLBACK)}&code_challenge=${challenge}&code_challenge_method=S256`);
}
"""
_CALLBACK = """async function callback() {
  const answer = new URLSearchParams(window.location.search);
  const code = answer.get('code');
%s  return fetch('https://login.example/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code, redirect_uri: CALLBACK, client_id: 'app',
      code_verifier: sessionStorage.getItem('verifier'),
    }),
  });
}
"""
_COMPARED = "  if (answer.get('state') !== sessionStorage.getItem('state')) throw new Error('not my login');\n"

FAULT = Fault(
    title="The state that comes back is never compared",
    meaning=(
        "The state ties the answer to the request that this browser sent. A client that sends one and takes any answer"
        " lets a stranger log somebody in with a foreign code. The login itself works, so nothing shows it."
    ),
    fix="In the callback compare the state with the stored one, and stop where they differ.",
    example_js="if (answer.get('state') !== sessionStorage.getItem('state')) throw new Error('not my login');",
    example_py='if not hmac.compare_digest(request.args["state"], session.pop("state")):\n    abort(400)',
    wrong_fix="Leaving the state out, since nothing reads it.",
    spec=("RFC 6749 10.12", "RFC 9700 2.1"),
    blame="client",
    needs=("callback.state",),
    check=check,
    bad=_START + "\n" + _CALLBACK % "",
    good=_START + "\n" + _CALLBACK % _COMPARED,
)
