"""The app's own tests: the real login server, and each failure that people will meet."""

import httpx
import pytest
from app import make_app

ORIGIN = "http://127.0.0.1:8000"
BUSY = (503, "busy")


@pytest.fixture
def me(proofkey_server):
    """The app's registration."""
    return proofkey_server.add_client(redirect_uri=f"{ORIGIN}/callback", scopes=["openid", "profile", "offline_access"])


@pytest.fixture
async def browser(proofkey_server, me):
    """A browser in front of the app."""
    app = make_app(proofkey_server.issuer, me.client_id, me.redirect_uri)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as browser:
        yield browser


@pytest.fixture
def log_in(proofkey_server, browser):
    """Log somebody in; give what the app says at the callback."""

    async def log_in(**options):
        begun = await browser.get("/login")
        url = begun.headers["location"]
        return await browser.get(proofkey_server.log_in(url, proofkey_server.add_user(), **options))

    return log_in


async def test_somebody_logs_in(browser, log_in):
    """And is known on the next page."""
    assert (await log_in()).headers["location"] == "/"
    assert "Logged in as" in (await browser.get("/")).text


async def test_somebody_says_no(browser, log_in):
    """That is no error of ours."""
    answer = await log_in(decision="deny")
    assert (answer.status_code, "did not allow" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("expire-code", (400, "took too long")),
        ("rate-limit", BUSY),
        ("genesys-rate-limit", BUSY),
        ("unavailable", BUSY),
        ("lose-answer", (502, "got lost")),
        ("lose-request", (502, "got lost")),
        ("html-answer", (502, "makes no sense")),
        ("redirect-token", (502, "makes no sense")),
        ("wrong-state", (400, "did not start here")),
        ("wrong-issuer", (400, "did not start here")),
    ],
)
async def test_a_login_fails(proofkey_server, me, browser, log_in, failure, said):
    """Nobody is logged in, the person is told what to do, and the next try is good."""
    with proofkey_server.fail(failure, client=me) as failing:
        answer = await log_in()
        assert failing.hits == 1  # a code is never sent twice
    status, words = said
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "Nobody is logged in" in (await browser.get("/")).text
    assert (await log_in()).status_code == 303


async def test_the_access_token_is_over(proofkey_server, browser, log_in):
    """It is renewed, and nobody notices."""
    await log_in()
    proofkey_server.fail("expire-access-token", times=1)
    assert "Logged in as" in (await browser.get("/")).text


async def test_the_login_is_over(proofkey_server, browser, log_in):
    """The person is sent to log in again."""
    await log_in()
    proofkey_server.fail("expire-access-token", times=1)
    proofkey_server.fail("refuse-refresh", times=1)
    assert (await browser.get("/")).headers["location"] == "/login"


@pytest.mark.parametrize("failure", ["rate-limit", "unavailable", "lose-answer"])
async def test_a_renewal_fails_for_now(proofkey_server, browser, log_in, failure):
    """The session survives: the next request renews it."""
    await log_in()
    proofkey_server.fail("expire-access-token", times=2)
    proofkey_server.fail(failure, times=1)
    assert (await browser.get("/")).status_code in (502, 503)
    assert "Logged in as" in (await browser.get("/")).text


async def test_keys_are_rotated(proofkey_server, log_in):
    """The next ID token is signed with a key that was never seen."""
    await log_in()
    proofkey_server.rotate_keys()
    assert (await log_in()).status_code == 303


async def test_the_person_waits_at_the_callback(proofkey_server, browser):
    """A minute is too long."""
    url = (await browser.get("/login")).headers["location"]
    callback = proofkey_server.log_in(url, proofkey_server.add_user())
    proofkey_server.move_time(61)
    assert "took too long" in (await browser.get(callback)).text


async def test_a_callback_comes_twice(proofkey_server, browser):
    """A reload of the callback page sends no code again."""
    url = (await browser.get("/login")).headers["location"]
    callback = proofkey_server.log_in(url, proofkey_server.add_user())
    await browser.get(callback)
    assert "did not start here" in (await browser.get(callback)).text
    assert proofkey_server.refusals() == []


async def test_the_login_server_is_slow(proofkey_server, log_in):
    """Slow is no failure."""
    with proofkey_server.fail("slow-answer", seconds=0.2):
        assert (await log_in()).status_code == 303
