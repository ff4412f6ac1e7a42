"""Teams sets the presence, Genesys Cloud follows: a back end that acts with each person's own token (README.md).

A person opens the link page once and logs in at Genesys Cloud; from then on an event from Teams is enough. No page
ever holds a token, and there is no client-credentials token that could set everybody's presence.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import Body, Depends, FastAPI, Request
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from proofkey import genesys
from proofkey.bff import Bff, Session
from proofkey.bff.session_store import SessionStore
from proofkey.bff.starlette import Login, mount

HERE = Path(__file__).parent
MAX_EVENT = 65_536  # bytes

# What Teams calls an availability, and the system presence of Genesys Cloud that stands for it.
PRESENCES = {
    "Available": "Available",
    "Busy": "Busy",
    "DoNotDisturb": "Busy",
    "InAMeeting": "Meeting",
    "BeRightBack": "Away",
    "Away": "Away",
    "Offline": "Offline",
}


@dataclass(frozen=True)
class Link:
    """Whose session and which user of Genesys Cloud a person of Teams is."""

    handle: str
    user_id: str


def make_app(
    client: genesys.Client, events_secret: bytes, *, store: SessionStore | None = None, insecure_loopback: bool = False
) -> FastAPI:
    """Make the bot's back end. `events_secret` is what Teams signs its events with."""
    api = client.region.api
    bff = Bff(client, store=store, after_login="/link", allow_insecure_loopback_cookies=insecure_loopback)
    calls = httpx.AsyncClient(timeout=10)
    links: dict[str, Link] = {}  # a real bot keeps them where it keeps its conversations

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with calls:
            yield

    app = FastAPI(openapi_url=None, lifespan=lifespan)
    login = mount(app, bff)

    @app.get("/link")
    async def link_page(_: Annotated[Session, Depends(login.page_session)]) -> FileResponse:
        return FileResponse(HERE / "link.html")

    @app.post("/link")
    async def link(
        code: Annotated[str, Body(embed=True, max_length=500)], session: Annotated[Session, Depends(login.session)]
    ) -> dict[str, object]:
        """The bot sent its person this code in the chat; whoever is logged in here brings it back."""
        person = read_link_code(code, events_secret)
        links[person] = Link(session.handle, str(session.user["id"]))
        return {"linked": person, "as": session.user.get("name")}

    @app.post("/teams/events")
    async def event(request: Request) -> dict[str, object]:
        """Teams says that somebody's availability changed."""
        body = await request.body()
        check_signature(request.headers.get("authorization", ""), body, events_secret)
        person, availability = read_event(body)
        found = links.get(person)
        if found is None:
            return {"set": None, "why": "this person has not linked Genesys Cloud yet"}
        try:
            wanted = PRESENCES.get(availability, "Away")
            await set_presence(login, calls, api, found, wanted)
        except HTTPException as error:
            if error.status_code != 401:
                raise
            del links[person]  # the login ended: the bot asks this person to link again
            return {"set": None, "why": "the login ended: link again"}
        return {"set": wanted}

    return app


async def set_presence(login: Login, calls: httpx.AsyncClient, api: str, link: Link, presence: str) -> None:
    """Set one's own presence, with one's own token; it is renewed when it is due, however many events come at once."""
    token = await login.access_token(link.handle)
    answer = await calls.patch(
        f"{api}/api/v2/users/{link.user_id}/presences/purecloud",
        json={"presenceDefinition": {"systemPresence": presence}},
        headers={"authorization": f"Bearer {token}"},
    )
    if answer.status_code == 429:
        raise HTTPException(503, "Genesys Cloud asks to wait", {"retry-after": answer.headers.get("retry-after", "60")})
    if answer.status_code != 200:
        raise HTTPException(answer.status_code if answer.status_code == 401 else 502, "the presence was not set")


def check_signature(authorization: str, body: bytes, secret: bytes) -> None:
    """Refuse an event that Teams did not sign: `Authorization: HMAC <base64 of HMAC-SHA256 of the body>`."""
    expected = b"HMAC " + base64.b64encode(hmac.digest(secret, body, "sha256"))
    if len(body) > MAX_EVENT or not hmac.compare_digest(authorization.encode("latin-1"), expected):
        raise HTTPException(401, "this event is not signed by Teams")


def read_event(body: bytes) -> tuple[str, str]:
    """Give who it is about and what the availability is now."""
    try:
        document = json.loads(body)
        person, availability = document["from"]["aadObjectId"], document["availability"]
    except (ValueError, KeyError, TypeError):
        raise HTTPException(400, "this is no event about an availability") from None
    if not (isinstance(person, str) and isinstance(availability, str)):
        raise HTTPException(400, "this is no event about an availability")
    return person, availability


def make_link_code(person: str, secret: bytes) -> str:
    """Make the code that the bot sends to one person in the chat."""
    mark = hmac.digest(secret, b"link " + person.encode(), hashlib.sha256).hex()
    return f"{person}.{mark}"


def read_link_code(code: str, secret: bytes) -> str:
    """Give the person whom the bot sent this code."""
    person = code.rpartition(".")[0]
    if not hmac.compare_digest(code.encode(), make_link_code(person, secret).encode()):
        raise HTTPException(403, "this code is not the bot's")
    return person


def setting(name: str) -> str:
    """Read a setting from the environment, or end with a sentence that names it."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"Set the environment variable {name}: README.md says how to start this example.")


def __getattr__(name: str) -> FastAPI:
    if name != "app":
        raise AttributeError(name)
    from proofkey.bff.sqlite_sessions import SqliteSessions

    redirect_uri = os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/bff/callback")
    where = setting("REGION")  # mypurecloud.de, or the address of `proofkey demo`
    client = genesys.Client(
        genesys.gateway(where) if where.startswith("http") else where,
        client_id=setting("CLIENT_ID"),
        secret=setting("CLIENT_SECRET"),
        redirect_uri=redirect_uri,
    )
    try:
        secret = base64.b64decode(setting("TEAMS_SECRET"), validate=True)
    except ValueError:
        raise SystemExit("TEAMS_SECRET is the base64 that Teams shows when the outgoing webhook is made.") from None
    store = SqliteSessions(os.environ.get("SESSIONS", "sessions.db"))
    return make_app(client, secret, store=store, insecure_loopback=redirect_uri.startswith("http:"))
