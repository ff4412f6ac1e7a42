"""What `watch` prints: where to point the app, a line for each request, and the fault as it happens."""

from __future__ import annotations

import textwrap
import time

from proofkey.doctor.address import split
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.message import Message
from proofkey.doctor.redact import redactor_of
from proofkey.doctor.reports import text
from proofkey.doctor.watch.proxy import Proxy
from proofkey.doctor.watch.unseen import unseen_of


def opening(proxy: Proxy) -> str:
    """Say where to point the app, and what the proxy does not change."""
    upstream = proxy.upstream
    issuer = f"{upstream.origin}{upstream.path}"
    return (
        f"\n  Watching {issuer}\n"
        f"\n"
        f"  Point the app at   {proxy.origin}{upstream.path}\n"
        f"  What was seen      {proxy.page}\n"
        f"\n"
        f"  Endpoints in the server's metadata are rewritten to the proxy; issuer stays {issuer},\n"
        f"  so a client that compares it must be given that one. Endpoints on other hosts are not seen.\n"
        f"  Pages open at the server itself, and the callback goes from there straight to the app: it is not seen,\n"
        f"  and the code is known from the token request. Ctrl-C ends it.\n"
    )


def line_of(message: Message) -> str:
    """Tell of one request: when, method, path without query, and the answer's status."""
    at = time.strftime("%H:%M:%S", time.localtime(message.started))
    path = text.plain(split(message.url).path)[:120]
    if message.status is None:
        answer = "sent on to the server"
    else:
        answer = str(message.status) if message.status else f"no answer ({message.network_error})"
    return f"{at}  {message.method[:10]} {path}  {answer}"


def report_of(diagnosis: Diagnosis) -> str:
    """Tell what is new about a login, and what the proxy could not see of it; "" where there is nothing to say."""
    login = diagnosis.logins[0]
    clean = redactor_of(diagnosis.capture, diagnosis.logins)
    said = [clean.clean(each) for each in unseen_of(login)]
    token = login.token
    if diagnosis.findings:
        beside = "".join(f"\n{textwrap.fill(each, text.WIDTH)}\n" for each in said if token is not None)
        return text.write(diagnosis) + text.plain(beside)
    unseen = "".join(f"{_indented(each)}\n" for each in said)
    client = f" of client {clean.clean(login.client_id)}" if login.client_id else ""
    if login.accepted:
        right = "PKCE is right." if any("challenge" in fact for fact in diagnosis.facts) else "PKCE was not compared."
        return text.plain(f"          {login.id}{client}: the server gave tokens; {right}\n{unseen}")
    if token is not None and token.answer.refused:
        answer = clean.clean(token.answer.summary)
        return text.plain(f"          {login.id}{client}: refused, nothing new to say: {answer}\n")
    return ""


def _indented(sentence: str) -> str:
    return textwrap.fill(sentence, text.WIDTH, initial_indent=" " * 10, subsequent_indent=" " * 10)
