"""Take the marks of traces off their lines, so that plain HTTP remains: `curl -v`, OkHttp, Apache HttpClient.

`> POST /token HTTP/1.1`, `< HTTP/1.1 400`, `* Connected`; `--> POST https://...`, `<-- 400 https://... (210ms)`;
`http-outgoing-0 >> "POST /token HTTP/1.1[\\r][\\n]"`.
"""

from __future__ import annotations

import re

_METHODS = "GET|POST|PUT|DELETE|OPTIONS|HEAD|PATCH"
_CURL = re.compile(r"[<>*](?: |$)|[}{] \[\d")
_CURL_START = re.compile(rf"> (?:{_METHODS}) \S+ HTTP/[\d.]+")
_OKHTTP_START = re.compile(rf"--> (?={_METHODS} https?://)")
_OKHTTP = re.compile(
    rf"^(?P<before>[^\n]{{0,120}}?)(?:--> (?P<request>(?:{_METHODS}) https?://\S+)(?: (?:http/1\.1|h2))?"
    r"|<-- (?P<status>[1-5]\d\d)(?: [^\n]*)?|(?:-->|<--) END [^\n]*)$",
    re.MULTILINE,
)
_APACHE_START = re.compile(r">> \"[A-Z]{3,7} \S+ HTTP/1\.1\[\\r\]\[\\n\]\"")
_APACHE = re.compile(r"^[^\n]{0,200}?(?:>>|<<) \"([^\n]{0,100000}?)(?:\[\\r\])?(?:\[\\n\])?\"[ \t]*$", re.MULTILINE)


def without_traces(text: str) -> str:
    """Give a text with the lines of its traces as HTTP; the number of lines stays."""
    if _OKHTTP_START.search(text):
        text = _without_okhttp(text)
    if _APACHE_START.search(text):
        text = _APACHE.sub(lambda match: match.group(1), text)
    if not _CURL_START.search(text):
        return text
    lines = text.split("\n")
    inside = False
    for index, line in enumerate(lines):
        if _CURL_START.match(line.lstrip()):
            inside = True
        if inside and _CURL.match(line):
            lines[index] = "" if line[0] in "*}{" else line[2:]
    return "\n".join(lines)


def _without_okhttp(text: str) -> str:
    """Write OkHttp's log as HTTP; Android puts time, process and tag in front of every line."""
    tags = {match.group("before") for match in _OKHTTP.finditer(text) if match.group("before").strip()}
    for tag in sorted(tags, key=len, reverse=True)[:50]:
        text = text.replace(f"\n{tag}", "\n").removeprefix(tag)
    return _OKHTTP.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    if request := match.group("request"):
        return f"{request} HTTP/1.1"
    return f"HTTP/1.1 {match.group('status')}" if match.group("status") else ""
