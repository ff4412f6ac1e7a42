"""Cross-Origin-Opener-Policy cut the popup from its opener (HTML 7.1.3)."""

from __future__ import annotations

from proofkey.doctor.ending import refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_SEVERING = ("same-origin", "noopener-allow-popups")


def check(login: Login) -> Finding | None:
    """The callback page was reached, nothing followed, and a page of the window has a severing policy."""
    arrived = visit(login)
    if arrived is None or not stopped(login) or refusal(login) or arrived.message.redirect_target:
        return None
    told = said(login, "opener-severed")
    popup = _is_popup(login, arrived.message)
    page = _severs(arrived.message)
    if page is None and (popup or told):
        page = next((found for each in login.pages if (found := _severs(each))), None)
    if page is None and told is None:
        return None
    sure = popup or told is not None
    cut = f"{page.what} cuts a popup off from its opener" if page else "The browser reports a severed opener"
    end = ", so it could not hand the code over." if sure else "; if the login ran in a popup, the code stayed there."
    return Finding(
        LIKELY if sure else POSSIBLE,
        f"The callback page was loaded and no token request followed. {cut}{end}",
        (*((page,) if page else ()), arrived.shows("a code, and nothing afterwards"), *((told,) if told else ())),
    )


def _severs(message: Message) -> Evidence | None:
    policy = (message.response_header("cross-origin-opener-policy") or "").partition(";")[0].strip().lower()
    return Evidence(message.where, f"Cross-Origin-Opener-Policy: {policy}") if policy in _SEVERING else None


def _is_popup(login: Login, page: Message) -> bool:
    authorize = login.authorize
    asked = (authorize.value("display"), authorize.value("response_mode")) if authorize is not None else ()
    body = page.response_body or ""
    return "popup" in asked or "web_message" in asked or "window.opener" in body or ".postMessage(" in body


FAULT = Fault(
    title="Cross-Origin-Opener-Policy cut the popup from its opener",
    meaning=(
        "The login ran in a popup that hands its result to the page that opened it. A page in that popup was served"
        " with Cross-Origin-Opener-Policy: same-origin, and the browser then takes window.opener away, for good. The"
        " popup has the code and nobody to give it to."
    ),
    fix="Serve the pages that open or finish the login with Cross-Origin-Opener-Policy: same-origin-allow-popups, or"
    " log in by a redirect of the whole page.",
    example_js="new BroadcastChannel('login').postMessage(result); // within one origin no opener is needed",
    wrong_fix="Polling popup.closed: a severed popup looks closed at once.",
    spec=("HTML 7.1.3",),
    blame="client",
    explains=("code-not-redeemed",),
    needs=("callback.code",),
    check=check,
    bad=login(steps=("authorize",))
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}")
    + response(
        200,
        {"Content-Type": "text/html", "Cross-Origin-Opener-Policy": "same-origin"},
        "<!doctype html><script>window.opener.postMessage(location.href, origin)</script>",
    ),
    good=login(answer={}),
)
