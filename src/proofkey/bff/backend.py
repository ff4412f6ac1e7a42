"""The back end for one app: which client it is, what the browser may call, and where sessions are kept.

It holds settings and the endpoints' tools; what is answered is decided in `dispatch`, and `asgi`, `wsgi` carry it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proofkey.bff.api_rules import Api
from proofkey.bff.explanation import Explainer
from proofkey.bff.key_file import find_keys
from proofkey.bff.lifetimes import Lifetimes
from proofkey.bff.memory_sessions import MemorySessions
from proofkey.bff.pending_logins import PendingCookies
from proofkey.bff.return_paths import check_return_path
from proofkey.bff.sealing import SealingKeys
from proofkey.bff.session_store import SessionStore
from proofkey.bff.site import site_of
from proofkey.client import conversations
from proofkey.client.login_steps import LoginSteps, make_settings
from proofkey.core.client_side import check_extra
from proofkey.core.errors import Misuse
from proofkey.core.scope import separate
from proofkey.core.wire import Conversation

if TYPE_CHECKING:
    from proofkey.bff.asgi import AsgiBff
    from proofkey.bff.replies import Declined
    from proofkey.bff.wsgi import WsgiBff
    from proofkey.client.sending import AsyncSend, Send


@dataclass(frozen=True, slots=True)
class Discover:
    """A client whose server is asked for its metadata at the first login, so that the app starts without it."""

    issuer: str
    client_id: str = field(kw_only=True)
    redirect_uri: str = field(kw_only=True)
    secret: str | None = field(default=None, kw_only=True, repr=False)
    auth_method: str | None = field(default=None, kw_only=True)
    require_signature: bool = field(default=False, kw_only=True)

    def client(self) -> Conversation[LoginSteps]:
        """Ask for the metadata. Raises PeerViolation, NotReached."""
        settings = make_settings(self.client_id, self.redirect_uri, self.secret, self.auth_method)
        server = yield from conversations.discover(self.issuer)
        settings = settings if self.auth_method else settings.suited_to(server)
        return LoginSteps(server, settings, require_signature=self.require_signature)


class Bff:
    """One back end. Raises Misuse where its settings cannot lead to a safe login.

    client: a `Discover`, or a client with fixed endpoints such as `proofkey.genesys.Client`
    scopes, extra: what each authorization request asks for and further carries
    apis: what the browser may call through the proxy
    store, keys: where sessions are kept (memory), and the keys that seal them (PROOFKEY_BFF_KEY_FILE)
    after_login: the path to return to where a login names none
    after_logout: a registered address to which the server's logout page leads back
    allow_public_client: do without a secret, where the server gives none; PKCE alone then binds a code to this app
    development: failed logins are explained in the browser, too
    """

    def __init__(
        self,
        client: LoginSteps | Discover,
        *,
        scopes: Iterable[str] = (),
        apis: Iterable[Api] = (),
        store: SessionStore | None = None,
        keys: SealingKeys | None = None,
        lifetimes: Lifetimes | None = None,
        after_login: str = "/",
        after_logout: str | None = None,
        extra: Mapping[str, str] | None = None,
        cookie_name: str = "bff",
        allow_insecure_loopback_cookies: bool = False,
        allow_public_client: bool = False,
        development: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        party = client if isinstance(client, Discover) else client.settings
        if not party.secret and not allow_public_client:
            # Browser-Based Apps 6.1.3.1; a setting that was forgotten must not pass for a choice.
            raise Misuse("a back end is a confidential client: give it its secret, or say allow_public_client=True")
        self.site = site_of(
            party.redirect_uri, name=cookie_name, allow_insecure_loopback_cookies=allow_insecure_loopback_cookies
        )
        if development and self.site.secure:
            raise Misuse("development mode shows diagnoses to everybody: it is for http on a loopback address")
        self.scopes, self.extra = separate(scopes), dict(extra or {})
        self.max_age = check_extra(self.extra.items())
        self.apis = {api.name: api for api in apis}
        self.store: SessionStore = store or MemorySessions()
        self.keys = keys or (find_keys(self.store.key_file) if self.store.is_durable else SealingKeys.ephemeral())
        self.lifetimes = lifetimes or Lifetimes()
        self.after_login = _checked(after_login, self.site.base)
        self.after_logout = after_logout
        self.development, self.clock = development, clock
        self.place = self.site.redirect_uri.encode() + b"\0"  # sessions of one back end do not open at another
        self.explainer = Explainer()
        self.purged_at = 0.0
        self._client: LoginSteps | None = client if isinstance(client, LoginSteps) else None
        self._discover = client if isinstance(client, Discover) else None

    def client(self) -> Conversation[LoginSteps]:
        """Give the client, asking for the server's metadata if that was never done."""
        if self._client is None:
            assert self._discover is not None  # noqa: S101
            self._client = yield from self._discover.client()
        return self._client

    def pending(self, client: LoginSteps) -> PendingCookies:
        """Give what opens the cookies of logins under way."""
        return PendingCookies(
            self.site,
            self.keys,
            client.server.issuer,
            client.settings,
            self.scopes,
            self.max_age,
            self.lifetimes.pending,
        )

    def asgi(self, *, send: AsyncSend | None = None) -> AsgiBff:
        """Give the ASGI application, to be mounted or served; `send` replaces how the server is asked."""
        from proofkey.bff.asgi import AsgiBff

        return AsgiBff(self, send)

    def wsgi(self, *, send: Send | None = None) -> WsgiBff:
        """Give the WSGI application."""
        from proofkey.bff.wsgi import WsgiBff

        return WsgiBff(self, send)


def _checked(path: str, base: str) -> str:
    from proofkey.bff.replies import Declined

    try:
        return check_return_path(path, base)
    except Declined as refused:
        raise _misuse(refused) from None


def _misuse(refused: Declined) -> Misuse:
    return Misuse(f"after_login: {refused.message}")
