"""Read HAR 1.2 files as the tools really write them.

Large files are decoded by their types, small ones and those with values of wrong types loosely. An entry that is
broken is noted as damage; it never hides the others.
"""

from __future__ import annotations

import gc
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote_plus

from proofkey.doctor.capture import Capture
from proofkey.doctor.message import Headers, Message
from proofkey.doctor.parameters import MAX_PARAMETERS, Parameter, Parameters
from proofkey.doctor.sources import loose_har

if TYPE_CHECKING:
    from proofkey.doctor.sources import typed_har

    # Two decoders make them, of the same members.
    Pair: TypeAlias = typed_har.Pair | loose_har.Pair
    Request: TypeAlias = typed_har.Request | loose_har.Request
    Response: TypeAlias = typed_har.Response | loose_har.Response
    Entry: TypeAlias = typed_har.Entry | loose_har.Entry

MAX_ENTRIES = 100_000
_SMALL = 500_000  # octets; decoding them with the standard library takes less than loading a faster one
_KEPT_BODY = 256_000  # octets of an answer that are decoded; larger ones are pictures and bundles
_READABLE = ("json", "html", "text/plain", "xml", "form")
_RAW_WRITERS = ("webinspector", "chrome", "chromium")  # their `params` hold percent-encoded values


def read_har(data: bytes) -> Capture:
    """Read a HAR file.

    Of a file that ends too early the complete entries are read. Raises ValueError where the octets are no JSON or hold
    no list of entries, RecursionError where they are too deep.
    """
    with _collector_at_rest():
        try:
            return _read(data)
        except ValueError:
            from proofkey.doctor.sources.cut_har import mend  # only damaged files need it

            mended = mend(data)
            if mended is None:
                raise
            capture = _read(mended)
            capture.cut_short = True
            complete = f"its {len(capture.messages)} complete entries were read, and the verdict stays open"
            capture.damage.append(f"the file ends too early; {complete}")
            return capture


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Stop the collector: every object that is made here lives on, and it would look at all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(data: bytes) -> Capture:
    capture = Capture(sources=["har"])
    entries, creator = _decode(data)
    if len(entries) > MAX_ENTRIES:
        capture.damage.append(f"more than {MAX_ENTRIES} entries; the rest is left out")
        entries = entries[:MAX_ENTRIES]
    decoded = _params_are_decoded(entries, creator)
    for index, entry in enumerate(entries, 1):
        if entry.request is None or not entry.request.url:
            capture.damage.append(f"entry {index} has no request")
            continue
        capture.messages.append(_message(index, entry, entry.request, decoded))
    _put_in_time_order(capture.messages)
    return capture


def _decode(data: bytes) -> tuple[Sequence[Entry], str]:
    """Decode the entries and the name of the tool that wrote them."""
    if len(data) <= _SMALL:
        with suppress(ValueError):  # the typed decoder says better what is wrong, and it is stricter
            return loose_har.loosen(loose_har.parse(data))
    from proofkey.doctor.sources import typed_har  # see _SMALL

    return typed_har.decode(data) or loose_har.loosen(typed_har.parse(data))


def _message(index: int, entry: Entry, request: Request, decoded: bool) -> Message:
    response = entry.response
    headers = _headers(request.headers)
    media_type = request.postData.mimeType if request.postData else None
    # Some tools write the media type with the body only.
    if headers is not None and media_type and not any(name == "content-type" for name, _ in headers):
        headers = (*headers, ("content-type", media_type))
    answer_headers = _headers(response.headers) if response else None
    body, params = _body(request, headers, decoded)
    location = next((value for name, value in answer_headers or () if name == "location"), None)
    status = response.status if response else None
    if status is not None and not 0 <= status <= 999:
        status = 0
    return Message(
        number=index,
        where=f"entry {index}",
        method=request.method.strip().upper() or "GET",
        url=request.url,
        request_headers=headers,
        body=body,
        body_params=params,
        status=status,
        response_headers=answer_headers,
        response_body=_answer_body(request, response),
        started=_seconds(entry.startedDateTime),
        duration=entry.time / 1000 if entry.time is not None and entry.time >= 0 else None,
        initiator=_initiator(entry.read_initiator()),
        resource_type=(entry.resource_type or "").lower() or None,
        from_cache=bool(entry.from_cache),
        network_error=_network_error(entry),
        redirect_target=location or (response.redirectURL if response else None) or None,
        page=entry.pageref,
    )


def _network_error(entry: Entry) -> str | None:
    """Give the browser's words for why no answer came; None where it says nothing (Firefox never does).

    Chrome, Safari and mitmproxy write `_error`, Playwright `_failureText` with a status of -1.
    """
    response = entry.response
    said = entry.error or (response and (response.error or response.failure_text))
    return said or ("aborted" if entry.was_aborted else None)


def _headers(pairs: Sequence[Pair] | None) -> Headers | None:
    if pairs is None:
        return None
    return tuple([(pair.name.lower(), pair.value or "") for pair in pairs])


def _body(request: Request, headers: Headers | None, decoded: bool) -> tuple[str | None, Parameters | None]:
    """Give the body's text, or, where only they were recorded, its parameters."""
    post = request.postData
    if post is None:
        if request.method.upper() in ("GET", "HEAD", "OPTIONS", "DELETE"):
            return "", None
        length = next((value for name, value in headers or () if name == "content-length"), None)
        return ("", None) if length == "0" else (None, None)
    if post.text:
        if (post.encoding or "").lower() == "base64":
            return _from_base64(post.text), None
        return post.text, None
    if post.params:
        return None, _params(post.params, decoded)
    return ("" if post.text is not None or post.params is not None else None), None


def _params(pairs: Sequence[Pair], decoded: bool) -> Parameters:
    found = []
    for pair in pairs[:MAX_PARAMETERS]:
        value = pair.value or ""
        if decoded:
            found.append(Parameter(pair.name, value))
        else:
            found.append(Parameter(unquote_plus(pair.name), unquote_plus(value), value))
    return Parameters(found)


def _params_are_decoded(entries: Sequence[Entry], creator: str) -> bool:
    """Tell whether this file's `params` hold decoded values: where one has a character that encoding never leaves."""
    raw_forms = False
    for entry in entries:
        post = entry.request.postData if entry.request else None
        if post is None or not post.params:
            continue
        for pair in post.params:
            if any(character in (pair.value or "") for character in ":/@ ?&=!{"):
                return True
        if post.text and "%" in post.text:
            raw_forms = raw_forms or any("%" in (pair.value or "") for pair in post.params)
    return not raw_forms and not any(name in creator.lower() for name in _RAW_WRITERS)


def _answer_body(request: Request, response: Response | None) -> str | None:
    content = response.content if response else None
    if content is None:
        return None
    kind = (content.mimeType or "").lower()
    if kind and not any(word in kind for word in _READABLE) and request.method == "GET":
        return None
    text = content.read(_KEPT_BODY)
    if text and (content.encoding or "").lower() == "base64":
        return _from_base64(text)
    return text


def _from_base64(text: str) -> str:
    try:
        return b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except ValueError:
        return text


def _initiator(initiator: object) -> str | None:
    if isinstance(initiator, dict):
        initiator = initiator.get("url") or initiator.get("type")
    return initiator if isinstance(initiator, str) else None


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError):
        return None


def _put_in_time_order(messages: list[Message]) -> None:
    """Number the messages by time where every one has a time; `where` keeps the entry's place in the file."""
    times = [message.started for message in messages if message.started is not None]
    if len(times) != len(messages):
        return
    if any(later < earlier for earlier, later in pairwise(times)):
        messages.sort(key=lambda message: message.started or 0.0)
        for number, message in enumerate(messages, 1):
            message.number = number
