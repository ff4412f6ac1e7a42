"""The two pages of the callback: one that goes on to the app, and one that says what went wrong.

Going on is a navigation of our own page and not a redirect: a redirect would still count as coming from the server's
site, and the browser would hold the SameSite=Strict session cookie back. It takes the place of the callback in the
history, so that nobody comes back to a spent code.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape

from proofkey.bff.replies import Reply
from proofkey.core.wire import Headers

_GO_ON = "location.replace(document.querySelector('a').href)"
_SCRIPT = b64encode(hashlib.sha256(_GO_ON.encode()).digest()).decode()
_NOTHING = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS: Headers = (
    ("content-type", "text/html; charset=utf-8"),
    (
        "content-security-policy",
        f"default-src 'none'; script-src 'sha256-{_SCRIPT}'; style-src 'unsafe-inline'; {_NOTHING}",
    ),
)
_STYLE = "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>"
_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>{head}{style}{body}</html>'


def going_on(path: str) -> Reply:
    """Answer with a page that goes to a path of this site at once."""
    target = escape(path, quote=True)
    refresh = target.replace("&#x27;", "%27")
    page = _PAGE.format(
        title="Logged in",
        head=f'<noscript><meta http-equiv="refresh" content="0; url=\'{refresh}\'"></noscript>',
        style=_STYLE,
        body=f'<p>You are logged in. <a href="{target}">Go on</a></p><script>{_GO_ON}</script>',
    )
    return Reply(200, _HEADERS, page.encode())


def failed(
    status: int,
    title: str,
    paragraphs: list[str],
    *,
    again: str,
    home: str,
    request_id: str,
    fault: str | None,
    recheck: str | None = None,
) -> Reply:
    """Answer with a page about a login that came to nothing; `recheck` is a path to look at before it is believed."""
    text = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    named = f" &middot; <code>{escape(fault)}</code>" if fault else ""
    links = f"""<a href="{escape(again, quote=True)}">Log in again</a> &middot; """
    links += f"""<a href="{escape(home, quote=True)}">To the start page</a>"""
    going = ""
    if recheck is not None:
        links = f"""<a href="{escape(recheck, quote=True)}">Go on</a> &middot; {links}"""
        going = f"<script>{_GO_ON}</script>"
    body = (
        f"<h1>{escape(title)}</h1>{text}<p>{links}</p><p><small>Request {escape(request_id)}{named}</small></p>{going}"
    )
    page = _PAGE.format(title=escape(title), head="", style=_STYLE, body=body)
    return Reply(status, _HEADERS, page.encode())
