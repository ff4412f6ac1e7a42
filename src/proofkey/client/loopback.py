"""Logs a person in from a program on his own machine: the system's browser, a loopback listener, PKCE (RFC 8252).

Where no browser of this machine can do it, the person opens the URL elsewhere and pastes the address he ends at.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Iterable, Mapping

from proofkey.client.blocking import Client
from proofkey.client.browsers import check_url, open_browser, why_no_browser
from proofkey.client.callback_listener import CallbackListener
from proofkey.client.callback_requests import Awaited, read_pasted
from proofkey.client.errors import LoginRequired
from proofkey.client.terminal import Lines
from proofkey.core.client_side import Tokens

REDIRECT_URI = "http://127.0.0.1/callback"  # register it without a port: any will do (RFC 8252 7.3)
PATIENCE = 300.0  # seconds for the person
_TICK = 0.05  # seconds between two looks at the keyboard and for Ctrl-C


def say_on_standard_error(line: str) -> None:
    """Print where it does not mix with a program's output."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def login(
    issuer: str,
    *,
    client_id: str,
    scopes: Iterable[str] = (),
    redirect_uri: str = REDIRECT_URI,
    patience: float = PATIENCE,
    say: Callable[[str], None] = say_on_standard_error,
) -> Tokens:
    """Log a person in at an issuer and give the tokens; for Genesys Cloud, `log_in(genesys.Client(...))`.

    `client_id` is a public client that has registered `redirect_uri`. Raises what `log_in` raises, and Misuse or
    PeerViolation where the issuer is none.
    """
    client = Client.discover(issuer, client_id=client_id, redirect_uri=redirect_uri)
    try:
        return log_in(client, scopes=scopes, patience=patience, say=say)
    finally:
        client.close()


def log_in(
    client: Client,
    *,
    scopes: Iterable[str] = (),
    extra: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
    say: Callable[[str], None] = say_on_standard_error,
    browse: Callable[[str], bool] = open_browser,
    no_browser: Callable[[], str | None] = why_no_browser,
    keyboard: int | None = None,
) -> Tokens:
    """Log a person in with a client whose redirect URI is a loopback one.

    `no_browser` says why no browser is opened, or None. `keyboard`: the descriptor that a pasted
    address comes from; standard input where none is named. Raises AuthorizationDenied, PeerViolation, TokenRefused,
    NotReached, AnswerLost; LoginRequired when nobody logged in in time; KeyboardInterrupt.
    """
    reason = no_browser()
    with CallbackListener(client.settings.redirect_uri) as listener:
        here = client.with_redirect_uri(listener.redirect_uri)
        url, transaction = here.begin(scopes=scopes, extra=extra)
        check_url(url)
        awaited = listener.await_answer(transaction.state)
        if reason is None and not browse(url):
            reason = "no browser could be started"
        lines = _announce(url, reason, awaited, say, keyboard)
        callback = _wait(listener, awaited, lines, patience, say)
    return here.finish(callback, transaction)


def _announce(
    url: str, reason: str | None, awaited: Awaited, say: Callable[[str], None], keyboard: int | None
) -> Lines | None:
    if reason is None:
        say(f"Log in in the browser window that opens. If none does, open this address:\n\n  {url}\n")
        return None
    say(f"No browser is opened here: {reason}. Open this address where you have one:\n\n  {url}\n")
    say(
        f"You end at an address that begins with {awaited.redirect_uri} and may show an error page.\n"
        "Copy it from the address bar, paste it here and press Enter:"
    )
    return Lines(_standard_input() if keyboard is None else keyboard)


def _standard_input() -> int:
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # a program without standard input
        return -1


def _wait(
    listener: CallbackListener,
    awaited: Awaited,
    lines: Lines | None,
    patience: float,
    say: Callable[[str], None],
) -> str:
    ends = time.monotonic() + patience
    while (left := ends - time.monotonic()) > 0:
        while lines is not None and (line := lines.next()) is not None:
            if callback := read_pasted(line, awaited):
                return callback
            if line.strip():
                say("This is not the address that this login ends at; paste the whole of it:")
        try:
            return listener.callbacks.get_nowait()
        except queue.Empty:
            # Not get(timeout=...): a Ctrl-C in the midst of its lock ends in a RuntimeError.
            time.sleep(min(_TICK, left))
    raise LoginRequired(
        f"nobody finished the login within {patience:.0f} s; where the browser shows an error, it says why"
    )
