"""Something came along with client_id or the secret: blanks, quotes, brackets (RFC 6749 2.2)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Evidence, Observation, Seen
from proofkey.doctor.fault import POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import is_about_the_grant, stands_for_nothing
from proofkey.doctor.transcript import login

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00a0"
_QUOTED = Pattern(r"""(["'`]).*\1|[\u2018\u201c].*[\u2019\u201d]""", re.DOTALL)
_LISTED = Pattern(
    r"""\(\s*['"].*['"],?\s*\)|\[\s*['"]?.+['"]?\s*\]|\{\s*['"]?.+\}|b['"].*['"]|.*['"],|<.*>""", re.DOTALL
)


def check(login: Login) -> Finding | None:
    """Look at the edges of every client_id and secret of the login."""
    for place, name, value in _credentials(login):
        what = _around(value)
        if what and not stands_for_nothing(value):
            return Finding(
                POSSIBLE if is_about_the_grant(login, "client_id") else PROVEN,
                f"There {what} {name}. The value is compared octet by octet, so this is another"
                f" {'client' if 'id' in name else 'secret'} for the server.",
                (Evidence(place, f"{name}: there {what} the value"),),
            )
    return None


def _credentials(login: Login) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    token = login.token
    steps: list[tuple[str, Observation]] = []
    if token is not None:
        steps += [("client_id", token.get("client_id")), ("client_secret", token.get("client_secret"))]
        if token.basic is not None and token.basic.legible:
            place = f"{token.message.where}, authorization header"
            found += [(place, "the client id", token.basic.client_id), (place, "the secret", token.basic.secret)]
    steps.append(("client_id", login.observe("authorize.client_id")))
    return [(seen.where, name, seen.value) for name, seen in steps if isinstance(seen, Seen)] + found


def _around(value: str) -> str:
    if value != value.strip() or value != value.strip(_INVISIBLE):
        edge = "in front of" if value[:1] != value.strip(f" \t\r\n\f\v{_INVISIBLE}")[:1] else "behind"
        kind = "is a line break" if value.strip(" \t") != value.strip() else "is a blank"
        return f"{kind} {edge}"
    if _QUOTED.fullmatch(value):
        return "are quotes around"
    if _LISTED.fullmatch(value):
        return "are brackets, or marks of a printed list, around"
    return ""


FAULT = Fault(
    title="Blanks, quotes or brackets around client_id or secret",
    meaning=(
        "The value is not the registered one to the octet: a blank or line break was copied along, quotes of a settings"
        " file became part of it, or a program printed a list or tuple with the value in it. Most screens do not show"
        " the difference, and the server says that the client is unknown or the secret wrong."
    ),
    fix="Trim the value where the settings are read, and write it without quotes.",
    example_js="const clientId = process.env.CLIENT_ID.trim();",
    example_py='client_id = os.environ["CLIENT_ID"].strip()  # and no comma behind an assignment: x = "a",',
    wrong_fix="Registering a new client: its id would get the same company.",
    spec=("RFC 6749 2.2", "RFC 6749 2.3.1"),
    blame="client",
    explains=(
        *("client-unknown", "client-secret-wrong", "secret-missing", "code-not-accepted", "code-of-other-client"),
        *("basic-credentials-badly-encoded", "redirect-uri-not-registered", "wrong-client-auth-method"),
    ),
    needs=(),
    check=check,
    bad=login(
        authorize={"client_id": "cbecbb69-c734-4c3f-a650"},
        token={"client_id": " cbecbb69-c734-4c3f-a650"},
        answer={"error": "invalid_client", "error_description": "client not found"},
    ),
    good=login(answer={}),
)
