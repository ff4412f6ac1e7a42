"""HAR files are read as tools write them: missing fields, wrong types, base64, parameters without text."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import Undecodable, read
from proofkey.doctor.steps import TokenRequest
from tests.doctor.captures import authorize_url, capture_of, entry, har, token_body

TOKEN_URL = "https://login.example/oauth/token"


def test_a_body_in_base64_is_read() -> None:
    """Some tools write bodies in base64, requests and answers."""
    one = entry("POST", TOKEN_URL, body=base64.b64encode(b"grant_type=x&code=y").decode())
    one["request"]["postData"]["encoding"] = "base64"
    one["response"]["content"] = {
        "mimeType": "application/json",
        "encoding": "base64",
        "text": base64.b64encode(b'{"error": "invalid_grant"}').decode(),
    }
    (message,) = capture_of(one).messages
    assert message.body == "grant_type=x&code=y"
    assert message.response_body == '{"error": "invalid_grant"}'


def test_decoded_and_encoded_parameters_are_told_apart() -> None:
    """Where only parameters were recorded, Chrome's are percent-encoded and Insomnia's are not."""
    plain = entry(
        "POST", TOKEN_URL, params={"grant_type": "authorization_code", "redirect_uri": "https://a.example/cb"}
    )
    coded = entry(
        "POST", TOKEN_URL, params={"grant_type": "authorization_code", "redirect_uri": "https%3A%2F%2Fa.example"}
    )
    assert (
        TokenRequest(read("a", har(plain, creator="insomnia")).messages[0]).value("redirect_uri")
        == "https://a.example/cb"
    )
    assert (
        TokenRequest(read("a", har(coded, creator="WebInspector")).messages[0]).value("redirect_uri")
        == "https://a.example"
    )


def test_an_unrecorded_body_is_unobserved() -> None:
    """A POST without postData shows nothing about its parameters."""
    (message,) = capture_of(entry("POST", TOKEN_URL)).messages
    assert message.body is None
    assert TokenRequest(message).parameters is None


def test_wrong_types_are_read_loosely() -> None:
    """Numbers as texts, headers as an object, null lists: what can be read is read."""
    one = entry("GET", "https://a.example/", status=200)
    one["response"]["status"] = "204"
    one["request"]["headers"] = {"Accept": "x"}
    one["time"] = "12"
    two = {"request": None, "response": 5}
    three = entry("GET", "https://b.example/")
    three["response"]["headers"] = None
    capture = read("a", har(one, two, three))
    assert [message.url for message in capture.messages] == ["https://a.example/", "https://b.example/"]
    assert capture.messages[0].status == 204
    assert capture.messages[0].request_header("accept") == "x"
    assert capture.messages[1].response_headers is None
    assert capture.damage == ["entry 2 has no request"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_damage(encoding: str) -> None:
    """Windows tools write a byte order mark, some of them UTF-16."""
    data = har(entry("GET", "https://a.example/")).decode().encode(encoding)
    assert len(read("a", data).messages) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        har(entry("GET", "https://a.example/"))[:90],
        b'{"log": {"entries": 5}, "request": 1}',
        bytes(range(256)) * 20,
    ],
    ids=["picture", "cut short", "no entries", "octets"],
)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    """A picture, a HAR file that was cut short and random octets are undecodable; the error quotes nothing of them."""
    with pytest.raises(Undecodable) as refusal:
        read("input.har", data)
    assert "IHDR" not in str(refusal.value)


@pytest.mark.parametrize("end", [-1, -2, -3, -40])
def test_what_is_complete_in_a_file_that_ends_too_early_is_read(end: int) -> None:
    """The entries before the cut are there, and the cut is said."""
    whole = har(entry("GET", "https://a.example/?q=}]%22"), entry("GET", "https://b.example/"))
    capture = read("input.har", whole[:end])
    assert [message.url for message in capture.messages][:1] == ["https://a.example/?q=}]%22"]
    assert len(capture.messages) == (1 if end == -40 else 2)
    assert capture.cut_short
    assert "ends too early" in capture.damage[0]


def test_a_file_that_is_damaged_in_its_middle_is_refused() -> None:
    """Nothing is guessed about what was there."""
    whole = har(entry("GET", "https://a.example/"), entry("GET", "https://b.example/"))
    with pytest.raises(Undecodable):
        read("input.har", whole.replace(b'"GET"', b'"GET', 1))


def test_a_file_that_ends_too_early_is_never_called_healthy() -> None:
    """What came after the cut is not known, so nothing is accused for its absence either."""
    whole = har(
        entry(
            "GET",
            authorize_url("s1"),
            status=302,
            answer_headers={"Location": "https://app.example/cb?code=c1&state=s1"},
        ),
        entry("GET", "https://app.example/cb?code=c1&state=s1"),
        entry("POST", "https://login.example/oauth/token", body=token_body("c1")),
    )
    assert diagnose(read("input.har", whole[:-30])).verdict == "undecided"


def test_what_is_proven_before_a_cut_is_told_and_the_verdict_stays_open() -> None:
    """The finding stands; whoever scripts on the verdict learns that the file is not whole."""
    address = authorize_url("s1").replace("code_challenge_method=S256", "code_challenge_method=s256")
    whole = har(entry("GET", address, status=302), entry("GET", "https://app.example/"))
    diagnosis = diagnose(read("input.har", whole[:-3]))
    assert diagnosis.findings
    assert diagnosis.verdict == "undecided"


@pytest.mark.shows("A97")
def test_deep_nesting_is_refused() -> None:
    """A file that nests without end is refused instead of exhausting the stack."""
    deep = '{"log": {"entries": [{"request": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}]}}"
    with pytest.raises(Undecodable):
        read("deep.har", deep.encode())


def test_no_entries_is_readable() -> None:
    """A HAR file without entries is a capture of nothing."""
    assert read("a", har()).messages == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_ENTRY = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries({"method": _JSON, "url": _JSON, "headers": _JSON, "postData": _JSON}) | _JSON,
        "response": st.fixed_dictionaries({"status": _JSON, "headers": _JSON, "content": _JSON}) | _JSON,
        "startedDateTime": _JSON,
        "time": _JSON,
        "_initiator": _JSON,
    }
)


@given(st.lists(_ENTRY, max_size=3))
def test_any_shape_is_read_or_noted(entries: list[object]) -> None:
    """Whatever stands in the places of a HAR file, reading ends with messages and notes, never with another error."""
    data = json.dumps({"log": {"entries": entries, "creator": {"name": "x"}}}).encode()
    capture = read("a", data)
    assert len(capture.messages) + len(capture.damage) >= len(entries)
