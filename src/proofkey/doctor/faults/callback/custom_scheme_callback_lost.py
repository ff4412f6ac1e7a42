"""The redirect to a custom scheme never reached the application (RFC 8252 7.1)."""

from __future__ import annotations

from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_NO_APP = ("urn", "chrome-extension", "moz-extension", "about", "data", "javascript", "")


def check(login: Login) -> Finding | None:
    """The last event is the server's redirect to a scheme that is not of the web."""
    if login.token_requests:
        return None
    reached = [*login.responses, *(each for each in login.callbacks if each.answer.status in (0, None))]
    sent = [each for each in reached if each.value("code") and not each.address.is_web]
    sent = [each for each in sent if each.address.scheme not in _NO_APP]
    if not sent or any(each.answer.status for each in login.callbacks):
        return None
    last = sent[-1]
    if last.message.status is None and last.message.request_headers is None:
        return None  # a pasted URL
    return Finding(
        LIKELY,
        f"The server sent the browser to {last.address.scheme}: with a code, and nothing comes after that: no"
        " application opened for this scheme, or not in this browser.",
        (last.shows(f"a redirect to {last.address.scheme}: with a code, the last event"),),
    )


FAULT = Fault(
    title="The redirect to a custom scheme never reached the application",
    meaning=(
        "The code was handed over by an address with a scheme of the application's own. The system opens the"
        " application for such an address only if it is registered for the scheme, and browsers inside other apps, or"
        " a redirect that no click led to, often do not even try."
    ),
    fix="Register the scheme on the device (Info.plist, AndroidManifest.xml, the registry), open the system's browser"
    " for the login, or use https links that the system gives to your application.",
    wrong_fix="Changing scopes or challenge: the server has accepted everything and has already given the code.",
    spec=("RFC 8252 7.1",),
    blame="network",
    explains=("code-not-redeemed",),
    needs=("callback.code",),
    check=check,
    bad=login(authorize={"redirect_uri": "com.example.app:/cb"}, steps=("authorize",))
    + "\n"
    + request("POST", "https://login.example/signin", {"Content-Type": "text/plain"}, "a=b")
    + response(302, {"Location": f"com.example.app:/cb?code={CODE}&state={STATE}"}),
    good=login(answer={}),
)
