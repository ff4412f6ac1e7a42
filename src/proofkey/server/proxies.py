"""Who is asking, where reverse proxies stand before this server: only what a trusted proxy says is believed.

Of a chain of forwarded addresses the rightmost that is no trusted proxy's is taken: all to its left may be invented
by whoever sent it. A proxy writes one of the two headers and lets the other one through, so where both are there and
name different addresses, neither counts. The issuer, and so every address that is given out, stays the configured one
(attack A56).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from proofkey.server.http import Request

_MOST = 32  # addresses of a chain that are looked at
_LONGEST = 2048  # characters of all its headers
# RFC 7239 4: for=192.0.2.43, for="[2001:db8::1]:4711", for=_hidden; other pairs of the element stand around it.
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("(?:[^"\\]|\\.)*"|[^;,"\s]+)', re.IGNORECASE)
_HOST = re.compile(r'(?:^|;)\s*host\s*=\s*("[^"\\]*"|[^;,"\s]+)', re.IGNORECASE)


class TrustedProxies:
    """The networks whose word counts."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)
        self._trusts = lru_cache(4096)(self._look_up)

    def believe(self, request: Request) -> None:
        """Put the address and host that a trusted proxy forwards in place of its own; leave a stranger's request be."""
        if not request.client or not self._trusts(request.address):
            return
        standard, usual, host = _forwarded(request)
        found = {self._first_stranger(chain) for chain in (standard, usual) if chain}
        if len(found) == 1 and (address := found.pop()) is not None:
            request.client = (address, 0)
        if host is not None:
            request.fields[b"host"] = host
            request.repeated = [pair for pair in request.headers if pair[0] != b"host"] + [(b"host", host)]

    def _first_stranger(self, chain: list[str]) -> str | None:
        """Go from the right past our own proxies; give the last one that is an address at all."""
        last = None
        for element in reversed(chain[-_MOST:]):
            address = _address(element)
            if address is None:  # obfuscated, or rubbish: nothing left of it can be believed
                break
            last = address
            if not self._trusts(address):
                break
        return last

    def _look_up(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(address in network for network in self._networks)


def _forwarded(request: Request) -> tuple[list[str], list[str], bytes | None]:
    """Read Forwarded (RFC 7239), X-Forwarded-For and the nearest proxy's forwarded host."""
    standard, usual, host = [], [], None
    for name, value in request.headers:
        if name == b"forwarded":
            standard.append(str(value, "latin-1"))
        elif name == b"x-forwarded-for":
            usual.append(str(value, "latin-1"))
        elif name == b"x-forwarded-host":
            host = str(value, "latin-1").rpartition(",")[2].strip()
    elements = _elements(",".join(standard)[-_LONGEST:]) if standard else []
    if elements and (named := _HOST.search(elements[-1])):
        host = named[1].strip('"')
    addresses = [found[1] if (found := _FOR.search(element)) else "unknown" for element in elements]
    return addresses, ",".join(usual)[-_LONGEST:].split(",") if usual else [], host.encode("latin-1") if host else None


def _elements(header: str) -> list[str]:
    """Split at commas that are in no quoted text."""
    return [each.strip() for each in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', header)]


def _address(element: str) -> str | None:
    """Give the address of a node, its port and brackets taken off; None where it is none."""
    text = element.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    parsed = _parsed(text)
    return str(parsed) if parsed is not None else None


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
