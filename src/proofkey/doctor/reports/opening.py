"""What a report opens with where there is no finding: a title and what it means, in words for people."""

from __future__ import annotations

from proofkey.doctor.diagnose import Diagnosis

# What every login does; the words are those of `sources/source_code/block.py`, which is not loaded for this alone.
NEEDED = (
    "how the verifier and the challenge are made",
    "the parameters of the authorization request",
    "the address, the fields and the body of the token request",
)


_REGISTERED = (
    "Whether it works depends on the client's registration: the same client id, public where there is no secret, and"
    " exactly this redirect URI. Give the registration with --client and record one login: save it as a HAR file, with"
    " the network panel open before it starts and its log preserved."
)


def opening_of(diagnosis: Diagnosis) -> tuple[str, list[str]]:
    """Give the title and the paragraphs under it for a diagnosis without findings."""
    if diagnosis.verdict == "ok":
        words = "Everything that this capture shows of the login fits together. Look for the problem elsewhere."
        return "PKCE is right", [words]
    if is_code_alone(diagnosis):
        parts = diagnosis.capture.code_parts
        if diagnosis.capture.code_settings and NEEDED[0] not in parts and NEEDED[2] not in parts:
            return "None of the known mistakes is in these settings", _of_settings(diagnosis.capture.code_settings)
        looked = f"The code was read and not run. Looked at: {'; '.join(parts)}."
        if lacking := [part for part in NEEDED if part not in parts]:
            looked += f" Not in it: {'; '.join(lacking)}. Give every file that has a part in the login at once."
        further = (
            "What the code sends depends on values that it does not show. Record one login: save it as a HAR file, with"
            " the network panel open before it starts and its log preserved, or let proofkey watch --upstream with the"
            " address of the login server see it happen."
        )
        return "None of the known mistakes is in this code", [looked, further]
    if not diagnosis.logins:
        words = (
            "There is neither an authorization request nor a callback nor a token request in the input. Record the"
            " whole login, with the network panel open before it starts and its log preserved."
        )
        return "No login to be seen", [words]
    further = (
        f"Give also: {_lacking(diagnosis)}. All of it is in a recording of the whole login: a HAR file, saved with the"
        " network panel open before the login starts and its log preserved."
    )
    return "Nothing can be decided", [_what_is_there(diagnosis), further]


def _of_settings(settings: list[str]) -> list[str]:
    """Say what a login library is told, and what decides beyond that."""
    return [
        "The login is made by a library, and the code only configures it. Read as it is written, not run:",
        *(f"{each}." for each in settings),
        _REGISTERED,
    ]


def causes_of(diagnosis: Diagnosis) -> tuple[str, str, list[tuple[str, str]], str]:
    """Give title, lead, (cause, question) in their order, and what to do next, for an error code without a reason."""
    from proofkey.doctor.unexplained import NEXT, question_of  # only such reports need it

    code = diagnosis.unexplained
    asked = [
        (f"{each.fault.title} ({each.fault.slug})", question_of(code, each.fault.slug)) for each in diagnosis.findings
    ]
    lead = (
        f"The server said no with {code}, and its words do not say why. Each of these causes is possible; rule them out"
        " in this order:"
    )
    return f"{code} has several causes", lead, asked, NEXT


def _what_is_there(diagnosis: Diagnosis) -> str:
    answers = [request.answer for login in diagnosis.logins for request in login.token_requests]
    said = next((answer.summary[:300] for answer in answers if answer.refused), "")
    if said or any(part.kind == "error" for part in diagnosis.capture.fragments):
        told = f" ({said})" if said else ""
        return f"The server said no{told}, in words that fit many causes, and nothing that is there shows which it was."
    return "What is there is not wrong, and what would decide the question is not there."


def _lacking(diagnosis: Diagnosis) -> str:
    logins = diagnosis.logins
    parts = []
    if not any(login.authorize for login in logins):
        parts.append("the address with which the login began (/authorize?...)")
    if not any(login.token for login in logins):
        parts.append("the token request, as curl or code, with its answer")
    elif not any(each.answer.observed or each.answer.lost for login in logins for each in login.token_requests):
        parts.append("what the server answered to the token request, its status and body")
    return " and ".join(parts) or "every request of the login, with its answer"


def is_code_alone(diagnosis: Diagnosis) -> bool:
    """Tell whether the input is source code of a login, and shows nothing that was sent."""
    capture = diagnosis.capture
    if not capture.code_parts or capture.fragments:
        return False
    return all(each.status is None and each.response_body is None for each in capture.messages)
