"""A token of ours in Genesys Cloud's Python SDK, unmodified: one line, and the SDK's calls are the person's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.clients.conversation import converse
from tests.clients.installation import Installation
from tests.clients.packages import PythonClients
from tests.clients.person import Person

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

CLIENT = "0f5c1b52-6f0e-4a53-9c3e-7a4f0c8f7a13"


def test_the_sdk_goes_on_with_our_token(python: PythonClients, genesys: Installation, tmp_path: Path) -> None:
    """It sees the person, uses the token of this login only, and is refused once proofkey ended the login."""
    genesys.add_client(CLIENT, "--public", "--redirect-uri", "http://localhost/callback")
    person = Person(genesys)
    # Our interpreter, which has proofkey, with the SDK of the other one.
    (packages,) = python.python.parent.parent.glob("lib/python*/site-packages")
    script = Path(__file__).parent / "python" / "genesys_hand_over.py"
    settings = {"address": genesys.address, "client_id": CLIENT, "redirect_uri": "http://localhost:51213/callback"}
    report = converse([sys.executable, str(script)], settings, person, tmp_path, PYTHONPATH=str(packages))
    person.close()
    assert (report["user"], report["client"]) == ("Ada Lovelace", CLIENT)
    assert not report["elsewhere"]
    assert report["afterwards"] == 401
