"""The doctor on a large HAR file, next to what `orjson.loads` takes for the same file.

    python bench/doctor.py [MEGABYTES]

20,000 entries, 40 logins, nine tenths of the octets in response bodies. Each reading is a process of its own, so that
its peak memory can be told. Exit 1 if the doctor takes more than 3 times as long or more than 4 times the file's size.
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ENTRIES, LOGINS = 20_000, 40
TIMES, MEMORY = 3.0, 4.0
ROUNDS = 3
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)
SERVER, APP, CLIENT = "https://login.example/oauth", "https://app.example", "bench"


def main(megabytes: int) -> int:
    """Generate the file, read it both ways, print; 1 if a limit is exceeded."""
    if find_spec("orjson") is None:
        print("this needs orjson, of the dependency group bench: pip install orjson", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.har"
        write(path, megabytes * 1_000_000)
        size = path.stat().st_size
        print(f"file: {size / 1e6:.0f} MB, {ENTRIES} entries, {LOGINS} logins")
        plain = [_measure("orjson", path) for _ in range(ROUNDS)]
        ours = [_measure("doctor", path) for _ in range(ROUNDS)]
    fastest, took = min(each[0] for each in plain), min(each[0] for each in ours)
    peak = max(each[1] for each in ours)
    print(f"orjson.loads {fastest:6.2f} s")
    print(f"doctor       {took:6.2f} s, {took / fastest:.2f} times (at most {TIMES:g})")
    print(f"peak memory  {peak / 1e6:6.0f} MB, {peak / size:.2f} times the file (at most {MEMORY:g})")
    return 1 if took > TIMES * fastest or peak > MEMORY * size else 0


def _measure(what: str, path: Path) -> tuple[float, int]:
    """Give seconds and peak octets of one reading, in a process of its own."""
    command = [sys.executable, __file__, "--read", what, str(path)]
    seconds, octets = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), int(octets)


def read(what: str, path: Path) -> None:
    """Read the file, and print seconds and peak octets."""
    if what == "orjson":
        import orjson

        data = path.read_bytes()
        began = time.perf_counter()
        document = orjson.loads(data)
        took = time.perf_counter() - began
        assert len(document["log"]["entries"]) == ENTRIES
    else:
        from proofkey.cli.doctor import gather, read_capture
        from proofkey.doctor import catalogue
        from proofkey.doctor.diagnose import diagnose
        from proofkey.doctor.reports import json as report

        catalogue.faults()
        began = time.perf_counter()
        found = report.write(diagnose(read_capture(gather([str(path)]), None)))
        took = time.perf_counter() - began
        assert len(found["exchanges"]) == LOGINS
        assert found["verdict"] == "fault"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(took, peak if sys.platform == "darwin" else peak * 1024)


def write(path: Path, size: int) -> None:
    """Write the file entry by entry."""
    every = ENTRIES // LOGINS
    filling = _script(int(size * 0.9) // (ENTRIES - 4 * LOGINS))
    headers = (size - int(size * 0.9)) // ENTRIES - 420
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": [\n')
        for number in range(ENTRIES):
            login, step = divmod(number, every)
            entry = _login_step(login, step, number) if step < 4 else _asset(number, filling, headers)
            file.write(json.dumps(entry) + (",\n" if number < ENTRIES - 1 else "\n"))
        file.write("]}}\n")


def _script(length: int) -> str:
    line = 'function f(a) { return "value \\u00e9 " + a.map((x) => x * 2).join("\\n"); }\n'
    return (line * (length // len(line) + 1))[: int(length * 0.94)]  # quotes and line ends grow when they are escaped


def _asset(number: int, filling: str, headers: int) -> dict[str, Any]:
    kind = ("application/javascript", "text/css", "image/svg+xml", "application/json")[number % 4]
    return _entry(number, "GET", f"{APP}/assets/{number}.js", 200, filling, kind, padding="x" * max(0, headers))


def _login_step(login: int, step: int, number: int) -> dict[str, Any]:
    verifier = hashlib.sha256(f"verifier {login}".encode()).hexdigest()
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = urlsafe_b64encode(digest).decode().rstrip("=") + ("=" if login == LOGINS - 1 else "")
    code, state = (hashlib.sha256(f"{what} {login}".encode()).hexdigest()[:40] for what in ("code", "state"))
    shared = {"client_id": CLIENT, "redirect_uri": f"{APP}/cb"}
    callback = f"{APP}/cb?{urlencode({'code': code, 'state': state})}"
    if step == 0:
        query = {"response_type": "code", **shared, "state": state, "code_challenge": challenge}
        url = f"{SERVER}/authorize?{urlencode(query | {'code_challenge_method': 'S256'})}"
        return _entry(number, "GET", url, 302, "", "text/html", location=callback)
    if step == 1:
        return _entry(number, "GET", callback, 200, "<!doctype html><title>app</title>", "text/html")
    if step == 2:
        form = {"grant_type": "authorization_code", "code": code, **shared, "code_verifier": verifier}
        fails = login == LOGINS - 1
        answer = {"error": "invalid_grant"} if fails else {"access_token": f"token-{login}-{code}", "expires_in": 60}
        status = 400 if fails else 200
        body = urlencode(form)
        return _entry(number, "POST", f"{SERVER}/token", status, json.dumps(answer), "application/json", body=body)
    return _entry(number, "GET", f"{APP}/api/me", 200, "{}", "application/json")


def _entry(
    number: int,
    method: str,
    url: str,
    status: int,
    content: str,
    kind: str,
    *,
    body: str | None = None,
    location: str = "",
    padding: str = "",
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [{"name": "Accept", "value": "*/*"}, {"name": "X-Filling", "value": padding}],
    }
    if body is not None:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": body}
    headers = [{"name": "Content-Type", "value": kind}] + (
        [{"name": "Location", "value": location}] if location else []
    )
    return {
        "startedDateTime": (BEGIN + timedelta(milliseconds=100 * number)).isoformat(),
        "time": 20.0,
        "request": request,
        "response": {
            "status": status,
            "headers": headers,
            "redirectURL": location,
            "content": {"size": len(content), "mimeType": kind, "text": content},
        },
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
