"""What a server's answer must not be taken for: the same login with another status, word or place."""

from __future__ import annotations

from typing import Any

from proofkey.doctor.transcript import STATE, VERIFIER, login, refresh, request, response, token_request
from tests.doctor.captures import entry
from tests.doctor.faults.test_callbacks import ASKED, PAGE, REFUSED, asked, came, redeemed
from tests.doctor.faults.test_neighbours_at_start import Entry, rows, sure
from tests.doctor.faults.test_neighbours_at_token import CLIENT, GOT, GRANT, certainty_of, texts, told

HTML = "<!doctype html><html><body>Not found</body></html>"
METADATA = (
    request("GET", "https://login.example/.well-known/openid-configuration")
    + response(
        200,
        {"Content-Type": "application/json"},
        '{"issuer": "https://login.example", "authorization_endpoint": "https://login.example/oauth/authorize",'
        ' "token_endpoint": "https://login.example/oauth/token"}',
    )
    + "\n"
)


def at(url: str, status: int = 404, answer: Any = HTML, **more: Any) -> str:
    """Write a login whose token request goes to a URL."""
    return login(token_url=url, status=status, answer=answer, **more)


PATHS = [
    ("nothing there", "likely", at("https://login.example/oauth/access")),
    ("an OAuth error from there", "", at("https://login.example/oauth/access", 400, GRANT)),
    ("another handler's 401", "likely", at("https://login.example/api/v2/oauth/token", 401, {"message": "no bearer"})),
    ("a 401 from what may be the token endpoint", "", at("https://login.example/oauth/token", 401, {"message": "no"})),
    ("a page with 200", "likely", at("https://login.example/sign-in", 200)),
    ("a server that is down", "", at("https://login.example/oauth/access", 503)),
    ("the authorization endpoint", "likely", at("https://login.example/oauth/authorize", 405, "")),
    (
        "the authorization endpoint, that speaks OAuth",
        "likely",
        at("https://login.example/oauth/authorize", 400, told("invalid_request", "use GET")),
    ),
    (
        "the endpoint that the metadata names",
        "",
        METADATA + at("https://login.example/oauth/token", 401, {"message": "no"}),
    ),
    (
        "another than the metadata names",
        "likely",
        METADATA + at("https://login.example/oauth2/token", 401, {"message": "no"}),
    ),
    ("another host", "", at("https://api.example.net/oauth/access")),
    ("it gave tokens", "", login(token_url="https://login.example/oauth/access", answer={})),
    ("gone", "likely", at("https://login.example/oauth/access", 410, "")),
    ("not built", "likely", at("https://login.example/oauth/access", 501, "")),
]


@texts(PATHS)
def test_a_path(certainty: str, text: str) -> None:
    """What answered there must not speak OAuth, or must be known for something else."""
    assert certainty_of("wrong-token-path", text) == certainty


HOSTS = [
    ("nothing there", "likely", at("https://pay.other.net/oauth/token")),
    ("an OAuth error from there", "", at("https://pay.other.net/oauth/token", 400, GRANT)),
    ("another handler", "likely", at("https://pay.other.net/oauth/token", 401, {"message": "no bearer"})),
    ("a page", "likely", at("https://pay.other.net/oauth/token", 200)),
    ("the application's own host, nothing there", "likely", at("https://app.example/oauth/token")),
    (
        "the application's own host, an error of its own",
        "",
        at("https://app.example/oauth/token", 400, {"message": "no"}),
    ),
    (
        "two trials",
        "",
        login(
            authorize_url="https://sandbox.a.example/oauth/authorize", token_url="https://sandbox.b.example/oauth/token"
        ),
    ),
    ("another than the metadata names", "likely", METADATA + at("https://auth.example/oauth/token", 400, GRANT)),
    ("it gave tokens", "", login(token_url="https://pay.other.net/oauth/token", answer={})),
    (
        "the service of Genesys Cloud",
        "likely",
        login(
            authorize_url="https://login.mypurecloud.de/oauth/authorize",
            token_url="https://api.mypurecloud.de/oauth/token",
            status=401,
            answer={"message": "no bearer"},
        ),
    ),
    (
        "the login host of Genesys Cloud",
        "",
        login(
            authorize_url="https://login.mypurecloud.de/oauth/authorize",
            token_url="https://login.mypurecloud.de/oauth/token",
        ),
    ),
]


@texts(HOSTS)
def test_a_host(certainty: str, text: str) -> None:
    """Some providers have two hosts: what answered decides."""
    assert certainty_of("wrong-host", text) == certainty


BLOCKED = "<html><h1>Request blocked</h1></html>"
FILTERS = [
    ("the words of a filter", "likely", login(status=403, answer=BLOCKED)),
    ("the words with another status", "", login(status=400, answer=BLOCKED)),
    ("a page with 403", "likely", login(status=403, answer="<html><p>Sorry</p></html>")),
    ("an OAuth error with 403", "", login(status=403, answer=GRANT)),
    ("the words in an OAuth error", "", login(status=403, answer=told("access_denied", "request blocked"))),
    ("no body", "", login(status=403, answer="")),
    ("it speaks of CORS", "", login(status=403, answer="Invalid CORS request")),
    (
        "a page at another host",
        "",
        login(token_url="https://pay.other.net/oauth/token", status=403, answer="<html><p>Sorry</p></html>"),
    ),
    ("at the authorization endpoint", "likely", request("GET", ASKED) + response(403, PAGE, BLOCKED)),
    (
        "a page at the authorization endpoint",
        "",
        request("GET", ASKED) + response(403, PAGE, "<html><p>Sorry</p></html>"),
    ),
    ("a legal reason", "likely", login(status=451, answer=BLOCKED)),
]


@texts(FILTERS)
def test_a_filter(certainty: str, text: str) -> None:
    """A filter is known by its words or headers, and by an answer that is none of OAuth."""
    assert certainty_of("blocked-by-firewall", text) == certainty


def first(answer: dict[str, str], status: int = 400, **changes: str | None) -> str:
    """Write a login whose first token request is refused, and the same code once more."""
    return (
        login(token=changes, status=status, answer=answer)
        + "\n"
        + token_request(answer=told("invalid_grant", "Code not valid"))
    )


ATTEMPTS = [
    (
        "for a reason of its own",
        "proven",
        first(told("invalid_grant", "Incorrect redirect_uri"), redirect_uri="https://app.example/x"),
    ),
    ("before the code was looked at", "likely", first(CLIENT, 401, client_id="app ")),
    ("by a server that was down", "", first({"error": "server_error"}, 500)),
    ("by a limit", "", first({"error": "slow_down"}, 429)),
    ("the same request, the same answer", "", login(answer=GRANT) + "\n" + token_request(answer=GRANT)),
    (
        "another code",
        "",
        login(answer=GRANT)
        + "\n"
        + token_request({"code": "second-code-of-this-login"}, answer=told("invalid_grant", "x")),
    ),
    (
        "a later attempt that works",
        "",
        login(token={"code_verifier": None}, answer=GRANT) + "\n" + token_request(answer={}),
    ),
    (
        "a later attempt that is refused for the client",
        "likely",
        login(token={"code_verifier": None}, answer=GRANT) + "\n" + token_request(status=401, answer=CLIENT),
    ),
]


@texts(ATTEMPTS)
def test_an_earlier_attempt(certainty: str, text: str) -> None:
    """The first refusal counts where the server looked at the code, and the second is its echo."""
    assert certainty_of("code-burned-by-failed-attempt", text) == certainty


def page(text: str, status: int = 400) -> str:
    """Write an authorization request that is answered with a page."""
    return request("GET", ASKED) + response(status, PAGE, f"<html><body>{text}</body></html>")


CLIENTS = [
    ("a page says so", "likely", page("Client not found.")),
    ("a page names both, and the address wins", "", page("The client_id or redirect_uri is invalid")),
    ("a page names the address", "", page("Invalid redirect_uri")),
    (
        "the token answer says so",
        "likely",
        login(status=401, answer=told("invalid_client", "The client was not found")),
    ),
    ("the token answer says less", "", login(status=401, answer=CLIENT)),
    (
        "the token answer says so under another code",
        "likely",
        login(answer=told("invalid_grant", "The client was not found")),
    ),
    (
        "an id with a blank",
        "",
        login(token={"client_id": "app "}, status=401, answer=told("invalid_client", "unknown client")),
    ),
    ("a page says that the client cannot be authenticated", "likely", page("invalid_client")),
]


@texts(CLIENTS)
def test_a_client(certainty: str, text: str) -> None:
    """Only the server knows which clients it has; a word about the address is another matter."""
    assert certainty_of("client-unknown", text) == certainty


REGISTERED = '{"client_id": "app", "redirect_uris": ["https://app.example/%s"]}'
PLACES = [
    ("another path, and a page", "proven", page("oops"), REGISTERED % "other"),
    ("another path, and no refusal", "", login(steps=("authorize",)), REGISTERED % "other"),
    ("the same, and a page about it", "possible", page("Invalid redirect_uri"), REGISTERED % "cb"),
    ("the same, and a page", "", page("oops"), REGISTERED % "cb"),
    ("a code came back", "", login(), REGISTERED % "other"),
    (
        "of another client, and a page about it",
        "likely",
        page("Invalid redirect_uri"),
        (REGISTERED % "other").replace("app", "web", 1),
    ),
    ("a page about it", "likely", page("Invalid redirect_uri"), ""),
    ("a page in another language", "likely", page("Ungültiger Parameter: redirect_uri"), ""),
    ("a page with 200 that carries the name along", "", page("<a href='?redirect_uri=x'>Sign in</a>", 200), ""),
    ("a page about something else", "", page("invalid scope for redirect_uri"), ""),
]


def test_places() -> None:
    """The registration proves it where the server refused; its words alone make it likely."""
    for name, certainty, text, registration in PLACES:
        assert (name, certainty_of("redirect-uri-not-registered", text, registration)) == (name, certainty)


def refused(error: str, text: str = "") -> str:
    """Write an authorization request that is answered with an error in the callback."""
    words = f"&error_description={text.replace(' ', '+')}" if text else ""
    target = f"https://app.example/cb?error={error}{words}&state={STATE}"
    return request("GET", ASKED) + response(302, {"Location": target}) + "\n" + request("GET", target) + response(200)


ERRORS = [
    ("scope-refused", "likely", refused("invalid_scope")),
    ("scope-refused", "likely", refused("invalid_request", "The scope x is unknown")),
    ("scope-refused", "", refused("invalid_request", "something else")),
    ("scope-refused", "", refused("login_required", "The scope x is unknown")),
    ("scope-refused", "likely", page("Unknown scope: x")),
    ("scope-refused", "likely", login(answer={"error": "invalid_scope"})),
    ("scope-refused", "", login(token={"code_verifier": None}, answer={"error": "invalid_scope"})),
    ("scope-refused", "likely", GOT + refresh({"scope": "x"}, answer={"error": "invalid_scope"})),
    ("grant-not-enabled", "likely", refused("unauthorized_client")),
    ("grant-not-enabled", "likely", refused("unsupported_response_type")),
    ("grant-not-enabled", "", refused("unauthorized_client", "Callback URL mismatch")),
    ("grant-not-enabled", "likely", refused("access_denied", "Standard flow is disabled for the client")),
    ("grant-not-enabled", "likely", login(answer={"error": "unauthorized_client"})),
    ("grant-not-enabled", "", login(answer=told("unauthorized_client", "Invalid client credentials"))),
    ("grant-not-enabled", "", login(token={"code_verifier": None}, answer={"error": "unauthorized_client"})),
    ("grant-not-enabled", "likely", GOT + refresh(answer={"error": "unauthorized_client"})),
    ("grant-not-enabled", "", GOT + refresh(answer=told("unauthorized_client", "client secret is missing"))),
    (
        "challenge-missing",
        "likely",
        login(
            authorize={"code_challenge": None, "code_challenge_method": None},
            callback={"code": None, "error": "invalid_request", "error_description": "code challenge required"},
            steps=("authorize", "callback"),
        ),
    ),
    (
        "challenge-missing",
        "likely",
        login(
            authorize={"code_challenge": None, "code_challenge_method": None},
            token={"code_verifier": None},
            answer=told("invalid_grant", "PKCE is required"),
        ),
    ),
    (
        "challenge-missing",
        "",
        login(authorize={"code_challenge": None, "code_challenge_method": None}, token={"code_verifier": None}),
    ),
    ("challenge-missing", "", login(answer=told("invalid_grant", "PKCE is required"))),
    (
        "challenge-missing",
        "possible",
        login(
            authorize={"code_challenge": None, "code_challenge_method": None},
            token={"code_verifier": None},
            token_headers={"Accept": "*/*"},
            status=401,
            answer=CLIENT,
        ),
    ),
    (
        "challenge-reused",
        "",
        login(token={"code_verifier": "null"})
        + "\n"
        + login(
            authorize={"state": "other"},
            callback={"state": "other", "code": "second"},
            token={"code": "second", "code_verifier": "null"},
        ),
    ),
    ("verifier-is-null-text", "proven", login(token={"code_verifier": "null"})),
]


def test_errors() -> None:
    """An error code counts with the sentence beside it, and where nothing else is wrong."""
    for slug, certainty, text in ERRORS:
        assert (slug, certainty_of(slug, text), text[-300:]) == (slug, certainty, text[-300:])


REFERENCE = "https://login.example/oauth/authorize?client_id=app&request_uri="
URN = REFERENCE + "urn%3Aexample%3Abwc4JK"
PUSHED = entry(
    "POST",
    "https://login.example/oauth/par",
    status=201,
    headers={"Content-Type": "application/x-www-form-urlencoded"},
    body=ASKED.partition("?")[2],
    answer_headers={"Content-Type": "application/json"},
    content='{"request_uri": "urn:example:bwc4JK", "expires_in": 30}',
    second=0.5,
)


def shown(second: float, text: str = "oops", status: int = 400, url: str = URN) -> Entry:
    """Write the page that answers a reference."""
    return entry("GET", url, status=status, answer_headers=PAGE, content=f"<p>{text}</p>", second=second)


REFERENCES = [
    ("too old", "likely", PUSHED, shown(45)),
    ("fresh", "", PUSHED, shown(2)),
    ("fresh, and the server says so", "likely", PUSHED, shown(2, "The request_uri is unknown")),
    ("used again", "likely", PUSHED, shown(1, "Sign in", 200), shown(20)),
    ("loaded twice at once", "", PUSHED, shown(1, "Sign in", 200), shown(1.2)),
    ("too old, and the scope is refused", "", PUSHED, shown(45, "Unknown scope")),
    ("too old, and it is taken", "", PUSHED, shown(45, "Sign in", 200)),
    (
        "a request object that the server fetches",
        "",
        shown(2, "The request_uri is invalid", url=REFERENCE + "https%3A%2F%2Fapp.example%2Fr.jwt"),
    ),
    (
        "no reference, and the server says so",
        "likely",
        entry("GET", ASKED, status=400, answer_headers=PAGE, content="<p>invalid request_uri</p>", second=1),
    ),
]


@rows(REFERENCES)
def test_a_pushed_request(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It is too old by its own lifetime, or used before, or the server says so."""
    assert sure("par-request-uri-unusable", *entries) == certainty


def constant(verifier: str, **more: Any) -> tuple[Entry, ...]:
    """Write two logins with one challenge, the second with a verifier."""
    url = ASKED.replace(f"state={STATE}", "state=second-login")
    return (
        asked(),
        came(),
        redeemed(REFUSED, verifier=VERIFIER + "x"),
        asked(20, url),
        came("code=second-code-of-login&state=second-login", second=25),
        redeemed(REFUSED, 26, code="second-code-of-login", verifier=verifier),
    )


def test_a_constant_challenge() -> None:
    """It is the fault where the verifier does not fit it; a constant pair that fits is not what failed."""
    assert sure("challenge-reused", *constant("k" * 50)) == "likely"
    assert sure("challenge-reused", *constant(VERIFIER)) == ""
    assert sure("challenge-reused", asked(), asked(5), came(), redeemed(REFUSED, verifier="k" * 50)) == ""


def asked_at(uri: str) -> str:
    """Write an authorization request for a redirect URI that is answered with a page."""
    url = ASKED.replace("https%3A%2F%2Fapp.example%2Fcb", uri.replace(":", "%3A").replace("/", "%2F"))
    return request("GET", url) + response(400, PAGE, "<p>oops</p>")


COVERED = [
    ("http://localhost/cb", "http://localhost:8080/cb", ""),
    ("http://127.0.0.1", "http://127.0.0.1:8080/", ""),
    ("http://127.0.0.1/", "http://127.0.0.1:8080", ""),
    ("http://app.example/cb", "http://app.example:8080/cb", "proven"),
    ("https://localhost/cb", "https://localhost:8080/cb", "proven"),
    ("http://localhost/cb", "http://127.0.0.1:8080/cb", "proven"),
    ("http://localhost/cb", "http://localhost:8080/other", "proven"),
    ("https://app.example/cb", "https://app.example/cb", ""),
    ("https://*.app.example/cb", "https://a.app.example/cb", ""),
]


def test_what_a_registration_covers() -> None:
    """Equal texts, any port of a loopback address (RFC 8252 7.3), and what a wildcard stands for."""
    for registered, asked_for, certainty in COVERED:
        registration = f'{{"client_id": "app", "redirect_uris": ["{registered}"]}}'
        found = certainty_of("redirect-uri-not-registered", asked_at(asked_for), registration)
        assert (registered, asked_for, found) == (registered, asked_for, certainty)


OTHER_CLIENT = '{"client_id": "web", "redirect_uris": ["https://app.example/cb"]}'
SAME_CLIENT = OTHER_CLIENT.replace("web", "app")
OF_CLIENTS = [
    (page("oops"), OTHER_CLIENT, "possible"),
    (page("oops"), SAME_CLIENT, ""),
    (page("oops", 200), OTHER_CLIENT, ""),
    (login(status=401, answer=CLIENT), OTHER_CLIENT, "likely"),
    (login(status=401, answer=CLIENT), SAME_CLIENT, ""),
    (login(answer=GRANT), OTHER_CLIENT, ""),
    (login(answer=told("invalid_client", "unknown client")), SAME_CLIENT, "likely"),
    (login(status=200, answer={"access_token": "t", "error_description": "unknown client"}), OTHER_CLIENT, ""),
    (refused("invalid_client", "unknown client"), SAME_CLIENT, ""),
]


def test_a_client_beside_its_registration() -> None:
    """A registration of another id makes a refusal of the client one of its id."""
    for text, registration, certainty in OF_CLIENTS:
        assert (text[-200:], certainty_of("client-unknown", text, registration)) == (text[-200:], certainty)
