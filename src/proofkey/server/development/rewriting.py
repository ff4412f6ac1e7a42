"""Changes of the server's own answers; each says whether there was anything to change."""

from __future__ import annotations

import re
import secrets

from proofkey.server.http import Answer
from proofkey.server.running import Server

ANOTHER_ISSUER = "https://another-server.example"


def drop_cors(server: Server, answer: Answer) -> bool:
    """Leave out every header by which another origin may read the answer."""
    kept = [pair for pair in answer.headers if not pair[0].startswith(b"access-control-")]
    changed = len(kept) < len(answer.headers)
    answer.headers = kept
    return changed


def wrong_issuer(server: Server, answer: Answer) -> bool:
    """Name another issuer."""
    return _replace(answer, b"iss", ANOTHER_ISSUER.replace(":", "%3A").replace("/", "%2F"), ANOTHER_ISSUER)


def wrong_state(server: Server, answer: Answer) -> bool:
    """Carry a state that nobody gave out."""
    state = f"another-login-{secrets.token_urlsafe(12)}"
    return _replace(answer, b"state", state, state)


def authorization_response(server: Server, answer: Answer) -> str | None:
    """Give where an answer sends a person back to a client, with its parameters; None for any other answer."""
    issuer = server.settings.issuer
    for name, value in answer.headers:
        if name == b"location" and (target := value.decode("latin-1")):
            sends_back = re.search(r"[?&#](code|error)=", target) and not target.startswith(("/", f"{issuer}/"))
            return target if sends_back else None
    form = re.search(rb'<form[^>]* action="([^"]+)"', answer.body) if answer.status == 200 else None
    if form and re.search(rb'name="(code|error)" value="', answer.body):  # response_mode=form_post
        return form[1].decode()
    return None


def _replace(answer: Answer, name: bytes, in_url: str, in_form: str) -> bool:
    url = re.compile(rb"(?<=[?&#]%b=)[^&#]*" % name)
    field = re.compile(rb'(?<=name="%b" value=")[^"]*' % name)
    changed = 0
    for index, (header, value) in enumerate(answer.headers):
        if header == b"location":
            value, changed = url.subn(in_url.encode(), value)
            answer.headers[index] = (header, value)
    answer.body, in_body = field.subn(in_form.encode(), answer.body)
    return bool(changed or in_body)
