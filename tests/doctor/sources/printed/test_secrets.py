"""Nothing that a print shows as a secret is in any report, whichever program printed it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.reports import html, sarif, text
from proofkey.doctor.reports import json as as_json
from proofkey.doctor.sources import read
from tests.doctor.sources.printed.prints import URL, Sent, axios_error

FORM = "application/x-www-form-urlencoded"
REFUSED = "{ error: 'invalid_grant', error_description: 'PKCE verification failed' }"
BODY = '{"error":"invalid_grant","error_description":"PKCE verification failed"}'


def inspected(sent: Sent) -> str:
    """Write the parameters as the members of a printed object."""
    return ",\n      ".join(f"{name}: '{value}'" for name, value in sent.pairs.items())


DRESSES: dict[str, Callable[[Sent], str]] = {
    "axios": lambda sent: axios_error(f"'{sent.form}'", FORM, REFUSED),
    "axios, JSON": lambda sent: axios_error(f"'{json.dumps(sent.pairs)}'", "application/json", REFUSED),
    "axios, cut": lambda sent: axios_error(f"'{sent.form}'", FORM, REFUSED).partition(sent.verifier[20:])[0],
    "axios that nobody can read": lambda sent: axios_error(f"{{ {inspected(sent)} }}", FORM, "what(), is, this()"),
    "got": lambda sent: (
        f"HTTPError: Response code 400 (Bad Request)\n    at x (y) {{\n  options: {{\n    method: 'POST',\n"
        f"    url: URL {{ href: '{URL}' }},\n    form: {{\n      {inspected(sent)}\n    }}\n  }}\n}}"
    ),
    "a map": lambda sent: (
        f"config: {{\n  method: 'post',\n  url: '{URL}',\n  data: URLSearchParams {{\n      "
        + inspected(sent)
        .replace(": '", "' => '")
        .replace("\n      ", "\n      '")
        .replace("grant_type'", "'grant_type'", 1)
        + " }\n}"
    ),
    "Python": lambda sent: f"data = {sent.pairs!r}\nprint(r.status_code, r.text)\n400 {BODY}",
    "http.client": lambda sent: (
        f"send: b'POST /oauth/token HTTP/1.1\\r\\nHost: login.example\\r\\n\\r\\n'\nsend: {sent.form.encode()!r}"
    ),
    "OkHttp": lambda sent: (
        f"--> POST {URL}\n\n{sent.form}\n--> END POST (310-byte body)\n<-- 400 {URL} (90ms)\n\n{BODY}"
    ),
    "Apache": lambda sent: (
        f'wire >> "POST /oauth/token HTTP/1.1[\\r][\\n]"\nwire >> "Host: login.example[\\r][\\n]"\n'
        f'wire >> "[\\r][\\n]"\nwire >> "{sent.form}"\nwire << "HTTP/1.1 400 Bad Request[\\r][\\n]"'
    ),
    "print_r": lambda sent: (
        "Array\n(\n" + "\n".join(f"    [{n}] => {v}" for n, v in sent.pairs.items()) + f"\n)\n{BODY}"
    ),
    "var_dump": lambda sent: (
        "array(5) {\n"
        + "\n".join(f'  ["{n}"]=>\n  string({len(v)}) "{v}"' for n, v in sent.pairs.items())
        + f"\n}}\n{BODY}"
    ),
    "Dart": lambda sent: "body: {" + ", ".join(f"{n}: {v}" for n, v in sent.pairs.items()) + f"}} -> {BODY}",
}


@pytest.mark.parametrize("name", DRESSES)
def test_no_report_shows_what_was_printed(name: str) -> None:
    """Code and verifier are in none of the four reports, also where the print was not understood."""
    sent = Sent()
    octets = f"My login fails:\n\n{DRESSES[name](sent)}\n\nWhy?\n".encode()
    diagnosis = diagnose(read("question.txt", octets))
    assert diagnosis.failures == []
    reports = (
        text.write(diagnosis),
        html.write(diagnosis),
        json.dumps(as_json.write(diagnosis)),
        json.dumps(sarif.write(diagnosis, {"question.txt": octets})),
    )
    for report in reports:
        for secret in (sent.code, sent.verifier):
            assert secret not in report
            assert secret[:20] not in report
