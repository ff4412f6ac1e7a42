"""A reverse proxy of our own: forwards requests to a server, with the headers that proxies add; one connection each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LARGEST = 256 * 1024


@asynccontextmanager
async def proxying(to_port: int, *, strip: str = "", forwarded: str = "x-forwarded-for") -> AsyncIterator[int]:
    """Proxy to a port of this machine; give the port to ask. `strip` is taken off the front of paths.

    `forwarded` is the header that is appended to: `x-forwarded-for`, or `forwarded` (RFC 7239).
    """

    under_way: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.split(b" ", 2)
            lines = [line for line in head.split(b"\r\n")[1:] if line]
            length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
            body = await reader.readexactly(min(length, _LARGEST))
            if strip and target.startswith(strip.encode()):
                target = target[len(strip) :]
            peer = writer.get_extra_info("peername")[0]
            said = f"{forwarded}: {f'for={peer}' if forwarded == 'forwarded' else peer}".encode()
            kept = [line for line in lines if not line.lower().startswith(b"connection:")]
            inside_reader, inside = await asyncio.open_connection("127.0.0.1", to_port)
            request = [
                b"%b %b HTTP/1.1" % (method, target),
                *kept,
                said,
                b"x-forwarded-proto: https",
                b"connection: close",
            ]
            inside.write(b"\r\n".join(request) + b"\r\n\r\n" + body)
            while chunk := await inside_reader.read(65_536):
                writer.write(chunk)
            inside.close()
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*filter(None, under_way))
