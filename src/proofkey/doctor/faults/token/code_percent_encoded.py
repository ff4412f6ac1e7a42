"""The code was sent still percent-encoded (RFC 6749 appendix B)."""

from __future__ import annotations

import re

from proofkey.doctor import received_code
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import received_codes
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Decode the sent code once more; without the callback its escapes speak for themselves."""
    sent = login.observe("token.code")
    if not isinstance(sent, Seen):
        return None
    escapes = re.findall(r"%[0-9A-Fa-f]{2}", sent.value)
    if compared := received_code.compared(login):
        name, sent, received = compared
        if name != "code-percent-encoded":
            return None
        return Finding(
            PROVEN,
            f"Decoded once more, the sent code is the one that the callback brought; as it was sent it has {escapes[0]}"
            " in it, which the server takes for part of the code.",
            (received.shows("the code as received"), sent.shows(f"the code as sent, with {escapes[0]} in it")),
        )
    if escapes and not received_codes(login):
        return Finding(
            LIKELY,
            f"After the form was decoded the code still has {escapes[0]} in it, as a code has that was copied out of"
            " a URL and encoded a second time.",
            (sent.shows(f"the code has {escapes[0]} in it"),),
        )
    return None


FAULT = Fault(
    title="The code was sent still percent-encoded",
    meaning=(
        "The raw text of the callback URL was taken as the code and encoded again by the form builder. The server"
        " decodes once and gets percent signs that its code never had. Codes with '/' or '|' in them show this first."
    ),
    fix="Read the code with a URL parser, which decodes it, and let the form builder encode it once.",
    example_js="const code = new URL(location.href).searchParams.get('code');",
    example_py='code = request.args["code"]  # already decoded; urlencode() encodes it again, once',
    wrong_fix="Decoding it in one place and encoding it in another until it passes: only some codes show the"
    " difference.",
    spec=("RFC 6749 appendix B",),
    blame="client",
    explains=("code-is-other-value", "code-not-accepted"),
    needs=("token.code",),
    check=check,
    bad=login(callback={"code": "4/0AbCdEfGhIjKlMnOpQrS"}, token={"code": "4%2F0AbCdEfGhIjKlMnOpQrS"}),
    good=login(callback={"code": "4/0AbCdEfGhIjKlMnOpQrS"}, token={"code": "4/0AbCdEfGhIjKlMnOpQrS"}, answer={}),
)
