"""Write a login as people paste it: commands, raw HTTP, a question in prose, code."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import json
from random import Random
from urllib.parse import parse_qsl

from tests.doctor.generated.story import Exchange

FORMS = (
    "bash",
    "bash-encoded",
    "cmd",
    "cmd-caret",
    "powershell",
    "raw",
    "prose",
    "prose-fetch",
    "prose-list",
    "prose-python",
    "raw-arrows",
)


def text(exchanges: list[Exchange], form: str, rng: Random) -> str:
    """Write the steps of a login that a person would paste."""
    ask = next((each for each in exchanges if each.role == "authorize"), None)
    back = next((each for each in exchanges if each.role == "callback"), None)
    post = next((each for each in exchanges if each.role == "token"), None)
    parts = []
    if form in ("raw", "raw-arrows"):
        for each in (ask, back, post):
            if each is not None:
                parts.append(_raw(each, form, each is post))
        return "\n\n".join(parts)
    labels = _LABELS[form] if form in _LABELS else rng.choice(_PLAIN)
    if ask:
        parts.append(f"{labels[0]}\n{ask.url}")
    if back:
        parts.append(f"{labels[1]}\n{back.url}")
    if post:
        parts.append(f"{labels[2]}\n{_command(post, form)}")
        parts.append(_answer(post, form, rng))
    body = ("\n\n" if form.startswith("prose") else "\n").join(part for part in parts if part)
    if form.startswith("prose"):
        title = rng.choice(
            (
                "PKCE login returns an error",
                "Cannot exchange code for token",
                "Stuck with login, pls help",
                "What is wrong with my login?",
            )
        )
        return f"{title}\n\n{rng.choice(_INTROS)}\n\n{body}\n\n{rng.choice(_ENDS)}\n"
    return body + "\n"


_PLAIN = (
    ("# 1", "# 2", "# 3"),
    ("authorize:", "callback:", "token:"),
    ("step one", "then the browser is here:", "exchange"),
)
_LABELS = {
    "prose": ("First I send the browser to", "it comes back on", "then I run this"),
    "prose-fetch": ("My authorize url is:", "Browser redirected to:", "My code does:"),
    "prose-list": ("1. Open this link", "2. After login the address bar shows", "3. POST from terminal"),
    "prose-python": ("Authorize request:", "Callback:", "Python:"),
}
_INTROS = (
    "Hi all, I am new with oauth and I try since two days. Everything is as in documentation.",
    "I'm building a single page app. The redirect works but then I am stuck. Compared every byte, I think.",
    "We migrated from implicit grant last month. On my colleague's machine it works, on mine it does not.",
)
_ENDS = (
    "What do I miss? Thank you in advance!",
    "Any hint welcome.",
    "The redirect URI is registered, I checked three times.",
    "Has somebody solved it?",
)


def _command(post: Exchange, form: str) -> str:
    body = post.body or ""
    kind = next((v for n, v in post.headers if n.lower() == "content-type"), "")
    headers = [(n, v) for n, v in post.headers if n.lower() in ("content-type", "accept", "authorization", "origin")]
    if form == "cmd" or form == "cmd-caret":
        mark = "^" if form == "cmd-caret" else ""
        lines = [f'curl -X {post.method} {mark}"{_caret(post.url, mark)}{mark}" ^']
        lines += [f'  -H {mark}"{n}: {_caret(v, mark)}{mark}" ^' for n, v in headers]
        shown = body.replace('"', '\\"' if not mark else '^\\^"')
        lines.append(f'  --data-raw {mark}"{_caret(shown, mark) if not mark or chr(34) not in body else shown}{mark}"')
        return "\n".join(lines)
    if form == "powershell":
        escaped = body.replace("`", "``").replace('"', '`"').replace("$", "`$")
        extra = "".join(f'"{n}"="{v}"\n' for n, v in headers if n.lower() != "content-type")
        return f'Invoke-RestMethod -Uri "{post.url}" `\n-Method {post.method} `\n-Headers @{{\n{extra}}} `\n-ContentType "{kind}" `\n-Body "{escaped}"'
    if form == "prose-fetch":
        sent = json.dumps({n.lower(): v for n, v in headers}, indent=4)
        return f'fetch("{post.url}", {{\n  "method": "{post.method}",\n  "headers": {sent},\n  "body": {json.dumps(body)}\n}})'
    if form == "prose-python" and "x-www-form-urlencoded" in kind and not body.startswith("{"):
        pairs = "".join(f"    {json.dumps(n)}: {json.dumps(v)},\n" for n, v in parse_qsl(body, keep_blank_values=True))
        kept = {n: v for n, v in headers if n.lower() in ("authorization", "origin")}
        named = f", headers={json.dumps(kept)}" if kept else ""
        return f'import requests\n\nr = requests.post("{post.url}", data={{\n{pairs}}}{named})\nprint(r.status_code, r.text)'
    lines = [f"curl -sS -X {post.method} '{post.url}'"]
    lines += [f"  -H '{n}: {v}'" for n, v in headers]
    if form == "bash-encoded" and "x-www-form-urlencoded" in kind and not body.startswith("{"):
        lines += ["  --data-urlencode " + _quoted(f"{n}={v}") for n, v in parse_qsl(body, keep_blank_values=True)]
    elif body:
        lines.append("  -d " + _quoted(body))
    return " \\\n".join(lines)


def _quoted(text: str) -> str:
    if "\n" in text or "\r" in text:
        return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"
    return "'" + text.replace("'", "'\\''") + "'"


def _caret(value: str, mark: str) -> str:
    if not mark:
        return value
    return "".join(f"^{c}" if c in "&<>|%!" else c for c in value)


def _answer(post: Exchange, form: str, rng: Random) -> str:
    if post.status == 0:
        return ""
    body = post.answer or ""
    if body.startswith("{"):
        body = json.dumps(json.loads(body), indent=rng.choice((2, None)))
    if form.startswith("prose"):
        return rng.choice(
            (
                f"I get {post.status}:\n\n{body}",
                f"Response: {post.status}\n{body}",
                f"The answer is HTTP {post.status}\n\n{body}",
            )
        )
    return f"{rng.choice(('->', 'HTTP', '=>', 'status'))} {post.status}\n{body}"


def _raw(each: Exchange, form: str, answered: bool) -> str:
    _scheme, _, rest = each.url.partition("://")
    host, slash, path = rest.partition("/")
    sent, got = ("> ", "< ") if form == "raw-arrows" else ("", "")
    lines = [f"{sent}{each.method} {slash}{path} HTTP/1.1", f"{sent}Host: {host}"]
    lines += [f"{sent}{n}: {v}" for n, v in each.headers if n.lower() != "content-length"]
    if not sent and each.body is not None:
        lines += ["", each.body]
    elif each.body is not None:
        lines += [sent, each.body]
    if answered or each.status >= 300:
        lines += ["", f"{got}HTTP/1.1 {each.status} X"]
        lines += [f"{got}{n}: {v}" for n, v in each.answer_headers]
        if each.answer:
            lines += [got.strip() and got, each.answer]
    return "\n".join(lines)
