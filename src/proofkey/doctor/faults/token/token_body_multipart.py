"""The token request is multipart/form-data (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, VERIFIER, login


def check(login: Login) -> Finding | None:
    """The body consists of parts, or the header announces parts and the body does not contradict."""
    token = login.token
    if token is None:
        return None
    header = token.content_type
    announced = isinstance(header, Seen) and header.value.strip().lower().startswith("multipart/")
    if token.syntax != "multipart" and not (announced and token.syntax in (None, "empty", "other")):
        return None
    evidence = []
    if isinstance(header, Seen):
        evidence.append(header.shows(f"Content-Type: {header.value.partition(';')[0][:60]}"))
    if token.syntax == "multipart":
        parts = ", ".join(dict.fromkeys(token.names)) or "none legible"
        evidence.append(Evidence(f"{token.message.where}, body", f"parts: {parts}"))
    return Finding(
        PROVEN,
        "The parameters were sent as the parts of a multipart body. A token endpoint reads"
        " application/x-www-form-urlencoded only, so for the server this request has no parameters.",
        tuple(evidence),
    )


FAULT = Fault(
    title="The token request is multipart/form-data",
    meaning=(
        "Multipart is the format for uploading files. FormData in a browser, an array in PHP's CURLOPT_POSTFIELDS,"
        " `curl -F` and the form-data tab of HTTP tools make it; the token endpoint takes URL-encoded pairs."
    ),
    fix="Send the same names and values URL-encoded: URLSearchParams in place of FormData, http_build_query() in PHP,"
    " --data-urlencode in place of -F.",
    example_js="body: new URLSearchParams(formData)   // not body: formData",
    example_py="httpx.post(token_url, data=params)  # not files=",
    wrong_fix="Setting Content-Type by hand and leaving the body as it is: the parts stay parts.",
    spec=("RFC 6749 4.1.3", "RFC 6749 appendix B"),
    blame="client",
    explains=(*UNREAD, "token-content-type-wrong"),
    needs=("token",),
    check=check,
    bad=login(
        content_type="multipart/form-data; boundary=part",
        token_body="".join(
            f'--part\nContent-Disposition: form-data; name="{name}"\n\n{value}\n'
            for name, value in (
                ("grant_type", "authorization_code"),
                ("code", CODE),
                ("redirect_uri", "https://app.example/cb"),
                ("client_id", "app"),
                ("code_verifier", VERIFIER),
            )
        )
        + "--part--",
        answer={"error": "unsupported_grant_type"},
    ),
    good=login(answer={}),
)
