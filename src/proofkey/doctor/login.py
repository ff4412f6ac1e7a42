"""One login as the capture shows it: the evidence that faults judge.

The deciding steps are `authorize` (the last hop that the server acted on), `callback`, `token` (the attempt that was
accepted, else the first that failed) and `refresh`. An evidence path names a step and a parameter of it
("token.code_verifier"), or a step, or "registration", "token.answer", "authorize.answer".
"""

from __future__ import annotations

from typing import Any

from proofkey.doctor.address import split
from proofkey.doctor.capture import Capture, Registration
from proofkey.doctor.evidence import UNOBSERVED, Observation, Seen, Unobserved, text_of
from proofkey.doctor.message import Fragment, Message
from proofkey.doctor.record import fresh, record
from proofkey.doctor.steps import AuthorizeRequest, Callback, Preflight, Step, TokenRequest


@record
class Login:
    """The messages of one login, by role, each list in the order of the capture."""

    capture: Capture
    id: str = ""
    logins: list[Login] = fresh(default_factory=list)  # every login of the capture, this one too
    authorize_hops: list[AuthorizeRequest] = fresh(default_factory=list)
    pushed: list[AuthorizeRequest] = fresh(default_factory=list)  # PAR requests (RFC 9126)
    responses: list[Callback] = fresh(default_factory=list)  # redirects by the server that carry a code or an error
    callbacks: list[Callback] = fresh(default_factory=list)  # visits of the callback URL
    token_requests: list[TokenRequest] = fresh(default_factory=list)
    preflights: list[Preflight] = fresh(default_factory=list)  # of the token endpoint
    refreshes: list[TokenRequest] = fresh(default_factory=list)
    other_grants: list[TokenRequest] = fresh(default_factory=list)  # client_credentials and the like
    api_calls: list[Step] = fresh(default_factory=list)  # calls with this login's access token
    start: Message | None = None  # the page or redirect that led to the authorization request
    pages: list[Message] = fresh(default_factory=list)  # pages and redirects between authorize and callback
    fragments: list[Fragment] = fresh(default_factory=list)  # loose facts that belong to no message
    values: dict[str, Seen] = fresh(default_factory=dict)  # values given by name in a text
    registration: Registration | None = None
    metadata: dict[str, Any] = fresh(default_factory=dict)  # the server's metadata document, if captured

    @property
    def others(self) -> list[Login]:
        """The other logins of the capture."""
        return [login for login in self.logins if login is not self]

    @property
    def authorize(self) -> AuthorizeRequest | None:
        """The authorization request that the server acted on: the last hop."""
        return self.authorize_hops[-1] if self.authorize_hops else (self.pushed[-1] if self.pushed else None)

    @property
    def callback(self) -> Callback | None:
        """The authorization response: the first visit of the callback, else the server's redirect to it."""
        candidates = self.callbacks or self.responses
        token_code = text_of(self.token.get("code")) if self.token else None
        fitting = [each for each in candidates if token_code and each.value("code") == token_code]
        return next(iter(fitting or candidates), None)

    @property
    def token(self) -> TokenRequest | None:
        """The redemption to judge: the first accepted one, else the first that was refused, else the first."""
        final = [
            each
            for each in self.token_requests
            if not each.answer.speaks_of("dpop-nonce") and each.answer.status not in (307, 308)
        ]
        attempts = final or self.token_requests
        accepted = [each for each in attempts if each.answer.gave_tokens]
        answered = [each for each in attempts if not each.answer.lost]  # one that was called off says nothing
        return next(iter(accepted or answered or attempts), None)

    @property
    def refresh(self) -> TokenRequest | None:
        """The refresh to judge: the first that was refused, else the last."""
        refused = [each for each in self.refreshes if each.answer.refused]
        return next(iter(refused or self.refreshes[-1:]), None)

    @property
    def accepted(self) -> bool:
        """Whether the server redeemed the code: the PKCE part of this login worked."""
        return any(each.answer.went_well for each in self.token_requests)

    @property
    def client_id(self) -> str | None:
        """The client of the authorization request, else of the token request."""
        for step in (self.authorize, self.token, self.refresh, *self.other_grants[:1]):
            if step is not None:
                named = step.client_id if isinstance(step, TokenRequest) else step.get("client_id")
                if isinstance(named, Seen) and named.value:
                    return named.value
        return self.values["client_id"].value if "client_id" in self.values else None

    @property
    def messages(self) -> list[Message]:
        """The messages of this login's steps and pages, in the order of the capture."""
        steps: list[Step] = [
            *self.authorize_hops, *self.pushed, *self.responses, *self.callbacks, *self.token_requests,
            *self.preflights, *self.refreshes, *self.other_grants, *self.api_calls,
        ]  # fmt: skip
        found = {step.message.number: step.message for step in steps}
        found.update((message.number, message) for message in self.pages)
        return [found[number] for number in sorted(found)]

    @property
    def started(self) -> float | None:
        """When the first message of the login left, in seconds since the epoch."""
        return next((each.started for each in self.messages if each.started is not None), None)

    @property
    def challenge(self) -> Observation:
        """The code_challenge that reached the server."""
        return self.observe("authorize.code_challenge")

    @property
    def method(self) -> Observation:
        """The code_challenge_method that reached the server."""
        return self.observe("authorize.code_challenge_method")

    @property
    def verifier(self) -> Observation:
        """The code_verifier of the redemption to judge."""
        return self.observe("token.code_verifier")

    @property
    def server_hosts(self) -> frozenset[str]:
        """Hosts that acted as the authorization server: of the authorize hops and the metadata."""
        urls = [step.message.url for step in (*self.authorize_hops, *self.pushed)]
        urls += [value for key, value in self.metadata.items() if key in _ENDPOINTS and isinstance(value, str)]
        return frozenset(host for url in urls if (host := split(url).host))

    @property
    def is_upstream(self) -> bool:
        """Whether this is the leg of a broker: its callback is at another login's server.

        Such a login ends out of sight by design; that no token request follows means nothing.
        """
        target = split(self.authorize.value("redirect_uri") or "").origin if self.authorize else ""
        hops = (step for other in self.others for step in (*other.authorize_hops, *other.pushed))
        return bool(target) and any(step.address.origin == target for step in hops)

    def observe(self, path: str) -> Observation:
        """Look at an evidence path; a step that is not in the capture is unobserved."""
        if path == "registration":
            return UNOBSERVED if self.registration is None else Seen("", "client registration")
        name, _, parameter = path.partition(".")
        step = self._step(name)
        if step is None:
            given = self.values.get(parameter)
            return given if given is not None else UNOBSERVED
        if not parameter:
            return Seen("", step.message.where)
        if parameter == "answer":
            return Seen("", step.message.where) if step.answer.observed or step.answer.lost else UNOBSERVED
        if parameter == "client_id" and isinstance(step, TokenRequest):
            return step.client_id
        observation = step.get(parameter)
        if isinstance(observation, Unobserved):
            return self.values.get(parameter, UNOBSERVED)
        return observation

    def missing(self, paths: tuple[str, ...]) -> list[str]:
        """Name the paths of these that are unobserved."""
        return [path for path in paths if isinstance(self.observe(path), Unobserved)]

    def _step(self, name: str) -> Step | None:
        match name:
            case "authorize":
                return self.authorize
            case "callback":
                return self.callback
            case "token":
                return self.token
            case "refresh":
                return self.refresh
            case "pushed":
                return self.pushed[-1] if self.pushed else None
            case "preflight":
                return self.preflights[-1] if self.preflights else None
            case _:
                raise ValueError(f"no evidence path starts with {name!r}")


_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint")
