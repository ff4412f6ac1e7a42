"""A failed login explains itself, from what this client sent and saw, and shows no secret."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
import traceback
from dataclasses import replace

import pytest

from proofkey.client.blocking import Client
from proofkey.client.diagnosis import diagnose
from proofkey.client.errors import LoginRequired, NotReached
from proofkey.client.failed_login import FailedLogin
from proofkey.client.token_keeper import TokenKeeper
from proofkey.core.client_side import Tokens, Transaction
from proofkey.core.errors import Misuse, ProofkeyError
from proofkey.core.secret import AccessToken, RefreshToken, Verifier
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json

CODE = "the-code-that-nobody-may-see-in-a-report"


def failed(script: Scripted, answer: Answer, **changes: str) -> tuple[ProofkeyError, Transaction]:
    """Log in at a server that answers so at its token endpoint; give the error."""
    script.answers["/token"] = lambda _: answer
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    _, transaction = client.begin()
    parameters = {"code": CODE, "state": transaction.state, "iss": script.issuer} | changes
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    with pytest.raises(ProofkeyError) as raised:
        client.finish(f"{CALLBACK}?{query}", transaction)
    client.close()
    return raised.value, transaction


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (in_json({"error": "invalid_client", "error_description": "client not found"}, 400), "client-unknown"),
        (
            in_json({"error": "unauthorized_client", "error_description": "grant type not allowed"}, 400),
            "grant-not-enabled",
        ),
        (in_json({"error": "slow_down", "error_description": "rate limit exceeded"}, 429), "rate-limited"),
        (Answer(200, b"<!doctype html>", (("content-type", "text/html"),)), "token-answer-html"),
        (Answer(302, b"", (("location", "/elsewhere"),)), "token-request-redirected"),
    ],
)
def test_the_server_s_refusal_is_explained(script: Scripted, answer: Answer, fault: str) -> None:
    """Words and statuses of the answer lead to a fault."""
    error, _ = failed(script, answer)
    found = diagnose(error)
    assert found is not None
    assert found.fault == fault
    assert found.title in found.text()


def test_a_foreign_state_is_explained(script: Scripted) -> None:
    """What the client refused itself is proven."""
    error, _ = failed(script, Answer(), state="another")
    found = diagnose(error)
    assert found is not None
    assert (found.fault, found.certainty) == ("state-mismatch", "proven")


@pytest.mark.shows("A86")
def test_nothing_of_a_failure_shows_a_secret(script: Scripted) -> None:
    """Not the diagnosis, nor the error, its cause and the traceback."""
    answer = in_json({"error": "invalid_grant", "error_description": f"bad code {CODE}"}, 400)
    error, transaction = failed(script, answer)
    cause = error.__cause__
    assert isinstance(cause, FailedLogin)
    found = diagnose(error)
    shown = [repr(cause), str(cause), found.text() if found else ""]
    assert "was answered 400" in shown[1]
    for text in shown:
        assert CODE not in text
        assert transaction.verifier.reveal() not in text
    assert transaction.verifier.reveal() not in "".join(traceback.format_exception(error))
    with pytest.raises(TypeError):
        pickle.dumps(cause)


def test_a_keeper_passes_the_cause_on(script: Scripted) -> None:
    """LoginRequired leads to the refresh that was refused."""
    script.answers["/token"] = lambda _: in_json({"error": "invalid_grant"}, 400)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    keeper = TokenKeeper(client)
    keeper.keep(Tokens(AccessToken("a"), "Bearer", 1.0, RefreshToken("r"), ()))
    with pytest.raises(LoginRequired) as raised:
        keeper.access_token()
    client.close()
    cause = raised.value.__cause__
    assert cause is not None
    assert isinstance(cause.__cause__, FailedLogin)


def test_an_error_without_a_name_is_not_guessed_at() -> None:
    """No fault, no capture, no diagnosis."""
    assert diagnose(Misuse("anything")) is None
    assert diagnose(Misuse("anything", fault="no-such-fault")) is None


def test_the_doctor_is_loaded_after_a_failure_only() -> None:
    """A login that works does not pay for it."""
    program = (
        "import sys, proofkey; proofkey.Client, proofkey.login, proofkey.TokenKeeper; import proofkey.client.diagnosis;"
    )
    program += "print([name for name in sys.modules if name.startswith('proofkey.doctor')])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_a_verifier_that_was_changed_is_found(script: Scripted) -> None:
    """The doctor compares what was sent with what was asked: a transaction that was tampered with shows."""
    error, transaction = failed(script, in_json({"error": "invalid_grant"}, 400))
    cause = error.__cause__
    assert isinstance(cause, FailedLogin)
    cause.transaction = replace(transaction, verifier=Verifier("x" * 43))
    found = diagnose(error)
    assert found is not None
    assert found.fault == "verifier-unrelated"


def test_a_server_that_is_not_there_sent_no_status() -> None:
    """What is said of a failed server does not fit one that was never reached."""
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached) as raised:
            Client.discover(f"http://127.0.0.1:{taken.getsockname()[1]}", client_id=CLIENT_ID, redirect_uri=CALLBACK)
    found = diagnose(raised.value)
    assert found is not None
    assert found.fault == "server-unavailable"
    assert "nothing was sent" in found.explanation
    assert "status" not in found.text()
