"""Which servers can be measured: those of every folder under bench/peers."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from bench.logins.peer import Peer

PEERS = Path(__file__).resolve().parent.parent / "peers"


def known_peers() -> list[Peer]:
    """List all of them, our own server first."""
    folders = sorted(each.parent.name for each in PEERS.glob("*/peer.py"))
    folders.sort(key=lambda name: name != "proofkey")
    return [peer for name in folders for peer in import_module(f"bench.peers.{name}.peer").PEERS]


def choose(names: list[str]) -> list[Peer]:
    """Give the named ones; a name ending in * stands for all that begin so. Raises ValueError for an unknown name."""
    known = known_peers()
    if not names:
        return [peer for peer in known if peer.by_default]
    chosen: dict[str, Peer] = {}
    for name in names:
        matching = [
            peer for peer in known if peer.name == name or (name[-1:] == "*" and peer.name.startswith(name[:-1]))
        ]
        if not matching:
            raise ValueError(f"there is no {name}; there are {', '.join(peer.name for peer in known)}")
        chosen |= {peer.name: peer for peer in matching}
    return list(chosen.values())
