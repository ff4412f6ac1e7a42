"""Which fault an error text names by itself: a table from topics to faults, in the order in which they are believed.

*Likely* where only one fault is spoken of in these words, *possible* where the same words have several reasons.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty


class Meaning(NamedTuple):
    """One meaning of a sentence: its topic, and the fault that it names."""

    topic: str
    slug: str
    certainty: Certainty
    words: str = ""  # a pattern that the plain words must have as well
    also: tuple[str, ...] = ()  # other faults that the same words speak of, possible beside the first
    note: str = ""  # what these very words mean
    fix: str = ""  # what to do about them, where the fault's own advice is too general


_TWO_LOGINS = ("start-and-callback-origins-differ", "state-overwritten-by-other-login", "callback-replayed")
_HIDDEN = (
    "The library keeps the server's answer to itself, and its words fit every refusal of the token step. The answer's"
    " body names the reason."
)

# The particular first, the catch-all sentences last.
MEANINGS = (
    Meaning("spa-registration", "entra-redirect-registered-as-web", LIKELY),
    Meaning("spa-origin-required", "entra-spa-redeemed-without-origin", LIKELY),
    Meaning("browser-needs-pkce", "origin-header-without-pkce", LIKELY),
    Meaning("dpop-nonce", "dpop-nonce-not-retried", LIKELY),
    Meaning("secret-refused", "secret-in-public-client", LIKELY),
    Meaning("two-authentications", "two-client-authentications", LIKELY),
    Meaning("secret-missing", "secret-missing", LIKELY),
    Meaning(
        "secret-wrong",
        "client-secret-wrong",
        LIKELY,
        "expired",
        note="These words are about a secret that was right once and has expired.",
        fix="Make a new secret in the registration, put its value (not its id) into the configuration, and start anew.",
    ),
    Meaning("secret-wrong", "client-secret-wrong", LIKELY),
    Meaning(
        "tenant-wrong",
        "wrong-host",
        POSSIBLE,
        note="The tenant in the address of the login is not one that this application is registered in.",
        fix="Put the id of your own tenant into the authority: https://login.microsoftonline.com/<tenant id>/v2.0, in"
        " both steps; /common is for applications that are registered for several tenants.",
    ),
    Meaning("post-only", "token-request-get", LIKELY),
    Meaning("preflight-redirect", "preflight-redirected", LIKELY),
    Meaning("preflight", "cors-preflight-refused", LIKELY, "blocked|cors|access control|not have|refused|failed"),
    Meaning("csp", "csp-blocked", LIKELY, "refused to connect|form action|violates|connect src"),
    Meaning("frame-refused", "silent-renew-frame-refused", LIKELY, "refused to|denied|because"),
    Meaning("opener-severed", "popup-opener-severed", POSSIBLE),
    Meaning("blocked-by-cors", "cors-answer-unreadable", LIKELY, "blocked|no access control"),
    Meaning("webcrypto-missing", "insecure-page-no-webcrypto", LIKELY, "secure|crypto nonexistent|not available"),
    Meaning("webcrypto-missing", "insecure-page-no-webcrypto", POSSIBLE),
    Meaning(
        "server-cookie-missing",
        "third-party-cookies-blocked",
        POSSIBLE,
        "",
        ("login-started-in-iframe",),
        "The login server did not get back its own cookie: its page stood in a frame of another site, cookies are off,"
        " or the page was an old one.",
        "Open the login page in the whole window, and begin it anew instead of going back to an old page.",
    ),
    Meaning("code-used", "code-redeemed-twice", POSSIBLE, "aadsts54005|ation code (was|has been|is) already"),
    Meaning("code-expired", "code-expired", POSSIBLE, "code or refresh token has expired", ("refresh-token-expired",)),
    Meaning("code-expired", "code-expired", POSSIBLE, "provided grant has expired", ("refresh-token-expired",)),
    Meaning("refresh-expired", "refresh-token-expired", LIKELY),
    Meaning("refresh-other-client", "refresh-with-other-client", LIKELY),
    Meaning("refresh-reused", "refresh-token-reused", POSSIBLE, "refresh|rotat|reuse|stale"),
    Meaning("refresh-invalid", "refresh-token-absent", LIKELY, "missing refresh token"),
    Meaning("refresh-invalid", "refresh-token-reused", LIKELY, "reused|rotated"),
    Meaning("refresh-invalid", "refresh-token-expired", POSSIBLE),
    Meaning(
        "consent-missing",
        "scope-refused",
        POSSIBLE,
        note="Nobody has consented to what the application asks for.",
        fix="Log in once and consent, or have an administrator consent for everybody; ask for no scope that the"
        " application does not need.",
    ),
    Meaning("scope-refused", "scope-refused", LIKELY),
    Meaning("rate-limited", "rate-limited", LIKELY),
    Meaning("request-uri", "par-request-uri-unusable", LIKELY),
    Meaning("token-signature", "id-token-signature-wrong", POSSIBLE),
    Meaning("token-audience", "id-token-of-other-client", POSSIBLE),
    Meaning(
        "resource-refused",
        "resource-mismatch",
        POSSIBLE,
        "service not found|aadsts500011",
        note="The audience or resource that is asked for is none that this server knows.",
        fix="Ask for the identifier under which the API is registered at this server, to the letter, or for none.",
    ),
    Meaning("resource-refused", "resource-mismatch", POSSIBLE),
    Meaning("cookie-unreadable", "login-cookie-unreadable", POSSIBLE),
    Meaning("issuer-mismatch", "issuer-mismatch", POSSIBLE),
    Meaning(
        "nonce-lost",
        "nonce-mismatch",
        POSSIBLE,
        "",
        ("callback-cookie-not-sent", "start-and-callback-origins-differ"),
        "The ID token has a nonce, and the client has none to compare it with: the cookie that keeps it did not come"
        " along with the callback.",
        "Look whether the callback carries the nonce's cookie. It does not where the login began under another host or"
        " under http, where a second login or the back button used it up, or where a form_post arrives and the cookie"
        " is not SameSite=None; Secure.",
    ),
    Meaning("nonce-mismatch", "nonce-mismatch", POSSIBLE),
    Meaning("clock", "clock-skew", POSSIBLE),
    Meaning(
        "verifier-lost",
        "start-and-callback-origins-differ",
        POSSIBLE,
        "",
        _TWO_LOGINS[1:],
        "The verifier that was stored when the login began was not there at the callback.",
    ),
    Meaning(
        "interaction-in-progress",
        "state-overwritten-by-other-login",
        POSSIBLE,
        note="The library refuses to start a login while one is open: two calls at once, or an earlier one that never"
        " came back.",
        fix="Await handleRedirectPromise() before any call that logs in, start one login at a time, and once clear the"
        " session storage of the page that is stuck.",
    ),
    Meaning("silent-timeout", "third-party-cookies-blocked", POSSIBLE, "", ("silent-renew-frame-refused",)),
    Meaning("login-required", "third-party-cookies-blocked", POSSIBLE),
    Meaning(
        "callback-empty",
        "code-not-redeemed",
        POSSIBLE,
        "hash",
        ("error-callback-ignored",),
        "The callback page had no code when the library looked: something took it out of the URL before, or none came.",
        "Let the library handle the callback before the router runs, or register a blank page as redirect URI.",
    ),
    Meaning(
        "callback-empty",
        "error-callback-ignored",
        POSSIBLE,
        note="The callback has no code; where a server refuses, it has error= instead.",
    ),
    Meaning("answer-without-token", "error-hidden-in-200", POSSIBLE, "", ("answer-malformed", "token-answer-html")),
    Meaning(
        "plain-http",
        "redirect-uri-scheme-differs",
        POSSIBLE,
        note="The library sees an http address. Behind a proxy that ends TLS that is the address of the inner side.",
        fix="Tell the framework to trust the proxy's X-Forwarded-Proto, so that it sees https; the switch that allows"
        " plain http is for tests on this machine.",
    ),
    Meaning("state-lost", "state-missing", POSSIBLE, "no state in|state (is )?missing from the response"),
    Meaning(
        "state-lost",
        "state-mismatch",
        POSSIBLE,
        "correlation failed|cookie|session|csrf|saved state|authorization request",
        ("callback-cookie-not-sent", "start-and-callback-origins-differ"),
        "The program did not find at the callback what it kept of this login: its cookie or session did not come along,"
        " or the login was another one.",
        "Look whether the callback carries the cookie that the start of the login set: same host, https, SameSite=Lax"
        " (None and Secure for form_post), one login at a time, and one store for all instances of the program.",
    ),
    Meaning("state-lost", "state-mismatch", POSSIBLE, "", ("callback-replayed", "start-and-callback-origins-differ")),
    Meaning("code-other-tenant", "code-of-other-issuer", LIKELY),
    Meaning("code-other-client", "code-of-other-client", POSSIBLE),
    Meaning("verifier-unexpected", "verifier-without-challenge", LIKELY),
    Meaning("verifier-missing", "verifier-missing", LIKELY),
    Meaning("plain-refused", "challenge-method-plain-refused", LIKELY, "plain"),
    Meaning("s256-unsupported", "challenge-method-s256-unsupported", POSSIBLE),
    Meaning("challenge-missing", "challenge-missing", LIKELY),
    Meaning("method-refused", "challenge-missing", POSSIBLE, "missing|required", ("challenge-method-missing",)),
    Meaning(
        "method-refused",
        "challenge-method-misspelt",
        POSSIBLE,
        "(invalid|unsupported|unknown|not|must|only|refused)[^.]{0,60}(method|algorithm)"
        "|(method|algorithm)[^.]{0,60}(invalid|unsupported|unknown|not|must|only|refused)|aadsts50149",
    ),
    Meaning("challenge-refused", "challenge-padded", POSSIBLE),
    Meaning("redirect-mismatch", "redirect-uri-missing", LIKELY, "redirect uri is wrong.{0,12} sent null"),
    Meaning("redirect-mismatch", "redirect-uri-differs", LIKELY, "redirect uri is wrong|aadsts500112"),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "parameter:? redirect|permitted"),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "error=redirect mismatch"),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "registered|configured|error 400|callback"),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "aadsts50011|mismatching|id or redirect"),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "illegal value|invalid client|no reply"),
    Meaning("redirect-mismatch", "redirect-uri-differs", POSSIBLE),
    Meaning("redirect-unregistered", "redirect-uri-not-registered", POSSIBLE),
    Meaning("grant-not-enabled", "grant-not-enabled", LIKELY, "unauthorized client|allowed|authorized|abled"),
    Meaning("client-unknown", "client-unknown", LIKELY),
    Meaning("client-id-missing", "client-id-missing", LIKELY),
    Meaning("authentication-method", "wrong-client-auth-method", LIKELY, "supports .{0,60} but method"),
    Meaning("authentication-method", "wrong-client-auth-method", POSSIBLE),
    Meaning("code-invalid", "code-not-accepted", POSSIBLE, "bad verification code"),
    Meaning("verifier-format", "verifier-too-long", LIKELY, "too long|exceed|maximum|longer than"),
    Meaning("verifier-format", "verifier-too-short", POSSIBLE, "pkce invalid|format|short|43|length|malformed|decod"),
    Meaning("verifier-format", "verifier-too-short", POSSIBLE, "failed: invalid|specification|characters"),
    Meaning("pkce-mismatch", "verifier-unrelated", POSSIBLE),
    Meaning(
        "code-expired",
        "code-expired",
        POSSIBLE,
        r"(invalid|unknown|incorrect|exist).{0,20}\bor .{0,12}expired",
        ("code-redeemed-twice", "code-not-accepted"),
        "This server says the same of a code that is too old, that was used before, and that it does not know.",
    ),
    Meaning("code-expired", "code-expired", POSSIBLE),
    Meaning("code-used", "code-redeemed-twice", POSSIBLE, "code|aadsts54005"),
    Meaning("body-not-form", "token-body-json", POSSIBLE, "form urlencoded|unsupported media|content type header"),
    Meaning(
        "grant-type",
        "token-body-json",
        POSSIBLE,
        "missing|required|must contain|(invalid|unsupported) grant",
        ("token-params-in-query", "grant-type-wrong"),
    ),
    Meaning("request-malformed", "token-body-json", POSSIBLE, "", ("code-truncated", "token-params-in-query")),
    Meaning("access-denied", "user-denied-access", LIKELY, "error=access denied|denied access|declined|consent"),
    Meaning("access-denied", "user-denied-access", LIKELY, "user .{0,12}cancel|cancell?ed entering|general error 3"),
    Meaning("access-denied", "user-denied-access", POSSIBLE, "error 403|access denied:|given you access|org internal"),
    Meaning("code-invalid", "code-not-accepted", POSSIBLE),
    Meaning(
        "client-authentication",
        "client-secret-wrong",
        POSSIBLE,
        "",
        ("secret-missing", "wrong-client-auth-method"),
    ),
    Meaning(
        "token-step-failed",
        "client-secret-wrong",
        POSSIBLE,
        "401|unauthorized",
        ("secret-missing", "wrong-client-auth-method"),
        "A 401 of the token endpoint is about the client's own authentication, not about the code.",
    ),
    Meaning(
        "token-step-failed",
        "code-not-accepted",
        POSSIBLE,
        "failed to (get|obtain|fetch|retrieve)|into token|endpoint failed|error (redeem|exchang)",
        ("client-secret-wrong", "redirect-uri-differs"),
        _HIDDEN,
        "Log the answer of the token endpoint, its status and body, and read that here: the error's data or cause has"
        " it, or the library's debug log.",
    ),
)  # fmt: skip
# Words of browsers and gateways, which stand in no dialect of a login server.
OF_OTHERS = (
    (
        re.compile(
            r"unexpected token <|<!doctype .{0,20}is not valid json|expecting value: line 1 column 1"
            r"|json.{0,10}unexpected character at line 1 column 1|json parse error: unrecognized token <"
        ),
        Meaning("", "token-answer-html", LIKELY),
    ),
    (
        re.compile(
            r"enotfound|err name not resolved|name or service not known|nodename nor servname|no such host"
            r"|unknownhostexception|name resolution"
        ),
        Meaning("", "wrong-host", LIKELY),
    ),
    # Safari's words for what others call CORS.
    (re.compile(r"preflight response is not successful"), Meaning("", "cors-preflight-refused", LIKELY)),
    (
        re.compile(r"not allowed by access control allow origin|due to access control checks"),
        Meaning("", "cors-answer-unreadable", LIKELY),
    ),
    (re.compile(r"econnrefused|connection refused"), Meaning("", "server-unavailable", POSSIBLE)),
    (re.compile(r"request timed out after"), Meaning("", "server-unavailable", POSSIBLE)),
    (
        re.compile(r"only valid absolute urls can be requested|endpoints? cannot be resolved"),
        Meaning("", "wrong-host", POSSIBLE),
    ),
    (
        re.compile(r"err unknown url scheme|does not have a registered handler"),
        Meaning("", "custom-scheme-callback-lost", LIKELY),
    ),
    (
        re.compile(
            r"upstream connect error|no healthy upstream|50[234] (service unavailable|bad gateway|gateway time)"
        ),
        Meaning("", "server-unavailable", LIKELY),
    ),
    (re.compile(r"expected 200 ok, got: 401"), Meaning("", "client-secret-wrong", POSSIBLE)),
)  # fmt: skip
