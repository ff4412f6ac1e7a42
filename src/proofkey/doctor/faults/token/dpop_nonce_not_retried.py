"""The server asked for a DPoP nonce, and no request with it followed (RFC 9449 8)."""

from __future__ import annotations

from proofkey.doctor.answer import claims_of
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login, token_request


def check(login: Login) -> Finding | None:
    """The last token request, or the last refresh, was answered with the wish for a nonce."""
    for requests in (login.token_requests, login.refreshes):
        if requests and _wants_nonce(requests[-1]):
            return _told(requests[-1], len(requests) > 1 and _wants_nonce(requests[-2]))
    return None


def _told(last: TokenRequest, again: bool) -> Finding:
    offered = last.message.response_header("dpop-nonce")
    proof = last.header("dpop")
    evidence = [last.answer.shows()]
    if offered is not None:
        evidence.append(Evidence(f"{last.message.where}, answer headers", "DPoP-Nonce is there"))
    words = "The server answered use_dpop_nonce: it wants the request once more, with its nonce in the DPoP proof."
    if again:
        used = isinstance(proof, Seen) and "nonce" in claims_of(proof.value)
        words += f" The request was repeated {'with another nonce' if used else 'without the nonce'}."
    else:
        words += " No such request follows. The code is still good."
    exposed = (last.message.response_header("access-control-expose-headers") or "").lower()
    if last.message.request_header("origin") and offered is not None and "dpop-nonce" not in exposed:
        words += " The page cannot read the header: the answer lacks Access-Control-Expose-Headers: DPoP-Nonce."
        evidence.append(Evidence(f"{last.message.where}, answer headers", "DPoP-Nonce is not exposed to the page"))
    return Finding(PROVEN, words, tuple(evidence))


def _wants_nonce(request: TokenRequest) -> bool:
    challenge = request.message.response_header("www-authenticate") or ""
    return not request.answer.gave_tokens and (request.answer.speaks_of("dpop-nonce") or "use_dpop_nonce" in challenge)


FAULT = Fault(
    title="The server asked for a DPoP nonce and the client did not answer",
    meaning=(
        "use_dpop_nonce is no refusal but a step of the protocol: the answer's DPoP-Nonce header holds a nonce, and the"
        " client repeats the request with a new proof that contains it. Until then no token comes."
    ),
    fix="Repeat the request once with a new DPoP proof that holds the nonce of the DPoP-Nonce header; the code is still"
    " good. For browser clients let the server expose that header.",
    example_js="const nonce = response.headers.get('DPoP-Nonce');\n"
    "if (error === 'use_dpop_nonce') response = await post(await dpopProof({ nonce }));",
    example_py='if response.json().get("error") == "use_dpop_nonce":\n'
    '    response = post(dpop_proof(nonce=response.headers["DPoP-Nonce"]))',
    wrong_fix="Turning DPoP off: the tokens then work for whoever steals them.",
    spec=("RFC 9449 8",),
    blame="client",
    even_if_accepted=True,
    explains=("code-not-accepted",),
    needs=("token",),
    check=check,
    bad=login(answer={"error": "use_dpop_nonce", "error_description": "The proof needs a nonce"}),
    good=login(answer={"error": "use_dpop_nonce"}) + "\n" + token_request(answer={}),
)
