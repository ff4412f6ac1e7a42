"""The callback's iss is not the issuer that was asked (RFC 9207 2.4)."""

from __future__ import annotations

import re

from proofkey.doctor.address import split
from proofkey.doctor.ending import refusal, said, stopped
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transcript import login, request, response

_REALM = Pattern(r"/(?:realms|tenants?|t)/([^/]+)")


def check(login: Login) -> Finding | None:
    """Compare iss with the metadata's issuer, else with the place of the authorization endpoint."""
    callback = login.callback
    if callback is None or not stopped(login):
        return None
    iss = callback.get("iss")
    issuer = login.metadata.get("issuer")
    told = said(login, "issuer-mismatch")
    if isinstance(iss, Seen):
        what = _difference(login, iss.value, issuer if isinstance(issuer, str) else "")
        if what is None and told is not None:
            what = "the application says that it expected another one"
        if what is None:
            return None
        text, place = (
            f"The callback names the issuer {iss.value[:200]}, and {what}.",
            iss.shows(f"iss={iss.value[:200]}"),
        )
    elif isinstance(iss, Absent) and (login.metadata.get(_PROMISE) is True or (told is not None and login.authorize)):
        promised = "and the server's metadata promises it" if login.metadata.get(_PROMISE) is True else "which it wants"
        text, place = f"The callback has no iss, {promised}.", iss.shows("no iss among the parameters")
    else:
        return None
    evidence: list[Evidence] = [place]
    if isinstance(issuer, str) and issuer:
        evidence.append(Evidence("the server's metadata", f"issuer is {issuer[:200]}"))
    elif login.authorize is not None:
        evidence.append(login.authorize.shows(f"asked at {login.authorize.address.without_query[:200]}"))
    if refused := told or refusal(login):
        evidence.append(refused)
    return Finding(LIKELY, f"{text} A client that checks it stops here.", tuple(evidence))


_PROMISE = "authorization_response_iss_parameter_supported"


def _difference(login: Login, iss: str, issuer: str) -> str | None:
    """Say how an issuer differs from the expected one; None where they may be the same."""
    if issuer:
        if iss == issuer or ("{" in issuer and _fits_template(iss, issuer)):
            return None
        slash = " apart from a slash at the end" if iss.rstrip("/") == issuer.rstrip("/") else ""
        return f"the metadata of the server names {issuer[:200]}" + (f", the same{slash}" if slash else "")
    named = split(iss)
    if not named.host:
        return "that is no URL, as an issuer has to be"
    if login.authorize is None:
        return None
    asked = login.authorize.address
    if named.host not in login.server_hosts:
        return f"the login went to {asked.host}"
    if named.host == asked.host:
        if named.scheme != asked.scheme:
            return f"the login went to {asked.scheme}://{asked.host}: the scheme differs"
        realms = _REALM.search(named.path), _REALM.search(asked.path)
        if realms[0] and realms[1] and realms[0][1] != realms[1][1]:
            return f"the login went to {realms[1][1][:60]} on the same host"
    return None


def _fits_template(iss: str, issuer: str) -> bool:
    """Tell whether an issuer is one of those that metadata for many tenants stands for ({tenantid})."""
    parts = (re.escape(part) for part in re.split(r"\{\w+\}", issuer))
    return re.fullmatch(r"[^/]+".join(parts), iss) is not None


FAULT = Fault(
    title="iss in the callback is not the expected issuer",
    meaning=(
        "With iss the server says who it is, so that a client that knows several servers cannot be led to give the"
        " code of one to another. The value must be equal, letter by letter, to the issuer of the server that the"
        " client asked. A slash, http for https, or the name of a proxy is the usual harmless reason; an attack by"
        " mixing up two servers is the other."
    ),
    fix="Find out where the other issuer comes from; where both are the same server, let the server and the client's"
    " settings use one spelling of it. Where they are not, do not redeem the code.",
    example_js="if (params.get('iss') !== metadata.issuer) throw new Error('answer of another issuer');",
    example_py='if params.get("iss") != metadata["issuer"]:\n    raise ValueError("answer of another issuer")',
    wrong_fix="Leaving out the comparison: it is what protects the code from going to the wrong server.",
    spec=("RFC 9207 2.4",),
    blame="server",
    explains=("code-not-redeemed", "login-cookie-unreadable", "csp-blocked", "popup-opener-severed"),
    needs=("callback.code",),
    check=check,
    bad=login(callback={"iss": "https://elsewhere.example"}, steps=("authorize",))
    + "\n"
    + request(
        "GET",
        "https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkjJ2fK3&iss=https%3A%2F%2Felsewhere.example",
    )
    + response(400, {"Content-Type": "text/html"}, "<!doctype html><p>issuer mismatch</p>"),
    good=login(callback={"iss": "https://login.example"}, answer={}),
)
