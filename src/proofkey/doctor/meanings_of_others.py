"""What the words of browsers, gateways and frameworks mean, which stand in no dialect of a login server.

They are believed before the table of `meanings.py`; each is searched in the plain words of a line.
"""

from __future__ import annotations

import re

from proofkey.doctor.fault import LIKELY, POSSIBLE
from proofkey.doctor.meaning import Meaning

_METADATA = Meaning(
    "",
    "wrong-host",
    POSSIBLE,
    "",
    ("wrong-token-path", "server-unavailable"),
    "The client could not read the server's metadata: the issuer or authority that it was told is not the server's, or"
    " the server cannot be reached from where the client runs.",
    "Open the issuer's address with /.well-known/openid-configuration behind it, from the machine that the client runs"
    " on; what the member issuer says there is the value for the client.",
)
_UNSAID = Meaning(
    "",
    "cors-answer-unreadable",
    POSSIBLE,
    "",
    ("server-unavailable", "csp-blocked"),
    "To a page the browser says no more than this, whether the answer lacked its CORS header, the page's own policy"
    " forbade the call, or nobody answered.",
    "Read the line that the browser's console (F12) has beside this one: it names the reason.",
)
_NO_PARAMETER = "Spring's authorization server names only the parameter that it did not like."

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
    (
        re.compile(r"econnrefused|connection refused|econnreset|etimedout|socket hang up"),
        Meaning("", "server-unavailable", POSSIBLE),
    ),
    (re.compile(r"request timed out after"), Meaning("", "server-unavailable", POSSIBLE)),
    (
        re.compile(r"only valid absolute urls can be requested|endpoints? cannot be resolved"),
        Meaning("", "wrong-host", POSSIBLE),
    ),
    (
        re.compile(
            r"could not resolve endpoints|unable to obtain configuration from|idx2080[34]"
            r"|error loading discovery document|unable to resolve configuration with the provided issuer"
        ),
        _METADATA,
    ),
    (
        re.compile(r"(typeerror:|^) ?failed to fetch|axioserror: network error|networkerror when attempting"),
        _UNSAID,
    ),
    (re.compile(r"invalid response content type: text/html"), Meaning("", "token-answer-html", POSSIBLE)),
    (re.compile(r"expected 200 ok, got: 404"), Meaning("", "wrong-token-path", POSSIBLE, "", ("wrong-host",))),
    (re.compile(r"\b405 method not allowed"), Meaning("", "token-request-get", POSSIBLE, "", ("wrong-token-path",))),
    (
        re.compile(r"http: named cookie not present"),
        Meaning("", "callback-cookie-not-sent", POSSIBLE, "", ("start-and-callback-origins-differ",)),
    ),
    (
        re.compile(r"oauth 2\.0 parameter: redirect uri"),
        Meaning("", "redirect-uri-not-registered", POSSIBLE, "", ("redirect-uri-differs",), _NO_PARAMETER),
    ),
    (
        re.compile(r"oauth 2\.0 parameter: code challenge(?! method)"),
        Meaning("", "challenge-missing", POSSIBLE, note=_NO_PARAMETER),
    ),
    (re.compile(r"oauth 2\.0 parameter: client id"), Meaning("", "client-unknown", POSSIBLE, note=_NO_PARAMETER)),
    (
        re.compile(r"client authentication failed:? code verifier"),
        Meaning(
            "",
            "verifier-unrelated",
            POSSIBLE,
            "",
            ("verifier-missing",),
            "Spring's authorization server says so where code_verifier is absent and where it does not fit the"
            " challenge; it is not about the client's secret.",
        ),
    ),
    # Keycloak's event log: at the login page the only comparison is that with the registration.
    (
        re.compile(r"login error.{0,300}error=\W{0,3}invalid redirect uri"),
        Meaning("", "redirect-uri-not-registered", LIKELY),
    ),
    # Firefox says it in the language of its user; the two names stay.
    (
        re.compile(r"(bloc|bloqu|blok|блок).{0,300}\bcors\b.{0,30}access control allow origin"),
        Meaning("", "cors-answer-unreadable", LIKELY),
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
