"""One client object serves many people at once: nobody gets what belongs to another, and no two logins are alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from proofkey.client.blocking import Client
from proofkey.core.pkce import fault_of_verifier
from tests.client.scripted import CALLBACK, CLIENT_ID, Scripted, in_json

PEOPLE = 4  # the scripted server takes few connections at once


@pytest.mark.shows("A39")
def test_logins_at_the_same_moment_stay_apart(script: Scripted) -> None:
    """Each code comes with the verifier of its own login, and its token goes to the person who brought it."""
    script.answers["/token"] = lambda form: in_json(
        {"access_token": f"token-of-{form['code']}", "token_type": "Bearer"}
    )
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    begun = Barrier(PEOPLE, timeout=60)

    def log_in(person: int) -> tuple[str, str]:
        _, transaction = client.begin()
        begun.wait()
        callback = f"{CALLBACK}?code=code-{person}&state={transaction.state}&iss={script.issuer}"
        return client.finish(callback, transaction).access_token.reveal(), transaction.verifier.reveal()

    with ThreadPoolExecutor(PEOPLE) as threads:
        got = list(threads.map(log_in, range(PEOPLE)))
    client.close()
    assert [token for token, _ in got] == [f"token-of-code-{person}" for person in range(PEOPLE)]
    sent = {form["code"]: form["code_verifier"] for path, form in script.seen if path == "/token"}
    assert sent == {f"code-{person}": verifier for person, (_, verifier) in enumerate(got)}


@pytest.mark.shows("B02", "N02", "A25")
def test_every_login_has_its_own_values(script: Scripted) -> None:
    """They come from the operating system's source (`secrets`), which a forked process shares no state of."""
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    begun = [client.begin(scopes=["openid"]) for _ in range(200)]
    client.close()
    values = [value for _, each in begun for value in (each.state, each.nonce, each.verifier.reveal())]
    assert len(set(values)) == 3 * len(begun)
    assert all(fault_of_verifier(each.verifier.reveal()) is None for _, each in begun)
    assert all("code_challenge_method=S256" in url and "response_type=code" in url for url, _ in begun)
    assert not any(each.verifier.reveal() in url for url, each in begun)
