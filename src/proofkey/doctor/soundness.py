"""What of a login can be compared and is right: for faults that blame the server only where nothing else is wrong.

The comparisons are those that a server makes when it redeems a code (RFC 6749 4.1.3, RFC 7636 4.6).
"""

from __future__ import annotations

import re

from proofkey.doctor.assemble.codes import PLACEHOLDERS
from proofkey.doctor.evidence import Absent, Observation, Seen
from proofkey.doctor.login import Login
from proofkey.doctor.parameters import Parameter
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.pkce import s256
from proofkey.doctor.steps import FORM_TYPE, Step, TokenRequest

_LEGAL_VERIFIER = Pattern(r"[A-Za-z0-9\-._~]{43,128}")
_MISSING_TEXT = Pattern(
    r"\[object \w+\]|\(?(?:null|nil)\)?|undefined|none|nan|false|true|0|\{\}|\[\]|b?(?:''|\"\")|<[^<>]{1,80}>"
    r"|\$\{[^{}]{0,80}\}|\$[a-z_]\w{0,60}|\{\{?[^{}\"']{0,80}\}?\}|%[a-z_]+%|%s"
    r"|(?:(?:your|my|the|original)[_\- ]?)?(?:pkce[_\- ]?)?(?:code[_\- ]?)?verifier(?:[_\- ]?(?:string|here|value))?",
    re.IGNORECASE,
)


def fits(verifier: str, challenge: str, method: str | None) -> bool:
    """Tell whether a server takes the pair: under S256, or, where the method is plain or left out, by equality."""
    if method == "S256":
        return s256(verifier) == challenge
    return method in (None, "plain") and verifier == challenge


def pair_is_right(login: Login) -> bool:
    """Tell whether challenge, method and verifier are all to be seen and fit."""
    challenge, method, verifier = login.challenge, login.method, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen) or not challenge.value:
        return False
    match method:
        case Seen(name):
            return fits(verifier.value, challenge.value, name)
        case Absent():
            return fits(verifier.value, challenge.value, None)
        case _:
            return False


def is_legal_verifier(text: str) -> bool:
    """Tell whether a text has the form of a code_verifier (RFC 7636 4.1)."""
    return _LEGAL_VERIFIER.fullmatch(text) is not None


def stands_for_nothing(text: str) -> bool:
    """Tell whether a text was printed where there was no value: "null", "undefined", an unfilled template."""
    plain = text.strip().strip("\"'").strip()
    return plain.lower() in PLACEHOLDERS or _MISSING_TEXT.fullmatch(plain) is not None


def received_codes(login: Login) -> list[Seen]:
    """Give the codes that came back to the client, each once; none that came after the token request left."""
    token = login.token
    left = token.started if token is not None else None
    found: dict[str, Seen] = {}
    for step in (*login.callbacks, *login.responses):
        code = step.get("code")
        late = left is not None and step.started is not None and step.started > left
        if isinstance(code, Seen) and code.value and not late:
            found.setdefault(code.value, code)
    return list(found.values())


def shown_parameters(step: Step) -> list[Parameter]:
    """Give the parameters whose values are to be seen: none that stands for another in an example."""
    return [each for each in step.parameters or () if each.name not in step.message.placeholders]


def is_readable(token: TokenRequest) -> bool:
    """Tell whether the token request shows parameters, so that one that is not among them was not sent."""
    return len({"grant_type", "code", "redirect_uri", "client_id", "code_verifier"} & set(token.names)) >= 2


def flaws(login: Login) -> list[str]:
    """Name what is wrong among the things that can be compared; empty where all that is to be seen is right."""
    token = login.token
    if token is None:
        return ["no token request"]
    found = []
    challenge, verifier = login.challenge, login.verifier
    match challenge, verifier:
        case (Seen(), Absent()) | (Absent(), Seen()):
            found.append("pair")
        case Seen(), Seen() if not pair_is_right(login):
            found.append("pair")
    if isinstance(verifier, Seen) and not is_legal_verifier(verifier.value):
        found.append("verifier")
    codes = received_codes(login)
    code = token.get("code")
    if isinstance(code, Absent) or (codes and isinstance(code, Seen) and all(code.value != c.value for c in codes)):
        found.append("code")
    found += [name for name in ("redirect_uri", "client_id") if _differ(login, name)]
    header = token.content_type
    wrong_type = isinstance(header, Seen) and not header.value.lower().startswith(FORM_TYPE)
    if token.message.method != "POST" or token.syntax not in ("form", None) or token.in_query or wrong_type:
        found.append("form")
    if any(token.names.count(name) > 1 for name in ("code", "client_id", "redirect_uri", "code_verifier")):
        found.append("repeated")
    return found


def is_about_the_grant(login: Login, *own: str) -> bool:
    """Tell whether the server took the client and refused the code, for a flaw that is to be seen (RFC 6749 5.2).

    `own` names flaws that are part of the matter itself.
    """
    token = login.token
    return token is not None and token.answer.error == "invalid_grant" and bool(set(flaws(login)) - set(own))


def _differ(login: Login, name: str) -> bool:
    asked: Observation = login.observe(f"authorize.{name}")
    repeated = login.observe(f"token.{name}")
    match asked, repeated:
        case Seen(one), Seen(other):
            return one != other
        case Seen(), Absent():
            return True
        case _:
            return False
