"""The redirect_uri's own query was cut at '&', because the value was not encoded (RFC 6749 3.1.2)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.address import split
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.parameters import parse_form
from proofkey.doctor.refusals import words
from proofkey.doctor.steps import Step
from proofkey.doctor.transcript import login

# Parameters of authorization requests: RFCs, OpenID Connect, and what the known servers add.
_KNOWN = frozenset([
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
    "nonce", "prompt", "display", "max_age", "ui_locales", "id_token_hint", "login_hint", "acr_values",
    "response_mode", "claims", "claims_locales", "request", "request_uri", "resource", "audience", "registration",
    "authorization_details", "dpop_jkt", "iss", "access_type", "include_granted_scopes", "hd", "domain_hint",
    "connection", "organization", "invitation", "screen_hint", "identity_provider", "idp", "idp_identifier",
    "idp_hint", "kc_idp_hint", "kc_action", "sessionToken", "show_dialog", "org", "orgName", "provider", "target",
    "lang", "locale", "tenant", "p", "device_id", "force_verify", "auth_type", "client_info", "client-request-id",
    "x-client-sku", "x-client-ver", "approval_prompt", "openid.realm", "sid", "version", "duration", "owner",
    "user_scope", "allow_signup", "login", "account",
])  # fmt: skip


def check(login: Login) -> Finding | None:
    """Find the missing end of one step's redirect_uri among the parameters of that step."""
    authorize, token = login.authorize, login.token
    asked, repeated = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    if authorize is None or not isinstance(asked, Seen):
        return None
    if token is not None and isinstance(repeated, Seen):
        if names := _strays(authorize, asked.value, repeated.value):
            return _finding(PROVEN, "authorization request", names, asked, "the token request")
        if names := _strays(token, repeated.value, asked.value):
            return _finding(PROVEN, "token request", names, repeated, "the authorization request")
    for registered in (login.registration.redirect_uris or ()) if login.registration is not None else ():
        if names := _strays(authorize, asked.value, registered):
            return _finding(PROVEN, "authorization request", names, asked, "the registration")
    said = words(login, "redirect-mismatch", "redirect-unregistered")
    if said is not None and (names := _followers(authorize, asked.value)):
        return _finding(LIKELY, "authorization request", names, asked, "", said)
    return None


def _strays(step: Step, cut: str, whole: str) -> list[str]:
    """Name the step's parameters that are the end of the whole value, where the cut one is its beginning."""
    if not whole.startswith(f"{cut}&"):
        return []
    rest = parse_form(whole[len(cut) + 1 :])
    sent = {(each.name, each.value) for each in step.parameters or ()}
    return [each.name for each in rest if (each.name, each.value) in sent]


def _followers(step: Step, cut: str) -> list[str]:
    """Name the parameters that stand right behind an unencoded redirect_uri with a query, and that no server knows."""
    raw = step.raw("redirect_uri")
    if raw is None or "?" not in raw or "://" not in raw or not split(cut).query:
        return []
    names = step.names[step.names.index("redirect_uri") + 1 :]
    found: list[str] = []
    for name in names:
        if name in _KNOWN:
            break
        found.append(name)
    return found


def _finding(
    certainty: Certainty, where: str, names: list[str], cut: Seen, whole: str, said: Evidence | None = None
) -> Finding:
    several = "s" if len(names) > 1 else ""
    known = f" {whole[:1].upper()}{whole[1:]} has the whole value." if whole else ""
    return Finding(
        certainty,
        f"The redirect_uri of the {where} was cut at '&': the rest of its query arrived as parameter{several}"
        f" {', '.join(names)} of the request itself.{known}",
        (cut.shows(f"redirect_uri: {redirects.shown(cut.value)}, cut"), *((said,) if said else ())),
    )


FAULT = Fault(
    title="The redirect_uri's own query was cut at '&'",
    meaning=(
        "The redirect_uri has a query and was put into the URL without encoding. Its '&' ended the value, and what"
        " came behind became parameters of the authorization request. The server knows the cut value, and the"
        " client later sends the whole one: the two differ."
    ),
    fix="Encode the redirect_uri as one value, and better carry such data under the state instead of in its query.",
    example_js=(
        "const url = new URL(authorizeEndpoint);\nurl.searchParams.set('redirect_uri', redirectUri); // encodes it once"
    ),
    example_py="url = f'{authorize_endpoint}?{urllib.parse.urlencode(parameters)}'",
    wrong_fix="Registering the cut value: the token request still carries the whole one.",
    spec=("RFC 6749 3.1.2", "RFC 6749 App. B"),
    blame="client",
    explains=(
        *("redirect-uri-differs", "redirect-uri-not-registered", "redirect-uri-altered-by-server"),
        *("code-not-accepted", "server-refuses-correct-pair", "parameter-repeated", "redirect-uri-of-other-login"),
    ),
    needs=("authorize.redirect_uri",),
    check=check,
    bad=login(
        authorize={"redirect_uri": "https://app.example/cb?tenant=a", "step": "2"},
        token={"redirect_uri": "https://app.example/cb?tenant=a&step=2"},
    ),
    good=login(
        authorize={"redirect_uri": "https://app.example/cb?tenant=a&step=2"},
        token={"redirect_uri": "https://app.example/cb?tenant=a&step=2"},
        answer={},
    ),
)
