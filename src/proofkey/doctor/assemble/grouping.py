"""Tie messages into logins: authorization requests first, then what answers them (RFC 6749 4.1).

Each step goes to the login that shares its most telling value; where none does, it starts a login of its own.
"""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.assemble import surroundings
from proofkey.doctor.assemble.callbacks import find_callbacks
from proofkey.doctor.assemble.codes import is_placeholder, same_code
from proofkey.doctor.assemble.roles import Role, has_authorize_path, has_token_path, role_of
from proofkey.doctor.capture import Capture
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.pkce import s256
from proofkey.doctor.steps import AuthorizeRequest, Preflight, Step, TokenRequest, request_object

MAX_STEPS = 5000  # messages that play a part; more are left out and noted as damage


class Grouping:
    """The work of one call of `assemble`."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.found: list[Login] = []
        self.messages = surroundings.messages_of(capture)
        self.by_role: dict[Role, list[Message]] = {}
        for message in self.messages:
            role = role_of(message)
            if role is not None:
                self.by_role.setdefault(role, []).append(message)

    def logins(self) -> list[Login]:
        """Run every pass."""
        for message in self._role("pushed"):
            self._add_pushed(message)
        for message in surroundings.with_redirect_targets(self._role("authorize"), self.messages):
            self._add_authorize(message)
        find_callbacks(self)
        tokens = [TokenRequest(message) for message in self._role("token")]
        for token in sorted(tokens, key=lambda token: not self._is_proven_by_pair(token)):
            self._add_token(token)
        for login in self.found:
            login.token_requests.sort(key=lambda token: token.number)
        for message in self._role("preflight"):
            self._add_preflight(message)
        for message in self._role("refresh"):
            self._add_refresh(TokenRequest(message))
        for message in self._role("other-grant"):
            self._add_other_grant(TokenRequest(message))
        return surroundings.complete(self)

    def start(self) -> Login:
        """Begin a login that no message before belongs to."""
        login = Login(capture=self.capture, logins=self.found)
        self.found.append(login)
        return login

    def _role(self, role: Role) -> list[Message]:
        messages = self.by_role.get(role, [])
        if len(messages) > MAX_STEPS:
            self.capture.damage.append(f"more than {MAX_STEPS} messages of one kind; the rest is left out")
        return messages[:MAX_STEPS]

    # Authorization requests

    def _add_pushed(self, message: Message) -> None:
        step = _authorize_step(message, pushed=True)
        again = [login for login in self.found if _same_request(login.pushed[-1], step)]
        (again[-1] if again else self.start()).pushed.append(step)

    def _add_authorize(self, message: Message) -> None:
        step = _authorize_step(message)
        pushed_to = self._resolve_reference(step)
        login = pushed_to or self._login_of_hop(step)
        if login is None:
            login = self.start()
        elif login.authorize_hops and not _is_hop_of(login.authorize_hops[0], step):
            login.pages.append(message)  # a login page that carries some parameters along
            return
        login.authorize_hops.append(step)

    def _resolve_reference(self, step: AuthorizeRequest) -> Login | None:
        """Find the pushed request behind a request_uri and take its parameters in."""
        if step.parameters is None:
            return None
        reference = step.parameters.get("request_uri")
        if reference is None:
            return None
        for login in self.found:
            for pushed in login.pushed:
                if pushed.answer.member("request_uri") == reference and pushed.parameters is not None:
                    step.parameters = step.parameters.merged(pushed.parameters)
                    return login
        step.by_reference = True
        return None

    def _login_of_hop(self, step: AuthorizeRequest) -> Login | None:
        """Find the login of which this is a further hop: the same request, redirected, reloaded or resumed."""
        for login in reversed(self.found):
            if not login.authorize_hops:
                continue
            first, last = login.authorize_hops[0], login.authorize_hops[-1]
            if _follows(last.message, step.message) or any(_follows(page, step.message) for page in login.pages):
                if _same_client(first, step):
                    return login
                continue
            if _same_request(first, step) and not self._answered_between(last, step):
                return login
        return None

    def _answered_between(self, last: AuthorizeRequest, step: AuthorizeRequest) -> bool:
        """Tell whether the earlier request was answered with a code or an error before this one left."""
        redirect = last.value("redirect_uri")
        if not redirect:
            return False
        for message in self.messages:
            if last.number <= message.number < step.number:
                for url in (message.url if message.number > last.number else "", message.redirect_target or ""):
                    if url.startswith(redirect) and ("code=" in url or "error=" in url):
                        return True
        return False

    # Token requests

    def _add_token(self, token: TokenRequest) -> None:
        login = self._login_of_token(token)
        if login is not None and _is_relay(login, token):
            login.pages.append(token.message)
            return
        (login or self.start()).token_requests.append(token)

    def _login_of_token(self, token: TokenRequest) -> Login | None:
        code, verifier = token.value("code"), token.value("code_verifier")
        if code is not None and not is_placeholder(code):
            for test in (str.__eq__, same_code):
                knowing = [
                    (min(numbers) > token.number, -min(numbers), index)
                    for index, login in enumerate(self.found)
                    if (numbers := [number for known, number in _codes_of(login) if test(code, known)])
                ]
                if knowing:  # the login that got the code last before this request
                    return self.found[min(knowing)[2]]
        if verifier and not is_placeholder(verifier):
            fits = (verifier, s256(verifier))
            for login in reversed(self.found):
                sent = [hop.value("code_challenge") for hop in login.authorize_hops]
                if not login.token_requests and any(challenge in fits for challenge in sent):
                    return self._beside(login, token) or login
        return self._most_alike(token)

    def _is_proven_by_pair(self, token: TokenRequest) -> bool:
        """Tell whether verifier and answer show whose this is, where no callback does: it is placed before the rest."""
        if not token.answer.gave_tokens or any(login.callbacks or login.responses for login in self.found):
            return False
        challenge = s256(token.value("code_verifier") or "")
        return any(hop.value("code_challenge") == challenge for login in self.found for hop in login.authorize_hops)

    def _beside(self, login: Login, token: TokenRequest) -> Login | None:
        """Find the login whose code this is, where the server says that the verifier of `login` is not its.

        Only where no callback was seen: two logins of one client wait for their codes, and one verifier is sent.
        """
        named = (token.answer.member("error_uri") or "").endswith("/faults/verifier-unrelated")  # proofkey's own server
        if not token.answer.refused or not (named or token.answer.speaks_of("pkce-mismatch")):
            return None
        waiting = [each for each in self.found if not (each.token_requests or each.callbacks or each.responses)]
        if _begun(login, token):  # then the order can be trusted, and a login that begins later has no code yet
            waiting = [each for each in waiting if _begun(each, token)]
        alike = [each for each in waiting if each is not login and _likeness(each, token) >= _likeness(login, token)]
        return alike[-1] if alike and login in waiting else None

    def _most_alike(self, token: TokenRequest) -> Login | None:
        """Choose by client, redirect URI and host among the logins that have no token request yet."""
        if code := token.value("code"):
            open_logins = [login for login in self.found if not login.token_requests]
            if is_placeholder(code):
                open_logins = open_logins or self.found[-1:]
        else:
            open_logins = [login for login in self.found if not login.token_requests] or self.found[-1:]
        ranked = sorted(((_likeness(login, token), index) for index, login in enumerate(open_logins)), reverse=True)
        if not ranked:
            return None
        likeness, index = ranked[0]
        # A text may show a body without its URL, and blot out every value that would tie it to a login.
        says_nothing = not token.names or token.parameters is None or not token.message.url
        return open_logins[index] if likeness >= _ENOUGH or (says_nothing and len(open_logins) == 1) else None

    def _add_preflight(self, message: Message) -> None:
        target = message.url.partition("?")[0]
        for login in self.found:
            if login.callbacks and login.callbacks[0].number > message.number:
                continue  # its code was not there yet
            for token in login.token_requests:
                if token.message.url.partition("?")[0] == target and token.number >= message.number:
                    login.preflights.append(Preflight(message))
                    return
        if (message.request_header("access-control-request-method") or "POST").upper() != "POST":
            return
        waiting = [
            login
            for login in self.found
            if not login.token_requests and login.callbacks and login.callbacks[0].number < message.number
        ]
        if waiting and (has_token_path(message.url) or split(message.url).host in waiting[-1].server_hosts):
            waiting[-1].preflights.append(Preflight(message))

    def _add_refresh(self, refresh: TokenRequest) -> None:
        token = refresh.value("refresh_token")
        client = refresh.value("client_id")
        before = [login for login in self.found if login.messages and login.messages[0].number < refresh.number]
        for login in reversed(before):
            issued = {each.answer.member("refresh_token") for each in (*login.token_requests, *login.refreshes)}
            issued |= {each.value("refresh_token") for each in login.refreshes}
            if token and token in issued:
                login.refreshes.append(refresh)
                return
        accepted = [login for login in before if login.token_requests or login.refreshes]
        named = [login for login in accepted if client is not None and login.client_id == client]
        on_host = [login for login in accepted if _hosts_of(login) & {refresh.address.host}]
        known = named or on_host
        (known[-1] if known else self.start()).refreshes.append(refresh)

    def _add_other_grant(self, grant: TokenRequest) -> None:
        client = grant.value("client_id")
        same = [login for login in self.found if login.other_grants and login.client_id == client]
        (same[-1] if same else self.start()).other_grants.append(grant)


_ENOUGH = 3


def _likeness(login: Login, token: TokenRequest) -> int:
    """Count what a token request shares with a login; a login that has its code waits for a token request."""
    authorize = login.authorize
    score = 0
    if authorize is not None:
        client, redirect = token.value("client_id"), token.value("redirect_uri")
        if client and client == authorize.value("client_id"):
            score += 4
        if redirect and redirect == authorize.value("redirect_uri"):
            score += 3
        if token.address.host and token.address.host in login.server_hosts:
            score += 3
    if login.callbacks or login.responses:
        score += 1
        first = (login.responses or login.callbacks)[0]
        if first.number < token.number:
            score += 1
        origin = token.message.request_header("origin")
        if origin and origin == split(first.url).origin:
            score += 2
    return score


def _begun(login: Login, token: TokenRequest) -> bool:
    return any(hop.number < token.number for hop in login.authorize_hops)


def _codes_of(login: Login) -> list[tuple[str, int]]:
    """Give the codes of a login with the positions at which they are to be seen."""
    steps: list[Step] = [*login.callbacks, *login.responses, *login.token_requests]
    found = [(each.value("code"), each.number) for each in steps]
    return [(code, number) for code, number in found if code is not None and not is_placeholder(code)]


def _hosts_of(login: Login) -> set[str]:
    return {each.address.host for each in (*login.token_requests, *login.refreshes)} | set(login.server_hosts)


def _is_relay(login: Login, token: TokenRequest) -> bool:
    """Tell whether a front end only hands the code to its own back end, which redeems it out of sight."""
    target = login.authorize.value("redirect_uri") if login.authorize is not None else None
    own = {split(url).host for url in (target, login.callbacks[0].url if login.callbacks else None) if url}
    return (
        "grant_type" not in token.names
        and token.address.host in own
        and token.address.host not in login.server_hosts
        and not has_token_path(token.message.url)
    )


def _authorize_step(message: Message, *, pushed: bool = False) -> AuthorizeRequest:
    if message.method == "POST":
        body = TokenRequest(message)
        parameters, place = body.parameters, body.place
    else:
        parameters, place = split(message.url).parameters, "query"
        if not len(parameters) and message.request_headers is None:
            parameters = None  # a URL that somebody mentions; the parameters were left out of the text
    if parameters is not None and "request" in parameters:
        parameters = parameters.merged(request_object(parameters))
    return AuthorizeRequest(message, parameters, place, pushed=pushed)


def _is_hop_of(first: AuthorizeRequest, step: AuthorizeRequest) -> bool:
    """Tell a hop of the authorization endpoint from a login page that has some of its parameters in the URL."""
    return step.address.path == first.address.path or has_authorize_path(step.message.url)


def _follows(earlier: Message, later: Message) -> bool:
    return earlier.redirect_target is not None and earlier.redirect_target == later.url


def _same_client(one: AuthorizeRequest, other: AuthorizeRequest) -> bool:
    names = one.value("client_id"), other.value("client_id")
    return None in names or names[0] == names[1]


def _same_request(one: AuthorizeRequest, other: AuthorizeRequest) -> bool:
    """Tell whether two authorization requests are one: equal state (or both none), client and challenge."""
    if not _same_client(one, other) or one.value("state") != other.value("state"):
        return False
    challenges = one.value("code_challenge"), other.value("code_challenge")
    if None not in challenges and challenges[0] != challenges[1]:
        return False
    redirects = one.value("redirect_uri"), other.value("redirect_uri")
    if None not in redirects and redirects[0] != redirects[1]:
        return False
    return one.value("state") is not None or one.message.url == other.message.url
