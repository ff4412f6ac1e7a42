"""Find URLs in prose and say what they are: authorization request, callback, token endpoint, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from proofkey.doctor.html_text import unescape
from proofkey.doctor.parameters import parse_form
from proofkey.doctor.sources.draft import host_of, path_of, query_of

Role: TypeAlias = Literal["authorize", "callback", "token", "other"]

_HOLE = r"\{\{[^{}\s]{0,60}\}\}|\$?\{[\w.\-]{1,60}\}|<[A-Za-z][\w .\-]{0,60}>|\[[A-Za-z][\w \-]{0,60}\](?!\()"
URL = re.compile(rf"https?://(?:{_HOLE}|[^\s<>\"'`\[\]{{}}|\\^“”‘’])+", re.IGNORECASE)
# A callback of an application's own scheme, or a callback written without its host.
_OWN_SCHEME = re.compile(
    r"(?<![\w./])(?!https?:)[a-z][a-z0-9+.\-]{2,60}:/{1,3}[^\s<>\"'`]*[?#&](?:code|error)=[^\s<>\"'`]+"
)
_NO_HOST = re.compile(r"(?<![\w/.:=])/[\w/.\-]{0,100}\?(?:[\w.\-]+=[^\s<>\"'`&]*&)*(?:code|error)=[^\s<>\"'`]+")
_EMPHASIS = re.compile(r"[*_]{1,3}\Z")  # `**https://...**`
_IN_HTML = re.compile(r"(?:href|action|src|url)=[\"']?\Z", re.IGNORECASE)
_TRAILING = ".,;:!?)…*_"
_MANUALS = re.compile(
    r"(?:^|\.)(?:developer|developers|docs?|help|support|community|forum|learn|wiki|stackoverflow|datatracker"
    r"|rfc-editor|npmjs|unpkg|cdn|jsdelivr|medium|oauth\.net|w3)\b"
)
_AUTHORIZE_PATH = re.compile(r"/(?:authorize|authorise|authorize\.php)/?", re.IGNORECASE)
_WITH_QUERY_ONLY = re.compile(r"/(?:auth|authorization|oauth|login|signin)/?", re.IGNORECASE)  # says little by itself
_TOKEN_PATH = re.compile(r"/(?:[\w\-]*token(?!s/me)[\w\-]*|tokens|oauth/access)/?", re.IGNORECASE)
_NOT_TOKEN = re.compile(r"introspect|revoke|tokeninfo|userinfo|users?/me|register|jwks|/fake|csrf", re.IGNORECASE)


def find_urls(line: str) -> Iterator[tuple[int, str]]:
    """Give offset and text of every URL in a line."""
    if ":/" in line:
        for pattern in (URL, _OWN_SCHEME):
            for match in pattern.finditer(line):
                url = match.group()
                if mark := _EMPHASIS.search(line, max(0, match.start() - 3), match.start()):
                    url = url.removesuffix(mark.group())
                if "&amp;" in url and _IN_HTML.search(line, max(0, match.start() - 12), match.start()):
                    url = unescape(url)
                yield match.start(), _trimmed(url)
    if "?" in line:
        for match in _NO_HOST.finditer(line):
            yield match.start(), _trimmed(match.group())


def _trimmed(url: str) -> str:
    # Dots that stand for a part left out belong to the value: `code=abc...`
    kept = re.search(r"=[^&]*(\.\.\.|…)$", url)
    if kept:
        return url
    while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        if url[-1] in "_*" and "=" in url:
            break
        url = url[:-1]
    return url


def role_of(url: str) -> Role:
    """Say what a URL is by its parameters first, then by its path."""
    query = query_of(url)
    names = set(parse_form(query[:20_000]).names()) if "=" in query else set()
    if names & {"response_type", "code_challenge", "code_challenge_method", "request_uri"}:
        return "authorize"
    fragment = url.partition("#")[2]
    if "code" in names or ("error" in names and not names & {"client_id"}) or re.search(r"(?:^|[&?/])code=", fragment):
        return "token" if "grant_type" in names else "callback"
    host, path = host_of(url), path_of(url)
    if _MANUALS.search(host):
        return "other"
    last = re.search(r"/[^/]*/?$", path)
    if last is None or _NOT_TOKEN.search(path):
        return "other"
    if _TOKEN_PATH.fullmatch(last.group()):
        return "token"
    if _AUTHORIZE_PATH.fullmatch(last.group()):
        return "authorize"
    if _WITH_QUERY_ONLY.fullmatch(last.group()) and "client_id" in names:
        return "authorize"
    return "authorize" if "client_id" in names and "redirect_uri" in names else "other"
