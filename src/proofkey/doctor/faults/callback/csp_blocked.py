"""A Content-Security-Policy stops the token call, or the redirect to the callback (CSP3 6.1.2, 6.4.1)."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.content_policy import refusing
from proofkey.doctor.dialects import topics_of
from proofkey.doctor.ending import redeems_out_of_sight, refusal, said, stopped, visit
from proofkey.doctor.endpoints import known_token_endpoint
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_CONNECT = ("connect-src", "default-src")
# The token endpoints of providers that have it on another host than the authorization endpoint.
_ELSEWHERE = {"accounts.google.com": "https://oauth2.googleapis.com/token", "github.com": "https://github.com/"}


def check(login: Login) -> Finding | None:
    """Read what the browser said, else the policies of the callback page and of the server's form."""
    if finding := _reported(login):
        return finding
    if stopped(login) or (login.token_requests and all(each.answer.lost for each in login.token_requests)):
        return _connection(login) or _redirect(login)
    return None


def _reported(login: Login) -> Finding | None:
    for token in login.token_requests:
        error = token.message.network_error or ""
        if token.answer.lost and ("csp" in error.lower() or "csp" in topics_of(None, error)):
            return Finding(
                LIKELY,
                f"The browser blocked the token call by the page's policy ({error[:80]}).",
                (token.shows(error[:80]),),
            )
    blocked = said(login, "csp") if not login.accepted else None
    if blocked is None or any(each.answer.observed for each in login.token_requests):
        return None
    return Finding(
        LIKELY, "The browser reports that the page's Content-Security-Policy blocked a call or a redirect.", (blocked,)
    )


def _connection(login: Login) -> Finding | None:
    """Find a callback page whose policy leaves the server out, in an application that runs in the browser."""
    arrived = visit(login)
    if arrived is None or login.authorize is None or refusal(login) or _runs_on_a_server(login):
        return None
    targets = _targets(login)
    for page in _pages(login, arrived.message):
        refused = [refusing(page, _CONNECT, target) for target in targets]
        if refused and all(refused) and (found := refused[0]):
            where = Evidence(f"{page.where}, content-security-policy", f"{found[0]} {found[1][:160]}")
            return Finding(
                LIKELY,
                f"A code came back and no token request got out. The policy of the page allows calls ({found[0]}) to"
                f" {found[1][:160]} only; {split(targets[0]).origin} is not among them, so the browser refuses the"
                " call before it is sent.",
                (where, arrived.shows("a code, and no answered token request afterwards")),
            )
    return None


def _redirect(login: Login) -> Finding | None:
    """Find a form of the server whose policy does not let its answer lead to the callback."""
    if login.callbacks or not login.responses:
        return None
    response = login.responses[-1]
    if response.message.method != "POST":
        return None
    for page in (*login.pages, *(hop.message for hop in login.authorize_hops)):
        if page.number < response.number and (found := refusing(page, ("form-action",), response.url)):
            scheme = f"{response.address.scheme}:"
            target = response.address.origin if response.address.is_web else scheme
            return Finding(
                LIKELY,
                f"The server redirected to {target} after its form, and the browser did not go there: the policy of"
                f" the form's page allows form-action {found[1][:160]} only, and redirects count too.",
                (
                    Evidence(f"{page.where}, content-security-policy", f"form-action {found[1][:160]}"),
                    response.shows("a redirect that nobody followed"),
                ),
            )
    return None


def _targets(login: Login) -> list[str]:
    """Give the URLs of which one at least must be allowed."""
    if login.token is not None:
        return [login.token.message.url]
    if known := known_token_endpoint(login):
        return [known]
    asked = login.authorize.address if login.authorize is not None else split("")
    return [asked.origin + "/", *([_ELSEWHERE[asked.host]] if asked.host in _ELSEWHERE else [])]


def _pages(login: Login, arrived: Message) -> list[Message]:
    """Give the callback page, or the one that it led to."""
    origin = split(arrived.url).origin
    later = [
        each
        for each in login.capture.messages
        if each.number > arrived.number
        and split(each.url).origin == origin
        and "html" in (each.response_header("content-type") or "")
    ]
    return [arrived, *later[:1]] if arrived.redirect_target else [arrived]


def _runs_on_a_server(login: Login) -> bool:
    start = login.start
    if start is not None and login.authorize_hops and start.redirect_target == login.authorize_hops[0].message.url:
        return True
    return redeems_out_of_sight(login) and any(
        each.message.response_headers_named("set-cookie") for each in login.callbacks
    )


FAULT = Fault(
    title="The page's own Content-Security-Policy blocks the token call or the redirect",
    meaning=(
        "A page may say where its scripts may connect to. The authorization server is not on the list of the callback"
        " page, so the browser refuses the token call, and no request leaves. In the same way form-action on the"
        " server's login page can stop the redirect to the callback."
    ),
    fix="Add the origin of the token endpoint to connect-src of the callback page's policy (or the callback's origin or"
    " scheme to form-action of the login page).",
    example_js="// Content-Security-Policy: default-src 'self'; connect-src 'self' https://login.example",
    wrong_fix="Adding CORS headers at the server: the request never gets there.",
    spec=("CSP3 6.1.2",),
    blame="client",
    explains=("code-not-redeemed", "custom-scheme-callback-lost", "popup-opener-severed"),
    needs=(),
    check=check,
    bad=login(steps=("authorize",))
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}")
    + response(
        200,
        {"Content-Type": "text/html", "Content-Security-Policy": "default-src 'self'; connect-src 'self'"},
        "<!doctype html><title>app</title>",
    ),
    good=login(answer={}),
)
