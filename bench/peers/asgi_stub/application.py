"""Answers both requests of a login without looking at them: only the state goes back, and codes and tokens differ."""

from __future__ import annotations

from itertools import count
from typing import Any

_numbers = count(10**42)  # as long as a real code and token


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Redirect a GET, answer a POST with two tokens once its body is there."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["method"] == "GET":
        query = scope["query_string"]
        state = query[query.rindex(b"&state=") + 7 :]
        location = b"https://app.example/callback?code=%d&state=%b" % (next(_numbers), state)
        headers = [(b"location", location), (b"cache-control", b"no-store"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
    else:
        while (await receive()).get("more_body"):
            pass
        number = next(_numbers)
        body = (
            b'{"access_token":"%d","token_type":"Bearer","expires_in":3600,"refresh_token":"%d","scope":"users:readonly"}'
            % (number, number)
        )
        headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
