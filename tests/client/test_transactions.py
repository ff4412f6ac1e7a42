"""A login under way survives being written down, and nothing else passes for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.client.transactions import dump_with_verifier, load_with_verifier
from proofkey.core.client_side import Transaction
from proofkey.core.errors import Misuse
from proofkey.core.secret import Verifier

WRITTEN = st.builds(
    Transaction,
    issuer=st.text(min_size=1, max_size=99),
    client_id=st.text(min_size=1, max_size=99),
    redirect_uri=st.text(min_size=1, max_size=99),
    state=st.text(min_size=1, max_size=99),
    verifier=st.text("abcXYZ019-._~", min_size=43, max_size=128).map(Verifier),
    nonce=st.none() | st.text(max_size=99),
    scopes=st.lists(st.text(max_size=20), max_size=9).map(tuple),
    started_at=st.floats(0, 1e11),
    max_age=st.none() | st.integers(0, 999_999_999),
)


@given(WRITTEN)
def test_a_transaction_comes_back_as_it_was(transaction: Transaction) -> None:
    """Load undoes dump."""
    assert load_with_verifier(dump_with_verifier(transaction)) == transaction


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_other_texts_are_refused(text: str) -> None:
    """Only Misuse is raised, and it does not repeat the text."""
    with pytest.raises(Misuse):
        load_with_verifier(text)


@given(WRITTEN, st.data())
def test_a_changed_member_is_refused_or_well_formed(transaction: Transaction, data: st.DataObject) -> None:
    """Any member may be replaced by anything: the outcome is a Transaction or Misuse."""
    document = json.loads(dump_with_verifier(transaction))
    name = data.draw(st.sampled_from(sorted(document)))
    document[name] = data.draw(st.none() | st.booleans() | st.integers() | st.lists(st.integers(), min_size=1))
    try:
        loaded = load_with_verifier(json.dumps(document))
    except Misuse:
        return
    assert name in ("nonce", "started_at", "max_age", "version")
    assert isinstance(loaded, Transaction)
