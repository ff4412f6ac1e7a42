"""Texts that are made of a verifier, by mistake or in transit, and stand for it in the hash input.

Three kinds: `UNDONE` takes back what happened to the verifier that was sent (the challenge is right and the verifier is
not), `WRAPPED` puts something around a text, `REWRITTEN` writes its characters or the bytes behind it in another way.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from proofkey.doctor.transforms.steps import Step

TextStep = Step[str, str]


def octets(text: str) -> bytes:
    """Give the bytes of a text; for a legal verifier these are its ASCII octets."""
    return text.encode("utf-8", "surrogatepass")


NOT_BASE64 = bytes(byte for byte in range(256) if not re.match(rb"[A-Za-z0-9+/]", bytes((byte,))))
_UNRESERVED_TOO = {ord(symbol): f"%{ord(symbol):02X}" for symbol in "-._~"}
_ALL_SYMBOLS = {code: f"%{code:02X}" for code in range(128) if not chr(code).isalnum()}


def _percent(text: str) -> str:
    if text.isascii():
        return text.translate(_ALL_SYMBOLS)
    return quote(text, safe="", errors="replace").translate(_UNRESERVED_TOO)


def _form_java(text: str) -> str:
    return quote_plus(text, safe="*", errors="replace").replace("~", "%7E")


def _lower_escapes(escaped: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), escaped)


def _quoted_component(text: str) -> str:
    return quote(text, safe="!'()*", errors="replace")


def _b64(text: str) -> str:
    return base64.b64encode(octets(text)).decode("ascii")


def _url_alphabet(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _without(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text)


def _around(before: str, after: str) -> Callable[[str], str]:
    return lambda text: before + text + after


def _inside(before: str, after: str) -> Callable[[str], str | None]:
    def take_out(text: str) -> str | None:
        if len(text) > len(before) + len(after) and text.startswith(before) and text.endswith(after):
            return text[len(before) : len(text) - len(after)]
        return None

    return take_out


def decode_base64(text: str) -> bytes:
    """Decode either alphabet, padded or not; raises ValueError where a character is in neither."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def decode_leniently(text: str) -> bytes:
    """Decode what base64 of either alphabet knows, as many decoders do; a last single character stands for nothing."""
    return decode_skipping(text.replace("-", "+").replace("_", "/"))


def decode_skipping(text: str) -> bytes:
    """Decode what standard base64 knows and skip the rest."""
    known = octets(text).translate(None, NOT_BASE64)
    known = known[: len(known) - (len(known) % 4 == 1)]
    return base64.b64decode(known + b"=" * (-len(known) % 4))


def decode_hex(text: str) -> bytes | None:
    """Decode hexadecimal digits without separators; None where the text is anything else."""
    return bytes.fromhex(text) if len(text) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]+", text) else None


def decode_base32(text: str) -> bytes:
    """Decode base32, padded or not; raises ValueError where a character is none of its alphabet."""
    plain = text.rstrip("=")
    return base64.b32decode(plain + "=" * (-len(plain) % 8), casefold=True)


def _decoded_text(decode: Callable[[str], bytes | None]) -> Callable[[str], str | None]:
    def text_behind(text: str) -> str | None:
        data = decode(text)
        if data is None or len(data) < 8 or not all(0x20 < b < 0x7F for b in data):
            return None
        return data.decode("ascii")

    return text_behind


def _of_bytes(write: Callable[[bytes], str]) -> Callable[[str], str | None]:
    def written(text: str) -> str | None:
        data = decode_leniently(text)
        return write(data) if data else None

    return written


def _commas(data: bytes) -> str:
    return ",".join(map(str, data))


def _from_json(text: str) -> str | None:
    value = json.loads(text) if text[:1] == '"' else None
    return value if isinstance(value, str) else None


# Undo what happened to the verifier on its way. They come first: a text that can be undone is damaged.
UNDONE: tuple[TextStep, ...] = (
    Step("unquoted-json", "{} without its JSON quotes", _from_json),
    Step("unquoted", "{} without its double quotes", _inside('"', '"')),
    Step("single-unquoted", "{} without its single quotes", _inside("'", "'")),
    Step("curly-unquoted", "{} without its typographic quotes", _inside("\u201c", "\u201d")),
    Step("quote-before-undone", "{} without the quote before it", _inside('"', "")),
    Step("quote-after-undone", "{} without the quote after it", _inside("", '"')),
    Step("trimmed", "{} without the white space around it", lambda text: text.strip(" \t\r\n\0\ufeff\u200b\xa0")),
    Step("percent-decoded", "{} percent-decoded", lambda text: unquote(text, errors="replace")),
    Step("form-decoded", "{} form-decoded", lambda text: unquote_plus(text, errors="replace")),
    Step("percent-decoded-twice", "{} percent-decoded twice", lambda text: unquote(unquote(text))),
    Step("decoded-text", "the text behind the base64 encoding of {}", _decoded_text(decode_base64)),
    Step("hex-decoded-text", "the text behind the hexadecimal notation of {}", _decoded_text(decode_hex)),
    Step("base32-decoded-text", "the text behind the base32 encoding of {}", _decoded_text(decode_base32)),
    Step("name-removed", "{} without the parameter's name before it", _inside("code_verifier=", "")),
    Step("line-breaks-removed", "{} without the white space in it", _without(r"\s+")),
    Step("spaces-as-plus", "{} with '+' for each space", lambda text: text.replace(" ", "+")),
    Step(
        "halved", "the first of the two copies in {}", lambda t: t[: len(t) // 2] if t == t[: len(t) // 2] * 2 else None
    ),
    Step("unpadded", "{} without '=' at its end", lambda text: text.rstrip("=")),
    Step("url-alphabet", "{} in the base64url alphabet", _url_alphabet),
    Step("url-alphabet-unpadded", "{} in the base64url alphabet, unpadded", lambda t: _url_alphabet(t).rstrip("=")),
)

# What common code wraps around a text.
WRAPPED: tuple[TextStep, ...] = (
    Step("plus-lf", "{} with a line feed after it", _around("", "\n")),
    Step("plus-crlf", "{} with a carriage return and a line feed after it", _around("", "\r\n")),
    Step("plus-cr", "{} with a carriage return after it", _around("", "\r")),
    Step("plus-space", "{} with a space after it", _around("", " ")),
    Step("plus-nul", "{} with a NUL after it", _around("", "\0")),
    Step("plus-tab", "{} with a tab after it", _around("", "\t")),
    Step("plus-two-lf", "{} with two line feeds after it", _around("", "\n\n")),
    Step("lf-before", "{} with a line feed before it", _around("\n", "")),
    Step("space-before", "{} with a space before it", _around(" ", "")),
    Step("spaces-around", "{} with a space on either side", _around(" ", " ")),
    Step("nul-before", "{} with a NUL before it", _around("\0", "")),
    Step("echo-n", "what an echo without options prints for -n and {}", _around("-n ", "\n")),
    Step("quoted", "{} in double quotes", _around('"', '"')),
    Step("single-quoted", "{} in single quotes", _around("'", "'")),
    Step("back-quoted", "{} in back quotes", _around("`", "`")),
    Step("curly-quoted", "{} in typographic quotes", _around("\u201c", "\u201d")),
    Step("escaped-quoted", "{} in escaped quotes", _around('\\"', '\\"')),
    Step("quote-before", "{} with a double quote before it", _around('"', "")),
    Step("quote-after", "{} with a double quote after it", _around("", '"')),
    Step("quoted-twice", "{} in double quotes, quoted again", lambda text: json.dumps(json.dumps(text))),
    Step("angle-brackets", "{} in angle brackets", _around("<", ">")),
    Step("brackets", "{} in square brackets", _around("[", "]")),
    Step("braces", "{} in braces", _around("{", "}")),
    Step("parentheses", "{} in parentheses", _around("(", ")")),
    Step("list-printed", "a printed list holding {}", _around("['", "']")),
    Step("json-list", "a JSON array holding {}", _around('["', '"]')),
    Step("python-bytes", "the printed Python bytes of {}", _around("b'", "'")),
    Step("semicolon-after", "{} with a semicolon after it", _around("", ";")),
    Step("comma-after", "{} with a comma after it", _around("", ",")),
    Step("full-stop-after", "{} with a full stop after it", _around("", ".")),
    Step("ampersand-after", "{} with an ampersand after it", _around("", "&")),
    Step("named", "{} with 'code_verifier=' before it", _around("code_verifier=", "")),
    Step("named-short", "{} with 'verifier=' before it", _around("verifier=", "")),
    Step("named-colon", "{} with 'code_verifier:' before it", _around("code_verifier:", "")),
    Step("named-colon-space", "{} with 'code_verifier: ' before it", _around("code_verifier: ", "")),
    Step("named-bare", "{} with 'code_verifier' before it", _around("code_verifier", "")),
    Step("named-camel", "{} with 'codeVerifier=' before it", _around("codeVerifier=", "")),
    Step("named-json", "JSON with {} as member code_verifier", _around('{"code_verifier":"', '"}')),
    Step("named-json-short", "JSON with {} as member verifier", _around('{"verifier":"', '"}')),
    Step(
        "named-json-short-spaced",
        "JSON, spaced, with {} as member verifier",
        _around('{"verifier": "', '"}'),
    ),
    Step("named-json-camel", "JSON with {} as member codeVerifier", _around('{"codeVerifier":"', '"}')),
    Step(
        "named-json-camel-spaced",
        "JSON, spaced, with {} as member codeVerifier",
        _around('{"codeVerifier": "', '"}'),
    ),
    Step(
        "named-json-spaced",
        "JSON, spaced, with {} as member code_verifier",
        _around('{"code_verifier": "', '"}'),
    ),
    Step("undefined-before", "{} with 'undefined' before it", _around("undefined", "")),
    Step("null-before", "{} with 'null' before it", _around("null", "")),
    Step("mark-before", "{} with a byte order mark before it", _around("\ufeff", "")),
    Step("method-after", "{} with 'S256' after it", _around("", "S256")),
    Step("method-before", "{} with 'S256' before it", _around("S256", "")),
    Step("equals-after", "{} with '=' after it", _around("", "=")),
    Step("two-equals-after", "{} with '==' after it", _around("", "==")),
    Step("padded", "{} filled up with '='", _padded),
    Step("doubled", "{} written twice", lambda text: text + text),
    Step("percent-encoded", "{} percent-encoded", _percent),
    Step("percent-encoded-lower", "{} percent-encoded with lower-case digits", lambda t: _lower_escapes(_percent(t))),
    Step("component-encoded", "{} percent-encoded as encodeURIComponent does", _quoted_component),
    Step("quote-encoded", "{} percent-encoded as RFC 3986 says", lambda text: quote(text, safe="", errors="replace")),
    Step("form-encoded", "{} form-encoded, '~' as well", _form_java),
    Step("form-encoded-lower", "{} form-encoded with lower-case digits", lambda text: _lower_escapes(_form_java(text))),
    Step("lower", "{} in lower case", str.lower),
    Step("upper", "{} in upper case", str.upper),
    Step("capital", "{} in lower case with a capital at its start", str.capitalize),
    Step("case-swapped", "{} with upper and lower case swapped", str.swapcase),
    Step("reversed", "{} backwards", lambda text: text[::-1]),
    Step("b64url", "base64url of {}", lambda text: _url_alphabet(_b64(text)).rstrip("=")),
    Step("b64url-pad", "padded base64url of {}", lambda text: _url_alphabet(_b64(text))),
    Step("b64", "standard base64 of {}", _b64),
    Step("b64-nopad", "unpadded standard base64 of {}", lambda text: _b64(text).rstrip("=")),
    Step("hex", "the hexadecimal text of {}", lambda text: octets(text).hex()),
    Step("HEX", "the upper-case hexadecimal text of {}", lambda text: octets(text).hex().upper()),
    Step("base32", "base32 of {}", lambda text: base64.b32encode(octets(text)).decode("ascii")),
    Step("b64-lf", "standard base64 with a line feed after it of {}", lambda text: _b64(text) + "\n"),
    Step(
        "b64-mime",
        "standard base64 with line breaks of {}",
        lambda text: base64.encodebytes(octets(text)).decode("ascii"),
    ),
)
# The ones that also come around a text that was already changed; each can be taken with any text.
OUTER = frozenset({
    "plus-lf", "plus-crlf", "plus-cr", "plus-space", "plus-nul", "plus-tab", "space-before", "quoted", "single-quoted",
    "json-list", "python-bytes", "named", "named-colon-space", "named-json", "named-json-spaced", "mark-before",
    "undefined-before", "equals-after", "padded", "method-after", "semicolon-after", "comma-after", "full-stop-after",
    "ampersand-after", "doubled", "percent-encoded", "lower", "upper", "case-swapped", "reversed", "b64url",
    "b64url-pad", "b64", "b64-nopad", "b64-mime", "hex", "HEX", "symbols-dropped", "dashes-dropped",
    "underscores-dropped", "standard-alphabet", "dashes-as-underscores", "underscores-as-dashes",
})  # fmt: skip

# Other writings of the verifier, its characters or the bytes behind it.
REWRITTEN: tuple[TextStep, ...] = (
    Step("standard-alphabet", "{} in the standard base64 alphabet", lambda t: t.replace("-", "+").replace("_", "/")),
    Step(
        "standard-alphabet-padded",
        "{} in the standard base64 alphabet, padded",
        lambda text: _padded(text.replace("-", "+").replace("_", "/")),
    ),
    Step("percent-encoded-twice", "{} percent-encoded twice", lambda text: quote(_percent(text), safe="")),
    Step("form-encoded-twice", "{} form-encoded twice", lambda text: _form_java(_form_java(text))),
    Step(
        "quote-encoded-twice", "{} percent-encoded twice as RFC 3986 says", lambda t: quote(quote(t, safe=""), safe="")
    ),
    Step("plus-as-space", "{} with a space for each '+'", lambda text: text.replace("+", " ")),
    Step("dashes-dropped", "{} without its '-'", _without("-")),
    Step("underscores-dropped", "{} without its '_'", _without("_")),
    Step("dashes-and-underscores-dropped", "{} without its '-' and '_'", _without("[-_]")),
    Step("tildes-dropped", "{} without its '~'", _without("~")),
    Step("dots-dropped", "{} without its '.'", _without(r"\.")),
    Step("symbols-dropped", "only the letters and digits of {}", _without("[^A-Za-z0-9]")),
    Step("plus-and-slash-dropped", "{} without its '+' and '/'", _without("[+/=]")),
    Step("dashes-as-spaces", "{} with a space for each '-'", lambda text: text.replace("-", " ")),
    Step("underscores-as-spaces", "{} with a space for each '_'", lambda text: text.replace("_", " ")),
    Step("underscores-as-dashes", "{} with '-' for each '_'", lambda text: text.replace("_", "-")),
    Step("dashes-as-underscores", "{} with '_' for each '-'", lambda text: text.replace("-", "_")),
    Step("symbols-swapped", "{} with '-' and '_' swapped", lambda t: t.translate({0x2D: "_", 0x5F: "-"})),
    Step("dashes-as-plus", "{} with '+' for each '-'", lambda text: text.replace("-", "+")),
    Step("underscores-as-slashes", "{} with '/' for each '_'", lambda text: text.replace("_", "/")),
    Step("code-list", "the comma-printed character codes of {}", lambda text: _commas(octets(text))),
    Step("code-list-spaced", "the printed character codes of {}", lambda text: ", ".join(map(str, octets(text)))),
    Step("code-list-bracketed", "the JSON array of the character codes of {}", lambda t: f"[{_commas(octets(t))}]"),
    Step("code-list-printed", "the printed list of the character codes of {}", lambda text: str(list(octets(text)))),
    Step("code-words", "the character codes of {}, with spaces", lambda text: " ".join(map(str, octets(text)))),
    Step("characters-spaced", "the characters of {} with spaces", " ".join),
    Step("binary", "the binary digits of {}", lambda text: "".join(f"{byte:08b}" for byte in octets(text))),
    Step("characters-list", "the characters of {} with commas", lambda text: ",".join(text)),
    Step("bytes-hex", "the hexadecimal text of the decoded bytes of {}", _of_bytes(bytes.hex)),
    Step(
        "bytes-HEX", "the upper-case hexadecimal text of the decoded bytes of {}", _of_bytes(lambda b: b.hex().upper())
    ),
    Step("bytes-list", "the comma-printed decoded bytes of {}", _of_bytes(_commas)),
    Step("bytes-list-spaced", "the printed decoded bytes of {}", _of_bytes(lambda b: ", ".join(map(str, b)))),
    Step("bytes-list-bracketed", "the JSON array of the decoded bytes of {}", _of_bytes(lambda b: f"[{_commas(b)}]")),
    Step("bytes-list-printed", "the printed list of the decoded bytes of {}", _of_bytes(lambda b: str(list(b)))),
    Step("bytes-repr", "the printed Python bytes behind {}", _of_bytes(str)),
    Step("bytes-latin1", "the decoded bytes of {} as Latin-1 characters", _of_bytes(lambda b: b.decode("latin-1"))),
    Step("bytes-replaced", "the decoded bytes of {} read as UTF-8", _of_bytes(lambda b: b.decode("utf-8", "replace"))),
    Step("bytes-b64", "base64 of the decoded bytes of {}", _of_bytes(lambda b: base64.b64encode(b).decode("ascii"))),
    Step("bytes-base32", "base32 of the decoded bytes of {}", _of_bytes(lambda b: base64.b32encode(b).decode("ascii"))),
    Step("bytes-integer", "the decoded bytes of {} as a number", _of_bytes(lambda b: str(int.from_bytes(b, "big")))),
    Step(
        "json-escaped-hex",
        "the decoded bytes of {} with '\\x' before each",
        _of_bytes(lambda b: "".join(f"\\x{c:02x}" for c in b)),
    ),
)
