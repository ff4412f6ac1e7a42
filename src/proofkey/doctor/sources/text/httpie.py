"""Read an HTTPie command: `http --form POST host/path name=value name:=json Header:value name==query`.

Without --form HTTPie sends the fields as JSON, which is the mistake that most people make with it at a token endpoint.
"""

from __future__ import annotations

import json
import re

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.placeholders import is_placeholder

COMMAND = re.compile(r"(?<![\w./:-])(https?|xh)[ \t]+(?=-|GET\b|POST\b|[a-z$\"']*[./:])", re.IGNORECASE)
_ITEM = re.compile(r"([A-Za-z0-9_.\[\]-]+)(==|:=|=@|=|:|@)(.*)", re.DOTALL)
_METHODS = frozenset(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])


def read_httpie(words: list[str], line: int) -> Draft | None:
    """Give the request of an HTTPie command whose words (the program's name first) these are."""
    form = multipart = False
    method = url = auth = ""
    headers: list[tuple[str, str]] = []
    query: list[str] = []
    fields: list[tuple[str, str]] = []
    waiting = False
    for word in words[1:]:
        if waiting:
            auth, waiting = word, False
        elif word in ("--form", "-f"):
            form = True
        elif word == "--multipart":
            multipart = True
        elif word in ("--auth", "-a"):
            waiting = True
        elif word.startswith("-"):
            continue
        elif not url and word.upper() in _METHODS:
            method = word.upper()
        elif not url:
            url = _url(word, words[0])
        elif item := _ITEM.fullmatch(word):
            name, operator, value = item.groups()
            if operator == "==":
                query.append(f"{name}={value}")
            elif operator == ":":
                headers.append((name.lower(), value.strip()))
            else:
                fields.append((name, value))
    if not url:
        return None
    if query:
        url += ("&" if "?" in url else "?") + "&".join(query)
    draft = Draft(line, "command", method or ("POST" if fields else "GET"), url, headers, "", None, line)
    if auth:
        user, _, password = auth.partition(":")
        draft.placeholders |= {"client_id"} if is_placeholder(user) else set()
        draft.placeholders |= {"client_secret"} if is_placeholder(password) else set()
    if fields and (form or multipart):
        draft.body, draft.body_params = None, fields
        content_type = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"
    elif fields:
        draft.body = json.dumps(dict(fields))
        content_type = "application/json"
    if fields and draft.header("content-type") is None:
        headers.append(("content-type", content_type))
    return draft


def _url(word: str, program: str) -> str:
    if "://" in word:
        return word
    return f"{'https' if program.lower() == 'https' else 'http'}://{'localhost' if word.startswith(':') else ''}{word}"
