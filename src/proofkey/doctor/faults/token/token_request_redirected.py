"""The token URL redirected, and the POST was lost on the way (RFC 9110 15.4)."""

from __future__ import annotations

from proofkey.doctor.address import Address, split, without_parameters
from proofkey.doctor.echoes import UNREACHED
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import VERIFIER, login, request, response, token_request


def check(login: Login) -> Finding | None:
    """The answer to the POST is a redirect of a kind that clients follow with a GET."""
    token = login.token
    if token is None or token.message.method != "POST" or token.answer.status not in (301, 302, 303):
        return None
    after = token.redirected_to
    if after is not None and after.method == "POST":
        return None  # this client kept the method
    target = token.message.redirect_target or (after.url if after is not None else "")
    told = f" to {without_parameters(target)}" if target else ""
    evidence = [Evidence(f"{token.message.where}, answer", f"status {token.answer.status}, redirect{told}")]
    followed = "Clients follow such an answer with a GET that has no body."
    if after is not None:
        followed = f"The client followed it with a {after.method} without the parameters."
        evidence.append(Evidence(after.where, f"{after.method}, status {after.status}"))
    return Finding(
        PROVEN,
        f"The token request was answered with a redirect{told} ({_difference(token.address, target)}). {followed}",
        tuple(evidence),
        f"Call {without_parameters(target)} at once." if split(target).host else "",
    )


def _difference(asked: Address, target: str) -> str:
    to = split(target)
    if not target:
        return "the capture does not show where to"
    if to.host and to.host != asked.host:
        return "another host"
    if to.scheme and to.scheme != asked.scheme:
        return f"{asked.scheme} became {to.scheme}"
    if to.path.rstrip("/") == asked.path.rstrip("/"):
        return "a slash at the end"
    return "another path"


FAULT = Fault(
    title="The token URL redirected and the POST was lost",
    meaning=(
        "The URL that was called is not the final one: http in place of https, a slash too many or too few, an old host"
        " name. After a 301, 302 or 303 a client repeats the call as GET without a body, so nothing of the request"
        " arrives."
    ),
    fix="Configure the final URL of the token endpoint, as the server's metadata has it.",
    example_js="const { token_endpoint } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();",
    wrong_fix="Letting the client follow redirects with POST: the parameters went over the wrong URL already.",
    spec=("RFC 9110 15.4", "RFC 6749 3.2"),
    blame="client",
    explains=(*UNREACHED, "token-request-get", "wrong-token-path", "wrong-host", "verifier-missing"),
    needs=("token.answer",),
    check=check,
    bad=login(steps=("authorize", "callback"))
    + "\n"
    + request(
        "POST",
        "http://login.example/oauth/token",
        {"Content-Type": "application/x-www-form-urlencoded"},
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&client_id=app&redirect_uri="
        f"https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}",
    )
    + response(301, {"Location": "https://login.example/oauth/token"})
    + "\n"
    + request("GET", "https://login.example/oauth/token")
    + response(405, {"Content-Type": "application/json"}, '{"error": "method_not_allowed"}'),
    good=login(steps=("authorize", "callback")) + "\n" + token_request(answer={}),
)
