"""Processor time that one full login takes, next to a bare stub under uvicorn.

    python bench/login_cpu.py [SECONDS] [ROUNDS] [KIND...]

A login: GET /oauth/authorize with a live session and remembered consent, then POST /oauth/token with the verifier.
Kinds: `stub` (uvicorn and two constant answers), `login`, `refused` (a wrong verifier, journalled), `refresh`, and
`inside` (logins without connections). Rounds are interleaved and medians printed; processor time is counted,
not the clock, so that a busy machine disturbs less. The server is started as `proofkey serve` starts it.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.login_load import CONNECTIONS, Measured, Visitor, drive, fill
from proofkey.server.app import App
from proofkey.server.http import Request
from proofkey.server.opening import open_server
from proofkey.server.serving import bind, run
from proofkey.server.settings import Settings

KINDS = ("stub", "inside", "login", "refused", "refresh")
WARM_UP = 0.5  # seconds
PROCESSORS = sorted(os.sched_getaffinity(0))  # the first is the server's, the others are the load's
TOKEN = b'{"access_token":"%b","token_type":"Bearer","expires_in":3600,"refresh_token":"%b","scope":"one two"}' % (
    b"a" * 160,
    b"r" * 160,
)
LOCATION = b"https://app.example/callback?code=" + b"c" * 280 + b"&state=" + b"s" * 22


async def stub(scope, receive, send) -> None:
    """Answer the two requests of a login with constants."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["method"] == "GET":
        body, status, headers = b"", 302, [(b"location", LOCATION), (b"content-length", b"0")]
    else:
        await receive()
        body, status = TOKEN, 200
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(TOKEN))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def served(arguments: list[str]) -> Iterator[tuple[int, int]]:
    """Start a server on the first processor; give its process id and port."""
    process = subprocess.Popen([sys.executable, *arguments], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    os.sched_setaffinity(process.pid, {PROCESSORS[0]})
    os.sched_setaffinity(0, PROCESSORS[1:] or PROCESSORS)
    try:
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                yield process.pid, int(found[1])
                return
        raise SystemExit("the server did not start")
    finally:
        os.sched_setaffinity(0, PROCESSORS)
        process.terminate()
        process.wait()
        process.stderr.close()


def used(pid: int) -> float:
    """Give the processor time of a process, all threads, in seconds."""
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def resident(pid: int) -> float:
    """Give the resident memory of a process in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


async def inside(database: str, visitors: list[Visitor], issuer: str, seconds: float) -> Measured:
    """Call the application itself, with as many requests at once."""
    server = await open_server(Settings(issuer=issuer), database, asyncio.Event())
    await server.start()
    app, times = App(server), []

    async def ask(visitor: Visitor, request: bytes) -> tuple[int, bytes, bytes]:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        method, target, _ = first.split(b" ")
        path, _, query = target.partition(b"?")
        headers = [(name.lower(), value) for name, _, value in (line.partition(b": ") for line in lines)]
        asked = Request(method.decode(), path.decode(), query, dict(headers), None, ("127.0.0.1", 1), body)
        answer = await app.respond(asked)
        return answer.status, dict(answer.headers).get(b"location", b""), answer.body

    async def worker(number: int, until: float) -> None:
        for at in range(1_000_000):
            visitor = visitors[(at * CONNECTIONS + number) % len(visitors)]
            start = time.perf_counter()
            if start > until:
                return
            _, location, _ = await ask(visitor, visitor.authorize)
            status, _, body = await ask(visitor, visitor.redemption(location))
            assert (status, b'"access_token"' in body) == (200, True), body
            times.append(time.perf_counter() - start)

    for length in (WARM_UP, seconds):
        times.clear()
        began, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*(worker(number, began + length) for number in range(CONNECTIONS)))
        took, processor = time.perf_counter() - began, time.process_time() - processor
    await server.close()
    return Measured(times, took, processor / len(times))


def measure(kind: str, folder: Path, seconds: float) -> Measured:
    """Run one kind once."""
    database = f"sqlite:///{folder}/proofkey.db"
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    visitors = asyncio.run(fill(database, issuer))
    if kind == "inside":
        found: list[Measured] = []

        async def main() -> None:
            found.append(await inside(database, visitors, issuer, seconds))

        run(main())
        return found[0]
    arguments = [__file__, "--stub", str(port)]
    if kind != "stub":
        arguments = ["-m", "proofkey", "serve", "--port", str(port), "--database", database]
    with served(arguments) as (pid, _):
        idle = resident(pid)
        drive(port, visitors, kind, WARM_UP)
        before = used(pid)
        measured = drive(port, visitors, kind, seconds)
        measured.cpu = (used(pid) - before) / len(measured.times)
        measured.idle, measured.loaded = idle, resident(pid)
    return measured


def main(arguments: list[str]) -> None:
    """Measure and print."""
    seconds = float(arguments[0]) if arguments else 2.0
    rounds = int(arguments[1]) if len(arguments) > 1 else 3
    kinds = arguments[2:] or list(KINDS)
    runs: dict[str, list[Measured]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
                runs[kind].append(measure(kind, Path(folder), seconds))
    print(
        f"{'':10}{'CPU us':>8}{'spread':>14}{'stub/it':>9}{'per s':>9}{'p50 ms':>8}{'p99 ms':>8}{'idle MB':>9}{'MB':>7}"
    )
    base = statistics.median(run.cpu for run in runs["stub"]) if "stub" in runs else None
    for kind, measured in runs.items():
        costs = sorted(run.cpu * 1e6 for run in measured)
        middle = sorted(measured, key=lambda run: run.cpu)[len(measured) // 2]
        ratio = f"{base * 1e6 / statistics.median(costs):9.2f}" if base and kind != "inside" else f"{'':9}"
        print(
            f"{kind:10}{statistics.median(costs):8.1f}{f'[{costs[0]:.0f}-{costs[-1]:.0f}]':>14}{ratio}"
            f"{len(middle.times) / middle.took:9,.0f}{middle.percentile(50):8.2f}{middle.percentile(99):8.2f}"
            f"{middle.idle:9.1f}{middle.loaded:7.1f}"
        )


async def serve_stub(port: int) -> None:
    """Serve the stub under uvicorn and nothing else, with the settings that the server has."""
    import uvicorn

    with bind("127.0.0.1", port) as bound:
        print(f"stub on http://127.0.0.1:{port}", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            stub, http="httptools", loop="none", ws="none", log_config=None, access_log=False, server_header=False
        )
        await uvicorn.Server(config).serve(sockets=[bound])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stub"]:
        run(serve_stub(int(sys.argv[2])))
    else:
        main(sys.argv[1:])
