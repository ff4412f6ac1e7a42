"""Read a curl command line: what it would send, option by option (curl's manual page)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.placeholders import is_placeholder
from proofkey.doctor.sources.text.shell_words import CURLY_QUOTES

FORM = "application/x-www-form-urlencoded"

# Options that take a value and say nothing about the request's shape.
_VALUED = frozenset([
    "-A", "--user-agent", "-e", "--referer", "-o", "--output", "-m", "--max-time", "--connect-timeout", "-w",
    "--write-out", "-x", "--proxy", "-c", "--cookie-jar", "-E", "--cert", "--key", "--cacert", "--capath", "-K",
    "--config", "-r", "--range", "--retry", "--retry-delay", "-U", "--proxy-user", "--resolve", "-D",
    "--dump-header", "--ciphers", "--interface", "--limit-rate", "-T", "--upload-file", "-y", "-Y", "-z",
    "--trace", "--trace-ascii", "--stderr", "--connect-to", "--noproxy", "--tls-max", "--max-redirs",
    "--aws-sigv4", "--unix-socket", "--dns-servers", "-C", "--continue-at", "--retry-max-time",
    "--keepalive-time", "--rate",
])  # fmt: skip
_LONG = {
    "-X": "--request", "-H": "--header", "-d": "--data", "-F": "--form", "-G": "--get", "-u": "--user",
    "-b": "--cookie", "-I": "--head", "-A": "--user-agent", "-e": "--referer",
}  # fmt: skip
_DATA = frozenset(["--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json"])
_READ = frozenset([*_LONG.values(), *_DATA, "--url", "--url-query", "--form-string", "--oauth2-bearer"])
_FLAGS = frozenset(["--get", "--head"])


@dataclass(slots=True)
class _Request:
    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    get: bool = False
    head: bool = False
    json: bool = False
    user: str = ""


def read_curl(words: list[str], line: int) -> Draft | None:
    """Give the request of a curl command whose words (without `curl`) these are, or None where it names no URL."""
    request = _Request()
    position = 0
    while position < len(words):
        option, value, position = _option(words, position)
        _apply(request, option, value)
    if not request.url:
        return None
    return _draft(request, line)


def _option(words: list[str], position: int) -> tuple[str, str, int]:
    """Give the next option by its long name, its value, and the position behind both."""
    word = words[position]
    if word.startswith(("–", "—")) and len(word) > 1:  # a typographic dash: `—data`
        word = "--" + word[1:]
    if not word.startswith("-") or word == "-":
        return "--url", word, position + 1
    if word.startswith("--"):
        name, equals, attached = word.partition("=")
        if name in _FLAGS or (name not in _READ and name not in _VALUED):
            return name, "", position + 1
        if equals:
            return name, attached, position + 1
        return name, _word(words, position + 1), position + 2
    # Short options may be joined: -sSX POST, -dgrant_type=...
    for index in range(1, len(word)):
        short = "-" + word[index]
        name = _LONG.get(short, short)
        if name in _FLAGS:
            words.insert(position + 1, "-" + word[index + 1 :]) if word[index + 1 :] else None
            return name, "", position + 1
        if name in _READ or name in _VALUED:
            if word[index + 1 :]:
                return name, word[index + 1 :], position + 1
            return name, _word(words, position + 1), position + 2
    return word, "", position + 1


def _word(words: list[str], position: int) -> str:
    return words[position] if position < len(words) else ""


def _apply(request: _Request, option: str, value: str) -> None:
    match option:
        case "--url":
            request.url = request.url or _bare_url(value)
        case "--request":
            request.method = value.upper().strip(CURLY_QUOTES)
        case "--header":
            name, colon, content = value.partition(":")
            # A header without a colon is not sent: `-H "Content-Type=..."`
            if colon and not any(mark in name for mark in " \t") and name:
                request.headers.append((name.strip(CURLY_QUOTES).lower(), content.strip()))
        case "--data" | "--data-ascii" | "--data-raw" | "--data-binary":
            request.data.append(value)
        case "--json":
            request.json = True
            request.data.append(value)
        case "--data-urlencode":
            request.data.append(_urlencoded(value))
        case "--form" | "--form-string":
            name, _, content = value.partition("=")
            request.form.append((name, content.strip('"')))
        case "--url-query":
            request.query.append(value.removeprefix("+"))
        case "--get":
            request.get = True
        case "--head":
            request.head = True
        case "--user":
            request.user = value if ":" in value else value + ":"
        case "--oauth2-bearer":
            request.headers.append(("authorization", f"Bearer {value}"))
        case "--cookie":
            request.headers.append(("cookie", value))
        case "--user-agent":
            request.headers.append(("user-agent", value))
        case "--referer":
            request.headers.append(("referer", value))
        case _:
            pass


def _bare_url(word: str) -> str:
    word = word.strip().strip(CURLY_QUOTES).strip("<>")
    # Forum software writes [https://host](https://host).
    if word.startswith("[") and "](" in word:
        word = word.partition("](")[2].rstrip(")")
    if not word or word in ("...", "…", "\\", "-", "--"):
        return ""
    return word if "://" in word else f"https://{word}" if _looks_like_host(word) else ""


def _looks_like_host(word: str) -> bool:
    host = word.partition("/")[0].partition("?")[0]
    return ("." in host or host.startswith(("localhost", "$", "{"))) and "=" not in host


def _urlencoded(value: str) -> str:
    """Encode the way `--data-urlencode` does: `name=content`, `=content` or `content`."""
    name, equals, content = value.partition("=")
    if not equals:
        return quote(value, safe="-._~")
    encoded = content if is_placeholder(content) else quote(content, safe="-._~")
    return f"{name}={encoded}" if name else encoded


def _draft(request: _Request, line: int) -> Draft:
    headers = request.headers
    if request.user and not any(name == "authorization" for name, _ in headers):
        headers.append(("authorization", "Basic " + b64encode(request.user.encode("utf-8", "replace")).decode()))
    separator = "" if request.json else "&"
    data = separator.join(request.data)
    url = request.url
    body: str | None = None
    params: list[tuple[str, str]] | None = None
    extra = [*request.query, *([data] if request.get and data else [])]
    if extra:
        url += ("&" if "?" in url else "?") + "&".join(extra)
    named = {name for name, _ in headers}
    if request.data and not request.get:
        body = data
        if "content-type" not in named:
            headers.append(("content-type", "application/json" if request.json else FORM))
    elif request.form:
        params = request.form
        if "content-type" not in named:
            headers.append(("content-type", "multipart/form-data; boundary=curl"))
    sends = body is not None or params is not None
    method = request.method or ("HEAD" if request.head else "POST" if sends else "GET")
    draft = Draft(line, "command", method, url, headers, body if sends else "", params, line)
    if params is not None:
        draft.body = None
    if request.user:
        user, _, password = request.user.partition(":")
        draft.placeholders |= {"client_id"} if is_placeholder(user) else set()
        draft.placeholders |= {"client_secret"} if is_placeholder(password) else set()
    return draft
