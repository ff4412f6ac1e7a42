"""More steps for challenges that are one, two or three steps off S256: what tutorials, tools and transports do to them.

Written apart from the search, as `compositions` is; a step that cannot be taken with a value raises ValueError.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote_plus

from tests.doctor.transforms import compositions
from tests.doctor.transforms.compositions import _b64url, _bytes_behind, _plain, _sha256

PLAIN = ("ascii", "sha256", "raw", "b64url", "none")
Steps = tuple[str, str, str, str, str]

INPUTS: dict[str, Callable[[str], bytes]] = compositions.INPUTS | {
    "tab": lambda v: _plain(v + "\t"),
    "two line feeds": lambda v: _plain(v + "\n\n"),
    "line feed before": lambda v: _plain("\n" + v),
    "ampersand": lambda v: _plain(v + "&"),
    "semicolon": lambda v: _plain(v + ";"),
    "comma": lambda v: _plain(v + ","),
    "JSON object": lambda v: _plain(json.dumps({"code_verifier": v})),
    "JSON string in JSON": lambda v: _plain(json.dumps(json.dumps(v))),
    "cut by 1": lambda v: _plain(v[:-1]),
    "first character lost": lambda v: _plain(v[1:]),
    "cut to 50": lambda v: _plain(v[:50]),
    "two equals": lambda v: _plain(v + "=="),
    "standard alphabet": lambda v: _plain(v.replace("-", "+").replace("_", "/")),
    "dashes swapped": lambda v: _plain(v.translate({45: 95, 95: 45})),
    "base32": lambda v: base64.b32encode(v.encode()),
    "HEX": lambda v: _plain(v.encode().hex().upper()),
    "base64 unpadded": lambda v: base64.b64encode(v.encode()).rstrip(b"="),
    "base64 and line feed": lambda v: base64.b64encode(v.encode()) + b"\n",
    "hex and line feed": lambda v: _plain(v.encode().hex() + "\n"),
    "BOM and CRLF in UTF-16": lambda v: b"\xff\xfe" + (v + "\r\n").encode("utf-16-le"),
    "BOM and line feed": lambda v: b"\xef\xbb\xbf" + _plain(v + "\n"),
    "array of codes": lambda v: _plain(json.dumps(list(v.encode()))),
    "list of bytes": lambda v: _plain(str(list(_bytes_behind(v)))),
    "bytes backwards": lambda v: _bytes_behind(v)[::-1],
    "bytes and line feed": lambda v: _bytes_behind(v) + b"\n",
    "bytes as Latin-1": lambda v: _bytes_behind(v).decode("latin-1").encode(),
    "bytes as UTF-8": lambda v: _bytes_behind(v).decode("utf-8", "replace").encode(),
    "letters and digits": lambda v: _plain("".join(c for c in v if c.isalnum())),
    "upper case and line feed": lambda v: _plain(v.upper() + "\n"),
    "quotes and CRLF": lambda v: _plain(f'"{v}"\r\n'),
    "single quotes and line feed": lambda v: _plain(f"'{v}'\n"),
    "method after": lambda v: _plain(v + "S256"),
    "echo -n": lambda v: _plain(f"-n {v}\n"),
    "case swapped": lambda v: _plain(v.swapcase()),
}
HASHES: dict[str, Callable[[bytes], bytes]] = compositions.HASHES | {
    "sha512/256": lambda d: hashlib.new("sha512_256", d).digest(),
    "sha3-384": lambda d: hashlib.sha3_384(d).digest(),
    "shake256": lambda d: hashlib.shake_256(d).digest(32),
    "sha256 of padded base64url": lambda d: _sha256(base64.urlsafe_b64encode(_sha256(d))),
    "sha256 of MD5's hex": lambda d: _sha256(compositions.HASHES["md5"](d).hex().encode()),
    "sha1 twice": lambda d: compositions.HASHES["sha1"](compositions.HASHES["sha1"](d)),
    "sha512 of hex": lambda d: hashlib.sha512(hashlib.sha512(d).hexdigest().encode()).digest(),
    "HMAC with itself": lambda d: hmac.digest(d, d, "sha256"),
    "HMAC as key": lambda d: hmac.digest(d, b"", "sha256"),
    "sha256 of sha512": lambda d: _sha256(hashlib.sha512(d).digest()),
    "three times": lambda d: _sha256(_sha256(_sha256(d))),
    "three times in hex": lambda d: _sha256(_sha256(_sha256(d).hex().encode()).hex().encode()),
    "sha256 of hex and line feed": lambda d: _sha256(_sha256(d).hex().encode() + b"\n"),
}
NOTATIONS: dict[str, Callable[[bytes], bytes]] = compositions.NOTATIONS | {
    "0x": lambda d: b"0x" + d.hex().encode(),
    "escapes": lambda d: "".join(f"\\x{b:02x}" for b in d).encode(),
    "octal escapes": lambda d: "".join(f"\\{b:03o}" for b in d).encode(),
    "quoted hex": lambda d: f'"{d.hex()}"'.encode(),
    "hex with a name": lambda d: b"sha256:" + d.hex().encode(),
    "typed array in JSON": lambda d: json.dumps(dict(enumerate(d)), separators=(",", ":")).encode(),
    "Buffer in JSON": lambda d: json.dumps({"type": "Buffer", "data": list(d)}, separators=(",", ":")).encode(),
    "typed array": lambda d: f"Uint8Array({len(d)}) {list(d)}".encode(),
    "bytearray": lambda d: repr(bytearray(d)).encode(),
    "numbers with spaces": lambda d: " ".join(map(str, d)).encode(),
    "numbers run together": lambda d: "".join(map(str, d)).encode(),
    "read as UTF-8": lambda d: d.decode("utf-8", "replace").encode(),
    "only its UTF-8": lambda d: d.decode("utf-8", "ignore").encode(),
    "question marks": lambda d: d.decode("latin-1").encode("ascii", "replace"),
    "seven bits": lambda d: bytes(b & 127 for b in d),
    "Latin-1 in UTF-16": lambda d: d.decode("latin-1").encode("utf-16-le"),
    "number": lambda d: str(int.from_bytes(d, "big")).encode(),
    "hex of the number": lambda d: hex(int.from_bytes(d, "big")).encode(),
    "first half": lambda d: d[: len(d) // 2],
    "32 digits": lambda d: d.hex()[:32].encode(),
    "hex backwards": lambda d: d.hex()[::-1].encode(),
    "hex with colons, unfilled": lambda d: ":".join(f"{b:x}" for b in d).encode(),
    "hex with commas": lambda d: d.hex(",").encode(),
    "0x list": lambda d: ", ".join(f"0x{b:02x}" for b in d).encode(),
}
ENCODINGS: dict[str, Callable[[bytes], str]] = compositions.ENCODINGS | {
    "integrity": lambda d: "sha256-" + base64.b64encode(d).decode(),
    "method and base64url": lambda d: "S256:" + _b64url(d).decode(),
    "base85": lambda d: base64.b85encode(d).decode(),
    "Ascii85": lambda d: base64.a85encode(d).decode(),
    "percent-encoded twice": lambda d: quote(quote(base64.b64encode(d).decode(), safe=""), safe=""),
    "base64 of JSON": lambda d: base64.b64encode(json.dumps(base64.b64encode(d).decode()).encode()).decode(),
    "base64url of base64": lambda d: _b64url(base64.b64encode(d)).decode(),
    "base64url of Python bytes": lambda d: _b64url(repr(base64.b64encode(d)).encode()).decode(),
    "Python bytes": lambda d: repr(base64.b64encode(d)),
    "Python bytes, url": lambda d: repr(base64.urlsafe_b64encode(d)),
    "hex of base64url": lambda d: _b64url(d).hex(),
    "base32 in lower case": lambda d: base64.b32encode(d).decode().rstrip("=").lower(),
    "Latin-1": lambda d: d.decode("latin-1"),
    "percent-encoded bytes": lambda d: quote(d, safe=""),
    "only plus translated": lambda d: base64.b64encode(d).decode().rstrip("=").replace("+", "-"),
    "only slash translated": lambda d: base64.b64encode(d).decode().rstrip("=").replace("/", "_"),
    "translated crosswise": lambda d: base64.b64encode(d).decode().rstrip("=").translate({43: 95, 47: 45}),
    "three times": lambda d: _b64url(_b64url(_b64url(d))).decode(),
}
DAMAGES: dict[str, Callable[[str], str]] = compositions.DAMAGES | {
    "equals": lambda c: c + "=",
    "escaped equals": lambda c: c + "%3D",
    "ampersand": lambda c: c + "&",
    "next parameter": lambda c: c + "&code_challenge_method=S256",
    "method after": lambda c: c + "S256",
    "dashes swapped": lambda c: c.translate({45: 95, 95: 45}),
    "dash became space": lambda c: c.replace("-", " "),
    "no underscores": lambda c: c.replace("_", ""),
    "decoded twice": lambda c: unquote_plus(unquote_plus(c)),
    "shortened": lambda c: c[:-6] + "...",
    "middle left out": lambda c: c[:10] + "..." + c[-10:],
    "first character lost": lambda c: c[1:],
    "first five lost": lambda c: c[5:],
    "line feed inside": lambda c: c[:20] + "\n" + c[20:],
    "space inside": lambda c: c[:22] + " " + c[22:],
    "case swapped": str.swapcase,
    "capital": str.capitalize,
    "character changed": lambda c: c[:7] + ("B" if c[7:8] == "A" else "A") + c[8:],
    "character lost": lambda c: c[:11] + c[12:],
    "character doubled": lambda c: c[:9] + c[8:],
    "neighbours swapped": lambda c: c[:12] + c[13:14] + c[12:13] + c[14:],
    "named": lambda c: "code_challenge=" + c,
    "backwards": lambda c: c[::-1],
    "quote after": lambda c: c + '"',
    "invisible character": lambda c: c[:5] + "\u200b" + c[5:],
    "cut to 42": lambda c: c[:42],
    "cut to 64": lambda c: c[:64],
    "cut, in lower case": lambda c: c[:-3].lower(),
    "typographic dashes": lambda c: c.replace("-", "\u2013"),
    "typographic quotes": lambda c: f"\u201c{c}\u201d",
    "comma": lambda c: c + ",",
    "full stop": lambda c: c + ".",
    "angle brackets": lambda c: f"<{c}>",
}
TABLES: tuple[Mapping[str, Callable[..., Any]], ...] = (INPUTS, HASHES, NOTATIONS, ENCODINGS, DAMAGES)


def draw_steps(draw: random.Random, deviating: int) -> Steps:
    """Draw a composition that is so many steps off S256."""
    chosen = list(PLAIN)
    for place in draw.sample(range(5), deviating):
        chosen[place] = draw.choice(sorted(TABLES[place]))
    return chosen[0], chosen[1], chosen[2], chosen[3], chosen[4]


def draw_pair(draw: random.Random, deviating: int) -> tuple[str, str]:
    """Draw a verifier and a challenge that is so many steps off."""
    while True:
        verifier = _b64url(draw.randbytes(draw.choice((32, 48, 96)))).decode()
        try:
            challenge = compose(verifier, draw_steps(draw, deviating))
        except ValueError:
            continue  # these steps do not follow each other
        if challenge:
            return verifier, challenge


def compose(verifier: str, steps: Steps) -> str:
    """Make a challenge by five named steps."""
    hash_input, function, notation, encoding, damage = steps
    digest = HASHES[function](INPUTS[hash_input](verifier))
    return DAMAGES[damage](ENCODINGS[encoding](NOTATIONS[notation](digest)))
