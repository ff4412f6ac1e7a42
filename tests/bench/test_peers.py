"""The servers that are compared are pinned, chosen by name, and given the same people."""

from __future__ import annotations

import json
import re

import pytest

from bench.logins.choice import PEERS, choose, known_peers
from bench.logins.plan import Login
from bench.logins.world import make_world
from tests.tidy.tree import below


def test_python_requirements_are_pinned() -> None:
    """Every requirement names one version."""
    lines = [line for path in below("bench", ".txt") for line in path.read_text().splitlines() if line]
    assert len(lines) >= 8
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9-]+==[0-9.]+", line)] == []


def test_node_packages_are_pinned() -> None:
    """Every dependency names one version, not a range."""
    found = {}
    for path in PEERS.glob("*/package.json"):
        found |= json.loads(path.read_text())["dependencies"]
    assert {"oidc-provider", "@node-oauth/oauth2-server"} <= set(found)
    assert [name for name, version in found.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_every_server_that_was_promised_is_there() -> None:
    """What the promises compare with can be measured, and says what it makes durable."""
    known = known_peers()
    names = [peer.name for peer in known]
    assert names[0] == "proofkey"
    assert len(set(names)) == len(names)
    assert {"asgi-stub", "node-oauth2-server", "oidc-provider-memory", "oidc-provider-redis-always"} <= set(names)
    assert {"oidc-provider-sqlite", "authlib-flask", "django-oauth-toolkit", "glewlwyd"} <= set(names)
    assert all(peer.what and peer.durable for peer in known)


def test_servers_are_chosen_by_name_or_beginning() -> None:
    """A star stands for the rest of a name; an unknown name is an error."""
    assert [peer.name for peer in choose(["glewlwyd", "proofkey"])] == ["glewlwyd", "proofkey"]
    assert {peer.name for peer in choose(["oidc-provider-redis*"])} == {
        "oidc-provider-redis-always",
        "oidc-provider-redis-everysec",
    }
    with pytest.raises(ValueError, match="there is no keycloak"):
        choose(["keycloak"])


def test_the_people_are_many_and_each_pair_is_its_own() -> None:
    """At least 1,000 sessions at 100 clients, and one person's visits do not come close together."""
    world = make_world()
    assert (len(world.users), len(world.clients)) == (1000, 100)
    assert len({visit.cookie_value for visit in world.visits}) == 1000
    assert len({(visit.user, visit.client.client_id) for visit in world.visits}) == len(world.visits)
    assert len({visit.challenge for visit in world.visits}) == len(world.visits)
    assert len({visit.user for visit in world.visits[:256]}) == 256


def test_a_plan_refuses_what_would_break_its_lines() -> None:
    """A tab or a line end inside a field is an error."""
    with pytest.raises(ValueError, match="tab"):
        Login("/a\tb", "", "", "", "").line()
    assert Login("/a", "c", "u", "f", "v").line() == "/a\tc\tu\tf\tv\t-\t-\n"
