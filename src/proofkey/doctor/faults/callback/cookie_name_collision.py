"""Client and server share a host and overwrite each other's cookie (RFC 6265 8.5): cookies ignore ports."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.cookies import SetCookie, are_recorded, sent_in, set_by
from proofkey.doctor.ending import redeems_out_of_sight, refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Look for one cookie name that the application and then the server set, for the same host."""
    arrived, authorize = visit(login), login.authorize
    if arrived is None or authorize is None or not stopped(login):
        return None
    refused = refusal(login)
    if refused is None or arrived.address.origin == authorize.address.origin:
        return None
    sent = sent_in(arrived.message)
    for own, foreign in _pairs(login, arrived.address.origin, arrived.number):
        if not foreign.covers(arrived.address.host, arrived.address.path or "/"):
            continue
        value = (sent or {}).get(own.name)
        if value is not None and value == own.value != foreign.value:
            continue
        place = split(foreign.message.url).origin
        return Finding(
            LIKELY,
            f"The application at {arrived.address.origin} and the server at {place} both set a cookie named {own.name}"
            " for the same host. The server's came later and took the place of the application's, which then did not"
            " find its session.",
            (
                Evidence(f"{own.message.where}, set-cookie", f"the application sets {own.name}"),
                Evidence(f"{foreign.message.where}, set-cookie", f"the server sets {own.name}"),
                refused,
            ),
        )
    told = said(login, "state-lost")
    same_host = arrived.address.host == authorize.address.host
    if told is None or not same_host or are_recorded(login.capture) or not redeems_out_of_sight(login):
        return None
    if arrived.value("state") != authorize.value("state"):
        return None
    return Finding(
        LIKELY,
        f"Client and server share the host {arrived.address.host} with different ports, so they share its cookies; the"
        " client did not find its session at the callback, although the state came back as it was sent. The capture"
        " leaves cookies out, so look whether both use one cookie name.",
        (authorize.shows(authorize.address.origin), arrived.shows(arrived.address.origin), told),
    )


def _pairs(login: Login, client: str, end: int) -> list[tuple[SetCookie, SetCookie]]:
    """Give pairs of equal name: first set by the client, later by another origin of the server."""
    set_so_far: dict[str, SetCookie] = {}
    found = []
    for message in login.capture.messages:
        if message.number >= end:
            break
        place = split(message.url)
        for cookie in set_by(message):
            if place.origin == client:
                set_so_far[cookie.name] = cookie
            elif place.host in login.server_hosts and cookie.name in set_so_far:
                found.append((set_so_far[cookie.name], cookie))
    return found


_ASKED = (
    "http://localhost:8080/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)

FAULT = Fault(
    title="Client and server share a host and overwrite each other's cookie",
    meaning=(
        "Cookies belong to a host name; the port does not count. Client and server run on one host name with different"
        " ports and use the same cookie name, so the server's session cookie replaced that of the client. At the"
        " callback the client finds a session that is none of its own."
    ),
    fix="Give one of the two cookies another name, or use two host names (app.localhost and login.localhost).",
    example_js="app.use(session({ name: 'app.sid', secret })); // not the default name that the server uses too",
    example_py='app.config["SESSION_COOKIE_NAME"] = "app_session"',
    wrong_fix="Changing the port: cookies do not look at it.",
    spec=("RFC 6265 8.5",),
    blame="client",
    explains=("login-cookie-unreadable", "callback-cookie-not-sent", "state-mismatch", "code-not-redeemed"),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request("GET", "http://localhost:8081/login")
    + response(302, {"Location": _ASKED, "Set-Cookie": "SESSION=client; Path=/; HttpOnly"})
    + "\n"
    + request("GET", _ASKED)
    + response(200, {"Content-Type": "text/html", "Set-Cookie": "SESSION=server; Path=/; HttpOnly"}, "<p>Sign in</p>")
    + "\n"
    + request("GET", f"http://localhost:8081/cb?code={CODE}&state={STATE}", {"Cookie": "SESSION=server"})
    + response(500, {"Content-Type": "text/html"}, "<p>session not found</p>"),
    good=login(answer={}),
)
