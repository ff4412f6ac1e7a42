"""Where a token request belongs, as far as metadata or a known provider tells (RFC 8414 2), and who answered it."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.answer import Answer
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import TokenRequest

# Authorization endpoint of a provider (host and path) -> its token endpoint.
_PROVIDERS: tuple[tuple[Pattern, Pattern], ...] = tuple(
    (Pattern(asked), Pattern(redeemed))
    for asked, redeemed in (
        (
            r"accounts\.google\.com/.*",
            r"oauth2\.googleapis\.com/token|www\.googleapis\.com/oauth2/v\d/token|accounts\.google\.com/o/oauth2/(v\d/)?token",
        ),
        (r".*/realms/[^/]+/protocol/openid-connect/auth/?", r".*/realms/[^/]+/protocol/openid-connect/token"),
        (
            r"(login\.(microsoftonline\.(com|us|de)|windows\.net|partner\.microsoftonline\.cn))/.*",
            r"login\.[\w.]+/[^/]+/oauth2(/v2\.0)?/token",
        ),
        (r"[^/]+\.(b2clogin|ciamlogin)\.com/.*", r"[^/]+\.(b2clogin|ciamlogin)\.com/.*/oauth2/v2\.0/token"),
        (
            r"[^/]+\.okta(preview|-emea)?\.com/.*|[^/]+/oauth2/([\w\-]+/)?v1/authorize",
            r"[^/]+/oauth2/([\w\-]+/)?v1/token",
        ),
        (r"[^/]+\.auth0\.com/.*", r"[^/]+\.auth0\.com/oauth/token"),
        (r"[\w\-]+\.(mypurecloud\.[a-z.]+|[\w\-]+\.pure\.cloud)/.*", r"[\w.\-]+/oauth/token"),
        (r"[^/]+\.amazoncognito\.com/.*", r"[^/]+\.amazoncognito\.com/oauth2/token"),
        (r"accounts\.spotify\.com/.*", r"accounts\.spotify\.com/api/token"),
        (r"github\.com/.*", r"github\.com/login/oauth/access_token"),
        (r"[^/]+(/.*)?/connect/authorize", r"[^/]+(/.*)?/connect/token"),
        (r"[^/]+\.salesforce\.com/.*", r"[^/]+(/.*)?/services/oauth2/token"),
        (r"(x|twitter)\.com/i/oauth2/authorize", r"api\.(x|twitter)\.com/2/oauth2/token"),
        (r"www\.facebook\.com/.*", r"graph\.facebook\.com/(v[\d.]+/)?oauth/access_token"),
        (r"www\.dropbox\.com/oauth2/authorize", r"api\.(dropboxapi|dropbox)\.com/oauth2/token"),
        (r"account\.box\.com/.*", r"api\.box\.com/oauth2/token"),
        (r"www\.fitbit\.com/oauth2/authorize", r"api\.fitbit\.com/oauth2/token"),
        (r"www\.tiktok\.com/.*", r"open\.tiktokapis\.com/v2/oauth/token/?"),
        (r"www\.etsy\.com/oauth/connect", r"(api|openapi)\.etsy\.com/v3/public/oauth/token"),
        (r"login\.xero\.com/.*", r"identity\.xero\.com/connect/token"),
    )
)
# Hosts of providers whose token endpoint is elsewhere.
_SECOND_HOSTS = (
    *(".googleapis.com", ".salesforce.com", ".force.com", "api.x.com", "api.twitter.com", "graph.facebook.com"),
    *(
        ".dropboxapi.com",
        "api.dropbox.com",
        "api.box.com",
        "api.fitbit.com",
        ".tiktokapis.com",
        ".etsy.com",
        ".xero.com",
    ),
)
# The service may be a placeholder in a text: {{account-id}}.mypurecloud.com.
_GENESYS = Pattern(r"([\w\-]+|\{\{?[\w\- ]+\}?\}|<[\w\- ]+>)\.(mypurecloud\.[a-z.]+|[\w\-]+\.pure\.cloud)")
_OAUTH_ERRORS = frozenset(
    (
        *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
        *("invalid_scope", "invalid_target", "access_denied", "use_dpop_nonce", "invalid_dpop_proof"),
        *("bad_verification_code", "incorrect_client_credentials", "redirect_uri_mismatch", "rate_limit"),
        *("authorization_pending", "slow_down", "expired_token", "unsupported_response_type", "interaction_required"),
    )
)


def is_token_endpoint(login: Login, token: TokenRequest) -> bool | None:
    """Tell whether a request went to the provider's token endpoint; None where that endpoint is not known."""
    address = token.address
    place = f"{address.host}{address.path}"
    told = login.metadata.get("token_endpoint")
    if isinstance(told, str) and told:
        known = split(told)
        return place == f"{known.host}{known.path}"
    if login.authorize is None:
        return None
    asked = login.authorize.address
    for authorize, redeem in _PROVIDERS:
        if authorize.fullmatch(f"{asked.host}{asked.path}"):
            same_host = address.host in login.server_hosts
            if "/realms/" in place and same_host and not _same_base(asked.path, address.path):
                return False
            return redeem.fullmatch(place) is not None and (same_host or address.host.endswith(_SECOND_HOSTS))
    return None


def _same_base(one: str, other: str) -> bool:
    """Tell whether two paths of Keycloak are the same before the realm ("/auth" in old versions)."""
    return one.partition("/realms/")[0] == other.partition("/realms/")[0]


def known_token_endpoint(login: Login) -> str:
    """Name the token endpoint where the metadata does, "" elsewhere."""
    told = login.metadata.get("token_endpoint")
    return told if isinstance(told, str) else ""


def genesys_region(host: str) -> tuple[str, str] | None:
    """Give service and region of a Genesys Cloud host ("api", "mypurecloud.de"), None for other hosts."""
    match = _GENESYS.fullmatch(host)
    return (match[1], match[2]) if match else None


def own_host(login: Login) -> str:
    """Give the host of the client's redirect URI, "" where it is not seen."""
    redirect = login.authorize.value("redirect_uri") if login.authorize is not None else None
    if not redirect and login.token is not None:
        redirect = login.token.value("redirect_uri")
    if not redirect and login.callback is not None:
        redirect = login.callback.url
    address = split(redirect or "")
    return address.host if address.is_web else ""


def goes_elsewhere(login: Login, token: TokenRequest) -> bool:
    """Tell whether the request went to a host that did not act as authorization server in this login."""
    if not token.address.host or not login.server_hosts:
        return False
    return token.address.host not in login.server_hosts and is_token_endpoint(login, token) is not True


def speaks_oauth(answer: Answer) -> bool:
    """Tell whether an answer comes from something that knows OAuth: tokens, or an error of RFC 6749 5.2."""
    if answer.gave_tokens or answer.error in _OAUTH_ERRORS:
        return True
    return "aadsts" in answer.description.lower()
