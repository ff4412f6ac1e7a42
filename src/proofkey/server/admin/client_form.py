"""What the client form makes of a client (RFC 7591 2): a record to save, or a sentence per field that cannot be.

Limits and owners' bounds are kept here, whatever the page offered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast, get_args

from proofkey.core.params import Params
from proofkey.core.records import AccessTokenFormat, AuthMethod, ClientRecord, IdTokenAlgorithm
from proofkey.core.scope import MalformedScope, parse
from proofkey.server.admin.visitor import ADMINS_ONLY
from proofkey.server.keys.schedule import LONGEST_ACCESS_TOKEN
from proofkey.server.registration import Complaint, complaints
from proofkey.server.scopes import ADMINISTRATORS, EVERYBODY

MAX_ID = 200
MAX_NAME = 256
MAX_DESCRIPTION = 1024
MAX_SCOPES = 200
SHORTEST_ACCESS_TOKEN = 300  # seconds
AUTH_METHODS: tuple[AuthMethod, ...] = get_args(AuthMethod)
NEW = ClientRecord("", "", (), scopes=EVERYBODY)


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as it was read. It may be saved where no problem is fatal; `client` shows what was typed all the same."""

    client: ClientRecord
    problems: tuple[Complaint, ...]
    owner_name: str = ""  # as typed; the caller finds the subject

    @property
    def can_be_saved(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not any(problem.fatal for problem in self.problems)


def read(form: Params, old: ClientRecord | None, *, is_admin: bool) -> Reading:
    """Read a form over a client, or over none yet."""
    problems: list[Complaint] = []
    start = old or NEW
    client = replace(
        start,
        client_id=old.client_id if old else (form.get("client_id") or "").strip(),
        name=(form.get("name") or "").strip(),
        description=(form.get("description") or "").strip(),
        redirect_uris=_lines(form.get("redirect_uris")),
        post_logout_redirect_uris=_lines(form.get("post_logout_redirect_uris")),
        grant_types=tuple(dict.fromkeys(form.all("grant_types"))),
        auth_method=cast("AuthMethod", _one_of("auth_method", form, AUTH_METHODS, start.auth_method, problems)),
        access_token_format=cast(
            "AccessTokenFormat",
            _one_of("access_token_format", form, get_args(AccessTokenFormat), start.access_token_format, problems),
        ),
        id_token_algorithm=cast(
            "IdTokenAlgorithm",
            _one_of("id_token_algorithm", form, get_args(IdTokenAlgorithm), start.id_token_algorithm, problems),
        ),
        access_token_lifetime=_lifetime(form, problems),
        scopes=_scopes(form, start, is_admin, problems),
        require_pkce=form.get("require_pkce") is not None,
        trusted=form.get("trusted") is not None,
    )
    if client.is_public:
        client = replace(client, require_pkce=True, secret_optional=False)
    if not is_admin:
        client = replace(client, **{name: getattr(start, name) for name in ADMINS_ONLY})
    problems += _about_names(client)
    # A client that gets its secret when it is saved is not to be told that it has none.
    problems += [
        each for each in complaints(client) if not (each.about == "auth_method" and client.secret_hash is None)
    ]
    return Reading(client, tuple(problems), (form.get("owner") or "").strip() if is_admin else "")


def _about_names(client: ClientRecord) -> list[Complaint]:
    problems = []
    if not 0 < len(client.client_id) <= MAX_ID or not client.client_id.isprintable():
        problems.append(Complaint("client_id", f"a client id has 1 to {MAX_ID} printable characters", fatal=True))
    if not 0 < len(client.name) <= MAX_NAME or not client.name.isprintable():
        problems.append(Complaint("name", f"a name has 1 to {MAX_NAME} printable characters", fatal=True))
    if len(client.description) > MAX_DESCRIPTION:
        problems.append(Complaint("description", f"a description has at most {MAX_DESCRIPTION} characters", fatal=True))
    return problems


def _one_of(name: str, form: Params, known: tuple[str, ...], start: str, problems: list[Complaint]) -> str:
    value = form.get(name) or start
    if value not in known:
        problems.append(Complaint(name, f"it is one of {', '.join(known)}", fatal=True))
        return start
    return value


def _lifetime(form: Params, problems: list[Complaint]) -> int | None:
    text = (form.get("access_token_lifetime") or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        problems.append(Complaint("access_token_lifetime", "the lifetime is a number of seconds", fatal=True))
        return None
    seconds = int(text)
    if not SHORTEST_ACCESS_TOKEN <= seconds <= LONGEST_ACCESS_TOKEN:
        sentence = f"the lifetime is {SHORTEST_ACCESS_TOKEN} to {LONGEST_ACCESS_TOKEN} seconds"
        problems.append(Complaint("access_token_lifetime", sentence, fatal=True))
    return seconds


def _scopes(form: Params, start: ClientRecord, is_admin: bool, problems: list[Complaint]) -> tuple[str, ...]:
    text = " ".join((form.get("scopes") or "").split())
    if not text:
        return EVERYBODY
    try:
        scopes = tuple(dict.fromkeys(parse(text)))
    except MalformedScope:
        problems.append(
            Complaint("scopes", "a scope holds a character that scopes cannot have (RFC 6749 3.3)", fatal=True)
        )
        return start.scopes
    if len(scopes) > MAX_SCOPES:
        problems.append(Complaint("scopes", f"a client has at most {MAX_SCOPES} scopes", fatal=True))
    if not is_admin and (beyond := sorted(set(scopes).intersection(ADMINISTRATORS).difference(start.scopes))):
        problems.append(Complaint("scopes", f"only an administrator gives the scope {beyond[0]}", fatal=True))
    return scopes


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
