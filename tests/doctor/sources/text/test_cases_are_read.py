"""The texts among the example captures become the messages that they tell of."""

from __future__ import annotations

import pytest

from proofkey.doctor.assemble import assemble
from proofkey.doctor.sources.text import read_text
from tests.doctor.score import CASES

TEXTS = sorted(path.name for path in CASES.glob("*.txt"))
WITHOUT_TOKEN_REQUEST = {"grant-not-enabled.txt", "scope-refused.txt"}
COMMAND_ALONE = {"shell-mangled-parameters.txt"}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_one_login(name: str) -> None:
    """Each text tells of one login: its start, its callback, and, where one left, its token request with the answer."""
    logins = assemble(read_text((CASES / name).read_text("utf-8")))
    assert len(logins) == 1
    login = logins[0]
    if name not in COMMAND_ALONE:
        assert login.authorize is not None
        assert login.callback is not None
    if name in WITHOUT_TOKEN_REQUEST:
        assert login.token is None
    else:
        assert login.token is not None
        assert login.token.message.response_body is not None
        assert login.token.message.status is not None or name in COMMAND_ALONE
