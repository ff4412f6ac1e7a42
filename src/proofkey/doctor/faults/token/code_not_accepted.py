"""The server refuses the code, and everything that can be compared is right (RFC 6749 5.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Absent
from proofkey.doctor.fault import POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import names_every_reason
from proofkey.doctor.transcript import CODE, login

_COMPARED = (("pkce-mismatch", "the code_verifier"), ("redirect-mismatch", "the redirect_uri"))


def check(login: Login) -> Finding | None:
    """Say so where the refusal is about the grant; surer findings take its place."""
    token = login.token
    if token is None or not token.answer.refused:
        return None
    about_code = token.answer.speaks_of("code-invalid", "code-expired", "code-used", "code-other-client")
    silent = token.answer.status == 400 and not token.answer.body
    if token.answer.error != "invalid_grant" and not about_code and not silent:
        return None
    for topic, what in _COMPARED:
        if login.authorize is None and token.answer.speaks_of(topic) and not names_every_reason(token.answer):
            return Finding(
                POSSIBLE,
                f"The server's words are about {what}, and what it is compared with is in the authorization request,"
                " which is not there.",
                (token.answer.shows(),),
                fix="Give the address with which the login began (/authorize?...) as well: both are compared then.",
            )
    if login.authorize is None:
        verifier = "" if isinstance(login.verifier, Absent) else "code_verifier, "
        return Finding(
            POSSIBLE,
            f"The server refused the code. The authorization request is not there, so that {verifier}redirect_uri and"
            " client_id could not be compared with it: one that does not fit is refused in these words. So is a code"
            " that was redeemed before, or that is too old.",
            (token.answer.shows(),),
            fix="Give the address with which the login began (/authorize?...) as well: the values are compared then.",
        )
    found = pair.found_in(login)
    right = "PKCE is right: the challenge is the S256 of the verifier. " if found is not None and found.is_s256 else ""
    return Finding(
        POSSIBLE,
        f"{right}The server refused the code, and what the capture shows of the login gives no reason. The code may"
        " have been used outside of this capture, or be too old by the server's clock.",
        (token.answer.shows(),),
    )


FAULT = Fault(
    title="The server refuses the code, and nothing shown here says why",
    meaning=(
        "Pair, client, redirect_uri and form are right as far as they are to be seen, and the code is used once in this"
        " capture. Something else may have used it (a link scanner, a second instance of the program), it may have"
        " expired by the server's clock, or the server looks for it in another place than where it put it."
    ),
    fix="Look up this code in the server's log, and start a new login with a fresh code.",
    wrong_fix="",
    spec=("RFC 6749 5.2",),
    blame="server",
    needs=("token.answer",),
    check=check,
    bad=login(answer={"error": "invalid_grant", "error_description": f"Invalid authorization code: {CODE}"}),
    good=login(answer={}),
)
