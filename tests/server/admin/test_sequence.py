"""Drawing: entries of one login are one exchange, and the mistake is marked at the step where it was made."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.records import JournalEntry
from proofkey.server.admin.exchanges import put_together
from proofkey.server.admin.sequence import draw

STAGES = {"challenge-padded": "authorize", "verifier-missing": "token", "state-mismatch": "callback"}


def entry(number: int, endpoint: str = "token", **changes: object) -> JournalEntry:
    """Give an entry; entries with the same login in their details belong together."""
    values: dict[str, object] = {
        "request_id": f"{number:032x}",
        "at": 1000.0 + number,
        "endpoint": endpoint,
        "client_id": "spa",
        "fault": None,
        "error": None,
        "status": 200,
        "details": (("login", "abc"),),
    } | changes
    return JournalEntry(**values)  # type: ignore[arg-type]


def marks(*entries: JournalEntry) -> list[tuple[str, str]]:
    """Draw entries; give kind and mark of every step that is not right."""
    (exchange,) = put_together(entries)
    return [(step.kind, step.mark) for step in draw(exchange, lambda slug: STAGES.get(slug, "")) if step.mark]


def test_entries_of_one_login_are_one_exchange_in_any_order() -> None:
    """And those of another client or login are not of it, whatever their fingerprints."""
    one = [entry(1, "authorize", status=302), entry(2, error="invalid_grant", status=400), entry(3)]
    others = [entry(4, details=()), entry(5, details=()), entry(6, client_id="other")]
    for order in permutations([*one, *others[:2]]):
        exchanges = put_together(order)
        assert [len(each.entries) for each in exchanges] == [1, 1, 3]
        assert list(exchanges[2].entries) == one
    assert len(put_together([*one, others[2]])) == 2


def test_the_mistake_is_where_it_was_made() -> None:
    """A wrong challenge shows at the token request and was made at the authorization request."""
    begun = entry(1, "authorize", status=302)

    def failed(fault: str | None) -> JournalEntry:
        return entry(2, fault=fault, error="invalid_grant", status=400)

    assert marks(begun, failed("challenge-padded")) == [("authorize", "wrong"), ("answer", "refused")]
    assert marks(begun, failed("state-mismatch")) == [("callback", "wrong"), ("answer", "refused")]
    assert marks(begun, failed("verifier-missing")) == [("token", "wrong"), ("answer", "refused")]
    assert marks(begun, failed(None)) == [("answer", "refused")]


def test_a_no_of_the_person_is_no_mistake_of_the_request() -> None:
    """The answer is drawn as refused, and the authorization request before it as right."""
    denied = entry(1, "authorize", fault="user-denied-access", error="access_denied", status=302)
    assert marks(denied) == [("response", "refused")]


def test_of_a_refused_request_alone_the_mistake_is_in_it() -> None:
    """There is no earlier step to blame."""
    alone = entry(1, fault="challenge-padded", error="invalid_grant", status=400, details=())
    assert marks(alone) == [("token", "wrong"), ("answer", "refused")]


def test_a_code_is_drawn_from_what_it_tells() -> None:
    """Production has no entry of the sound authorization request."""
    details = (("login", "abc"), ("code age", "83.0 s"), ("code redirect_uri", "https://a.example/cb"))
    refused = entry(1, fault="challenge-padded", error="invalid_grant", status=400, details=details)
    assert marks(refused) == [("authorize", "wrong"), ("answer", "refused")]
    (exchange,) = put_together([refused])
    first = draw(exchange, lambda slug: "authorize")[0]
    assert first.title == "Authorization request, as its code tells, 83.0 s before the token request"
    assert [(line.name, line.what) for line in first.lines] == [("redirect_uri", "https://a.example/cb")]


def test_the_spoiled_parameter_is_pointed_out() -> None:
    """At the step where it was sent, by the evidence of the entry that was refused."""
    begun = entry(1, "authorize", status=302, details=(("login", "abc"), ("code code_challenge", "S256")))
    evidence = (("login", "abc"), ("evidence authorization request, query: code_challenge", "code_challenge"))
    refused = entry(2, fault="challenge-padded", error="invalid_grant", status=400, details=evidence)
    (exchange,) = put_together([begun, refused])
    first = draw(exchange, lambda slug: "authorize")[0]
    assert [(line.name, line.spoiled) for line in first.lines] == [("code_challenge", True)]


TEXT = st.text(max_size=12)
ENTRIES = st.builds(
    JournalEntry,
    request_id=st.text("0123456789abcdef", min_size=4, max_size=4),
    at=st.floats(0, 2e9),
    endpoint=st.sampled_from(["authorize", "token", "api", "par", "introspect", "revoke", "new"]),
    client_id=st.none() | TEXT,
    fault=st.none() | st.sampled_from([*STAGES, "unknown"]),
    error=st.none() | TEXT.filter(bool),
    status=st.integers(200, 599),
    details=st.lists(
        st.tuples(st.sampled_from(["login", "user", "title", "code age", "code redirect_uri", "evidence x: y"]), TEXT)
        | st.tuples(TEXT.map("parameter {}".format), TEXT),
        max_size=6,
    ).map(tuple),
)


@given(st.lists(ENTRIES, max_size=12))
def test_any_entries_are_drawn(entries: list[JournalEntry]) -> None:
    """Nothing raises, none is lost, and every refused one shows as refused."""
    exchanges = put_together(entries)
    assert sorted(map(repr, entries)) == sorted(repr(each) for one in exchanges for each in one.entries)
    for exchange in exchanges:
        steps = draw(exchange, lambda slug: STAGES.get(slug, ""))
        refused = sum(each.error is not None for each in exchange.entries)
        assert sum(step.mark == "refused" for step in steps) == refused
