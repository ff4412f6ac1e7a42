"""The grammar of challenge faults a second time, written apart from the search: what a test composes at random."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import quote


def _plain(text: str) -> bytes:
    return text.encode("ascii")


def _bytes_behind(verifier: str) -> bytes:
    body = verifier.replace(".", "").replace("~", "")  # as lenient decoders do
    return base64.urlsafe_b64decode(body[: len(body) - (len(body) % 4 == 1)] + "==="[: -len(body) % 4])


INPUTS: dict[str, Callable[[str], bytes]] = {
    "ascii": _plain,
    "plus-lf": lambda v: _plain(v + "\n"),
    "plus-crlf": lambda v: _plain(v + "\r\n"),
    "plus-cr": lambda v: _plain(v + "\r"),
    "trailing space": lambda v: _plain(v + " "),
    "leading space": lambda v: _plain(" " + v),
    "trailing NUL": lambda v: _plain(v + "\0"),
    "single quotes": lambda v: _plain(f"'{v}'"),
    "double quotes": lambda v: _plain(f'"{v}"'),
    "JSON array": lambda v: _plain(json.dumps([v])),
    "Python bytes": lambda v: _plain(repr(v.encode())),
    "double quotes and line feed": lambda v: _plain(f'"{v}"\n'),
    "percent-encoded": lambda v: _plain("".join(c if c.isalnum() else f"%{ord(c):02X}" for c in v)),
    "percent-encoded, lower": lambda v: _plain("".join(c if c.isalnum() else f"%{ord(c):02x}" for c in v)),
    "percent-encoded twice": lambda v: _plain("".join(c if c.isalnum() else f"%25{ord(c):02X}" for c in v)),
    "utf16le": lambda v: v.encode("utf-16-le"),
    "utf16be": lambda v: v.encode("utf-16-be"),
    "UTF-16 with BOM": lambda v: b"\xff\xfe" + v.encode("utf-16-le"),
    "UTF-16 BE with BOM": lambda v: b"\xfe\xff" + v.encode("utf-16-be"),
    "UTF-8 with BOM": lambda v: v.encode("utf-8-sig"),
    "UTF-32": lambda v: v.encode("utf-32-le"),
    "UTF-32 BE": lambda v: v.encode("utf-32-be"),
    "b64url-decoded": _bytes_behind,
    "upper": lambda v: _plain(v.upper()),
    "lower": lambda v: _plain(v.lower()),
    "reversed": lambda v: _plain(v[::-1]),
    "hex of the bytes": lambda v: _plain(_bytes_behind(v).hex()),
    "HEX of the bytes": lambda v: _plain(_bytes_behind(v).hex().upper()),
    "base64 of the bytes": lambda v: base64.b64encode(_bytes_behind(v)),
    "printed bytes": lambda v: _plain(",".join(map(str, _bytes_behind(v)))),
    "printed codes": lambda v: _plain(",".join(str(ord(c)) for c in v)),
    "hex": lambda v: _plain(v.encode().hex()),
    "base64": lambda v: base64.b64encode(v.encode()),
    "base64url": lambda v: base64.urlsafe_b64encode(v.encode()).rstrip(b"="),
    "cut to 32": lambda v: _plain(v[:32]),
    "cut to 42": lambda v: _plain(v[:42]),
    "cut to 43": lambda v: _plain(v[:43]),
    "cut to 64": lambda v: _plain(v[:64]),
    "doubled": lambda v: _plain(v * 2),
    "named": lambda v: _plain(f"code_verifier={v}"),
    "padded": lambda v: _plain(v + "="),
    "quoted in UTF-16": lambda v: f'"{v}"'.encode("utf-16-le"),
    "line feed in UTF-16": lambda v: f"{v}\n".encode("utf-16-le"),
    "no dashes": lambda v: _plain(v.replace("-", "")),
    "empty": lambda v: b"",
}

_NAMES = ("sha256", "sha1", "sha224", "sha384", "sha512", "md5", "sha3_256", "sha3_512", "blake2b", "blake2s")


def _b64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


HASHES: dict[str, Callable[[bytes], bytes]] = {
    **{name: (lambda data, name=name: hashlib.new(name, data).digest()) for name in _NAMES},  # type: ignore[misc]
    "none": lambda data: data,
    "sha256 of raw": lambda data: _sha256(_sha256(data)),
    "sha256 of hex": lambda data: _sha256(_sha256(data).hex().encode()),
    "sha256 of HEX": lambda data: _sha256(_sha256(data).hex().upper().encode()),
    "sha256 of base64url": lambda data: _sha256(_b64url(_sha256(data))),
    "sha256 of base64": lambda data: _sha256(base64.b64encode(_sha256(data))),
    "HMAC with an empty key": lambda data: hmac.digest(b"", data, "sha256"),
}

NOTATIONS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda d: d,
    "hex": lambda d: d.hex().encode(),
    "HEX": lambda d: d.hex().upper().encode(),
    "hex with colons": lambda d: d.hex(":").encode(),
    "HEX with dashes": lambda d: d.hex("-").upper().encode(),
    "hex with spaces": lambda d: d.hex(" ").encode(),
    "decimal": lambda d: ",".join(map(str, d)).encode(),
    "decimal with spaces": lambda d: ", ".join(map(str, d)).encode(),
    "decimal in brackets": lambda d: json.dumps(list(d)).encode(),
    "signed in brackets": lambda d: str([b - 256 if b > 127 else b for b in d]).encode(),
    "Python bytes": lambda d: repr(d).encode(),
    "reversed": lambda d: d[::-1],
    "Latin-1 as UTF-8": lambda d: d.decode("latin-1").encode(),
    "hex and line feed": lambda d: d.hex().encode() + b"\n",
    "sha256sum": lambda d: d.hex().encode() + b"  -\n",
    "hex in UTF-16": lambda d: d.hex().encode("utf-16-le"),
    "hex without filling": lambda d: "".join(f"{b:x}" for b in d).encode(),
    "binary": lambda d: "".join(f"{b:08b}" for b in d).encode(),
}

ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "b64url": lambda d: _b64url(d).decode(),
    "b64url-pad": lambda d: base64.urlsafe_b64encode(d).decode(),
    "b64": lambda d: base64.b64encode(d).decode(),
    "b64-nopad": lambda d: base64.b64encode(d).decode().rstrip("="),
    "base64 with line breaks": lambda d: base64.encodebytes(d).decode(),
    "base64 of base64": lambda d: base64.b64encode(base64.b64encode(d)).decode(),
    "base64url of base64url": lambda d: _b64url(_b64url(d)).decode(),
    "base32": lambda d: base64.b32encode(d).decode(),
    "base64, percent-encoded": lambda d: quote(base64.b64encode(d).decode(), safe=""),
    "hex of base64": lambda d: base64.b64encode(d).hex(),
    "text": lambda d: d.decode("utf-8", "replace"),
}

DAMAGES: dict[str, Callable[[str], str]] = {
    "none": lambda c: c,
    "cut by 1": lambda c: c[:-1],
    "cut by 3": lambda c: c[:-3],
    "cut to 43": lambda c: c[:43],
    "cut to 32": lambda c: c[:32],
    "cut to 20": lambda c: c[:20],
    "plus became space": lambda c: c.replace("+", " "),
    "quoted": lambda c: f'"{c}"',
    "single-quoted": lambda c: f"'{c}'",
    "line feed": lambda c: c + "\n",
    "space": lambda c: c + " ",
    "percent-encoded": lambda c: quote(c, safe=""),
    "equals as %3D": lambda c: c.replace("=", "%3D"),
    "lower": str.lower,
    "upper": str.upper,
    "doubled": lambda c: c * 2,
    "no dashes, no underscores": lambda c: c.replace("-", "").replace("_", ""),
    "no plus, no slash": lambda c: c.replace("+", "").replace("/", ""),
    "only the first plus translated": lambda c: c.replace("+", "-", 1).replace("/", "_", 1),
    "cut and quoted": lambda c: f'"{c[:-2]}"',
}


def compose(verifier: str, steps: tuple[str, str, str, str, str]) -> str:
    """Make a challenge by five named steps."""
    hash_input, function, notation, encoding, damage = steps
    digest = HASHES[function](INPUTS[hash_input](verifier))
    return DAMAGES[damage](ENCODINGS[encoding](NOTATIONS[notation](digest)))


def leaves_enough(verifier: str, steps: tuple[str, str, str, str, str]) -> bool:
    """Tell whether a challenge by these steps still shows 80 bits of a digest, as text that can be read back.

    Left out are compositions that lose the digest itself: raw bytes that were read as text, and letters folded or
    symbols dropped where the beginning of the digest cannot be told from what is left; and unhashed texts in other
    notations, of which there are many alike.
    """
    hash_input, function, notation, encoding, damage = steps
    if encoding == "text" and notation in ("raw", "reversed", "Latin-1 as UTF-8", "hex in UTF-16"):
        return False
    if damage in _ALTERING and (notation not in ("raw", "hex", "HEX", "decimal") or encoding in _TWICE):
        return False
    digest = HASHES[function](INPUTS[hash_input](verifier))
    whole = ENCODINGS[encoding](NOTATIONS[notation](digest))
    shown = min(1.0, len(DAMAGES[damage](whole)) / len(whole)) if whole else 0.0
    if function == "none" and (shown < 1.0 or damage in (*_ALTERING, "cut and quoted") or notation != "raw"):
        return False
    return shown * 8 * len(digest) >= 80


_TWICE = ("base64 of base64", "base64url of base64url", "hex of base64")
_ALTERING = ("lower", "upper", "no dashes, no underscores", "no plus, no slash")
