"""A firewall or proxy rule stopped the call (RFC 9110 15.5.4)."""

from __future__ import annotations

import re

from proofkey.doctor import endpoints
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import Step
from proofkey.doctor.transcript import login

_STATUSES = (403, 406, 409, 418, 419, 451, 493, 999)
_FILTERS = Pattern(
    r"awselb|cloudflare|akamai|imperva|incapsula|sucuri|big-?ip|barracuda|fortiweb|fortigate|zscaler|mod_?security"
    r"|cloudfront|azure|wallarm|datadome|citrix|netscaler",
    re.IGNORECASE,
)
_TRIGGERS = {"a loopback address": Pattern(r"127\.0\.0\.1|localhost"), "'.profile'": Pattern(r"\.profile\b")}


def check(login: Login) -> Finding | None:
    """A refusal that is no OAuth answer, from something that filters; at the authorization endpoint if need be."""
    token = login.token
    if token is not None:
        if token.answer.status not in _STATUSES or endpoints.speaks_oauth(token.answer) or token.answer.error:
            return None
        if "cors" in token.answer.body[:400].lower():
            return None  # the server itself refuses the origin
        sign = _sign(token)
        at_server = not endpoints.goes_elsewhere(login, token)
        known = endpoints.is_token_endpoint(login, token)
        if not sign and known is not False and at_server and token.answer.status in (403, 406):
            sign = "a web page" if token.answer.is_html else "a body of another kind" if token.answer.body else ""
        return _told(login, token, sign) if sign else None
    authorize = login.authorize
    if authorize is None or authorize.answer.status not in _STATUSES or login.callbacks:
        return None
    sign = _sign(authorize)
    return _told(login, authorize, sign) if sign else None


def _sign(step: Step) -> str:
    if step.answer.error == "access_denied":
        return ""
    if step.answer.speaks_of("filtered"):
        return "the words of a filter"
    server = step.message.response_header("server") or ""
    for name in ("x-sucuri-id", "x-iinfo", "cf-mitigated", "x-amzn-waf-action", "x-denied-reason"):
        if step.message.response_header(name) is not None:
            return f"the header {name}"
    is_error_body = step.answer.error is not None
    return f"the header server: {server[:40]}" if _FILTERS.search(server) and not is_error_body else ""


def _told(login: Login, step: Step, sign: str) -> Finding:
    text = " ".join([step.message.url, step.message.body or "", *(step.value(name) or "" for name in step.names)])
    triggers = [name for name, pattern in _TRIGGERS.items() if pattern.search(text)]
    found = " and ".join(triggers)
    trigger = f" The request has {found}, which such rules like to take for an attack." if found else ""
    return Finding(
        LIKELY,
        f"The answer is status {step.answer.status} with {sign}, and no OAuth error: a filter in front of the server"
        f" refused the call.{trigger}",
        (Evidence(f"{step.message.where}, answer", f"status {step.answer.status}, {sign}"), step.answer.shows()),
    )


FAULT = Fault(
    title="A firewall or proxy rule stopped the call",
    meaning=(
        "A web application firewall, content network or company proxy stands in front of the server, and one of its"
        " rules matched. Redirect URIs with loopback addresses, or values such as 'userinfo.profile', look like attacks"
        " to some rules. The token endpoint never saw the request."
    ),
    fix="Give whoever runs the firewall the time and the reference of the page, and have this path or rule exempted.",
    wrong_fix="Encoding the parameters in another way until the filter lets them pass: the server then reads another"
    " value.",
    spec=("RFC 9110 15.5.4",),
    blame="network",
    explains=(
        *("token-answer-html", "gateway-hides-error", "client-secret-wrong", "secret-missing", "code-not-accepted"),
        *("wrong-host", "wrong-token-path", "cors-answer-unreadable", "client-unknown"),
    ),
    needs=(),
    check=check,
    bad=login(
        status=403,
        answer="<html><head><title>403 Forbidden</title></head><body><h1>Request blocked</h1></body></html>",
    ),
    good=login(answer={}),
)
