"""What servers and clients say, by topic. A topic makes a fault likelier; it never proves one.

For each topic: exact values of the `error` member, and regular expressions. These are searched in the sentence after it
was made plain: lower case, quotes dropped, "_" and "-" as spaces, single spaces. One text may have several topics.
"""

from __future__ import annotations

from proofkey.doctor.dialects.client_words import CLIENT_WORDS
from proofkey.doctor.dialects.wording import Wording

# ruff: noqa: E501 (a pattern stays in one piece)
# fmt: off
SERVER_WORDS: dict[str, Wording] = {
    "pkce-mismatch": Wording(
        ("bad_code_verifier", "invalid_pkce_package"),
        (
            "pkce verification failed", r"verif\w* (the )?code (verifier|challenge)",
            "code verifier (challenge )?failed", "verifier .{0,20}(did not|does not|doesnt|not) match",
            "challenge .{0,30}(did not|does not|doesnt|not) match", "code verifier (was |is )?incorrect",
            "(invalid|wrong|incorrect|bad) (pkce )?code verifier", "code verifier (is|was) invalid",
            "code verification failed", "bad verification code", "verifier is missing or invalid",
            "code verifier or code challenge is invalid", "code mismatch", "code challenge failed",
            "code verifier 验证", "pkce.{0,20}(mismatch|invalid|fail)", "aadsts501481", "aadsts50148", "aadb2c90182",
        ),
    ),
    "verifier-missing": Wording(
        texts=(
            "verifier (was )?not (specified|included|provided|given|sent|present|found)",
            r"missing (required )?(form )?(parameter)?:?\W{0,3}(pkce )?(code )?verifier",
            "verifier (is )?(required|missing)", "code verifier.{0,20}(required|missing|empty|non empty)",
            "expecting parameter code verifier", "verifier is missing",
            "empty (pkce )?code verifier",
        ),
    ),
    "verifier-unexpected": Wording(
        texts=(
            "verifier (or verifier )?is not needed", "verifier .{0,60}(but no|did not include) .{0,12}code challenge",
            "unexpected code verifier", "verifier .{0,40}(without|no) .{0,20}challenge", "verifier .{0,20}not expected",
            "no pkce flow started",
        ),
    ),
    "verifier-format": Wording(
        texts=(
            "verifier must be", "verifier .{0,30}(too short|too long)", "unable to decode code verifier",
            "verifier must follow", "pkce invalid code verifier", "at least 43", "aadb2c90183",
            "code verifier.{0,30}(character|length|size|format|malformed)", "invalid code verifier",
            "code verifier was invalid",
        ),
    ),
    "verifier-decoding": Wording(
        texts=(
            "(unable|failed|could not|cannot|not able) .{0,20}(to )?decode .{0,40}verifier",
            "verifier .{0,60}(base64|base 64|decod)", "(base64|base 64) ?url .{0,40}verifier", "illegal base64",
            "invalid base64", "invalid character .{0,40}verifier",
        ),
    ),
    "challenge-missing": Wording(
        texts=(
            "must include a code challenge", "missing (required )?parameter:? code challenge(?! method)",
            "code challenge (is )?(required|missing)", "code challenge must be (provided|present|included|sent|set)", "pkce (is )?(required|mandatory|missing)",
            "requires? (pkce|proof key)", "proof key for code exchange .{0,30}(required|mandatory)",
            "must use (pkce|proof key)", "aadsts9002325",
            "missing required code challenge(?! method)",
        ),
    ),
    "challenge-refused": Wording(
        ("invalid_code_challenge", "invalid_pkce_package"),
        (
            "code challenge must", "invalid parameter:? code challenge(?! method)", "size of code challenge",
            "aadsts501491", "invalid code challenge(?! method)",
            "code challenge .{0,30}(invalid|malformed|length|characters)",
        ),
    ),
    "method-refused": Wording(
        ("invalid_code_challenge_method", "invalid_pkce_package"),
        (
            "code challenge method", "challenge method", "transform algorithm", "plain is not allowed", "aadsts50149",
            "aadb2c90184", "use s256 instead",
        ),
    ),
    "plain-refused": Wording(
        texts=(
            "plain .{0,20}(not allowed|not supported|not permitted|forbidden|disabled|refused)", "use s256",
            "s256 (is )?(required|only)", "must (be|use) s256", "only s256",
        ),
    ),
    "s256-unsupported": Wording(
        texts=(
            "s256 .{0,30}(not supported|unsupported|not implemented|not allowed)", "unsupported .{0,40}s256",
            "(only|must be) plain(?! or)",
        ),
    ),
    "code-expired": Wording(
        ("expired_verification_code", "code_expired", "expired_code"),
        (
            "code (is |has |was |may have )?(been )?expired", "expired .{0,20}code", "code .{0,40}(has )?expired",
            "provided grant has expired",
            "no longer valid", "aadsts70008",
        ),
    ),
    "server-restored": Wording(texts=("code .{0,40}before .{0,40}restored",)),
    "code-used": Wording(
        texts=(
            "already (been )?(used|redeemed|consumed|exchanged)", "code (has been|was) (used|redeemed|consumed)",
            "code .{0,30}used", "has been revoked", "aadsts54005",
        ),
    ),
    "code-invalid": Wording(
        ("bad_verification_code",),
        (
            "(invalid|incorrect|malformed|unknown|wrong) (authori[sz]ation |auth |oauth )?(verification )?code",
            "code (is |was |passed is )?(not valid|invalid|incorrect|unknown|not found)",
            "code (doesnt|does not) exist", "authori[sz]ation code .{0,20}(invalid|not found|unknown|not valid)",
            "malformed auth code", "verification code format", "auth code not found", "grant request is invalid",
            "value for the code parameter is not valid", "authorization grant .{0,40}(invalid|expired)",
            "invalid code in request", "code parameter", "decrypt the authori[sz]ation code",
            "inactive authori[sz]ation code", "authori[sz]ation code cannot be found",
        ),
    ),
    "code-other-client": Wording(
        texts=(
            "(issued|belongs?|granted) to (another|a different) client", "not issued to this client",
            "from a different client", "intended for a different client", "client id .{0,30}(mismatch|does not match)",
        ),
    ),
    "code-other-tenant": Wording(
        texts=(
            "different tenant", "other tenant", "not been issued for this endpoint", "aadsts700005", "aadsts7000012", "different (realm|issuer|region)",
        ),
    ),
    "redirect-mismatch": Wording(
        ("redirect_uri_mismatch",),
        (
            "redirect (uri|url).{0,60}(mismatch|match|differ|identical|correspond|same)",
            "(incorrect|invalid|wrong|mismatching|bad) .{0,5}redirect ?(uri|url)",
            "redirect (uri|url) (is |was )?(invalid|incorrect|not valid|missing|required)",
            "reply (address|url) .{0,60}match", "redirect(ion)? (uri|url)s? used", "aadsts500112", "redirect uri is wrong",
            "value for the redirect uri is not valid", "redirection endpoint", "invalidredirecturi",
            "missing .{0,20}redirect uri",
            "missing a required parameter:? redirect uri", "redirect uri error",
        ),
    ),
    "redirect-unregistered": Wording(
        ("redirect_uri_mismatch", "invalid_redirect_uri", "redirect_mismatch"),
        (
            "redirect ?(uri|url) .{0,60}(not (registered|permitted|allowed|valid|whitelisted|authori[sz]ed)|mismatch|match|invalid)",
            "invalid (parameter:? )?redirect ?(uri|url)", "mismatching redirect",
            "callback (uri|url) (mismatch|not|invalid)", "aadsts50011", "invalidredirecturi",
            "client id or redirect uri is invalid", "(un|not )registered redirect",
            "redirect mismatch", "redirect ?(uri|url) .{0,40}must be", "illegal value for redirect", "insecure redirect", "comply with googles oauth",
            "no reply address", "aadsts900971",
            "redirect uri is missing in the client configuration", "invalid oauth2 redirect uri", "domain of this url isnt included", "valid top private domain", "required for private ip", "redirect uri error",
        ),
    ),
    # Parameter names are the same in every language that a server speaks.
    "redirect-named": Wording(texts=(r"redirect ?(uri|url)\b", "reply (url|address)", "callback url")),
    "grant-type": Wording(("unsupported_grant_type",), ("grant type", "granttype", "aadsts900144", "aadsts90014")),
    "parameter-missing": Wording(
        texts=(
            "(missing|required) .{0,40}parameter", "parameter .{0,40}(missing|required)",
            "must contain the following parameter", "is missing", "is required", "missing (a )?(required|form)",
        ),
    ),
    "parameter-repeated": Wording(
        texts=(
            "(repeated|duplicate|duplicated|more than once|multiple (values|times)|included twice|specified twice)",
        ),
    ),
    "body-not-form": Wording(
        texts=(
            "x www form urlencoded", "content type", "unsupported media type", "invalid json", "form encoded",
        ),
    ),
    "client-unknown": Wording(
        texts=(
            "client (was |is |id )?(not found|unknown|does not exist|not exist|not registered|not recognized)",
            "(unknown|no such|unregistered) client(?!, no client authentication)", "client id or redirect uri is invalid",
            "application .{0,60}(was )?not found", "aadsts700016", "client not found", "(invalid|unknown) client id",
            "client .{0,40}(does not|doesnt) exist", "couldnt find .{0,20}client", "deleted client",
            "client (was|is|has been) deleted", "invalid client: invalid client$", "invalid value for (the )?client id",
            "no (registered )?client (with|for|named|has) ",
            "client identifier invalid", "client id error", "specified client id is invalid", "oauth client could not be found", "^(invalid client:? )?client is invalid$",
        ),
    ),
    "client-authentication": Wording(
        ("invalid_client",),
        (
            # Not Spring's "Client authentication failed: code_verifier", which is about the pair.
            "client authentication(?! failed:? code verifier)", "(?<!client )authentication failed",
            "client credentials", "invalid client",
            "unauthorized client", "authorization header", "aadsts7000218", "aadsts7000215",
        ),
    ),
    "secret-missing": Wording(
        texts=(
            "client secret (is |was )?(missing|required|not (provided|specified|present|given|sent))",
            "must contain .{0,60}client (secret|assertion)", "missing .{0,20}client secret",
            "client authentication missing", "missing (valid )?authorization header", "aadsts7000218",
            "secret missing", "must send a client secret", "client (must|needs to) authenticate", "no client authentication",
        ),
    ),
    "secret-wrong": Wording(
        ("incorrect_client_credentials",),
        (
            "(invalid|incorrect|wrong|bad) client secret", "client secret (is )?(invalid|incorrect|wrong)",
            "secret (invalid|mismatch|does not match)", "aadsts7000215", "invalid client (id or secret|credentials)",
            "aadsts7000222", "client secret (keys )?.{0,30}(is|are|has) (invalid|expired)",
            "(id and/or|id or) client secret passed", "client secret supplied .{0,40}invalid",
            "error validating client secret", "client secret parameter is not valid", "unable to verify secret hash",
        ),
    ),
    "secret-refused": Wording(
        texts=(
            "client is public", "neither client assertion nor client secret",
            "public client.{0,60}(secret|authenticat)", "aadsts700025", "must not .{0,30}secret",
            "secret .{0,40}not (allowed|permitted|expected)",
        ),
    ),
    "two-authentications": Wording(
        texts=(
            "more than one authentication", "multiple (client )?(authentication|credentials)",
            "supply multiple client credentials",
            "one authentication method", "both .{0,30}(basic|header).{0,30}body",
        ),
    ),
    "authentication-method": Wording(
        texts=(
            # Not the sentence of RFC 6749 5.2 that lists every reason at once.
            "authentication method(?<!included, or unsupported authentication method)", "(?<!client )auth method", "client auth method (?!=)", "token endpoint auth", "client secret (basic|post)",
        ),
    ),
    "client-id-missing": Wording(
        texts=(
            "client id (is )?(required|missing)", "missing .{0,30}client id", "must contain .{0,40}client id",
            "missing client",
        ),
    ),
    "grant-not-enabled": Wording(
        ("unauthorized_client", "unsupported_response_type"),
        (
            "not (authori[sz]ed|allowed|enabled|permitted|configured) .{0,30}(to use|for).{0,40}(grant|flow|response|code)",
            "grant type .{0,40}not (allowed|enabled|authori[sz]ed|permitted)",
            "response type .{0,40}not (allowed|supported|enabled)", "flow .{0,30}(disabled|not enabled)",
            "aadsts70005[14]",
            "unsupported response type", "specified response type is not supported", "not authori[sz]ed to perform this request using this method",
        ),
    ),
    "scope-refused": Wording(
        ("invalid_scope",),
        (
            "(invalid|unknown|unsupported) scope",
            "scope .{0,60}(invalid|unknown|not allowed|not supported|not granted|not valid|malformed)",
            "scopes are not configured", "must include a scope input", "aadsts70011", "aadsts28002",
            "scopes? were invalid", "scope .{0,60}not authori[sz]ed for", "aadsts28003",
        ),
    ),
    "resource-refused": Wording(
        ("invalid_target", "invalid_resource"),
        (
            "(resource|audience) .{0,60}(invalid|match|not allowed|unknown|differ|not granted)",
            "invalid (resource|target|audience)", "aadsts500011", "service not found",
            r"aadsts50001\b", "not authori[sz]ed to access resource server",
        ),
    ),
    "rate-limited": Wording(
        ("rate_limit", "rate_limit_exceeded", "too_many_requests", "slow_down"),
        (
            "rate limit", "too many requests", "throttl", "quota exceeded",
        ),
    ),
    "spa-registration": Wording(
        texts=(
            "cross origin token redemption is permitted only", "aadsts9002326", r"aadsts90023\b",
        ),
    ),
    "spa-origin-required": Wording(texts=("only be redeemed via cross origin", "aadsts9002327")),
    "browser-needs-pkce": Wording(
        texts=("browser requests .{0,130}(proof key|pkce)", "origin .{0,40}(pkce|proof key)", "aadsts9002325"),
    ),
    "refresh-expired": Wording(
        texts=(
            "refresh token .{0,40}(expired|inactive|too old|lifetime|not active)", "expired .{0,20}refresh token",
            "token (is not active|has been expired or revoked)", "session not active", "aadsts700082", "aadsts700084",
            "aadsts70043", "refresh token is invalid or expired", "inactivity", "refresh token .{0,20}revoked",
        ),
    ),
    "refresh-reused": Wording(
        texts=(
            "refresh token .{0,30}(reuse|used|already|rotat)", "reuse exceeded", "stale token", "token reuse",
            "already (been )?used",
        ),
    ),
    "refresh-invalid": Wording(texts=("refresh token", "token (is |was )?invalid")),
    "dpop-nonce": Wording(("use_dpop_nonce",), ("dpop nonce", "requires nonce in dpop")),
    "login-required": Wording(
        ("login_required", "interaction_required", "consent_required", "account_selection_required"),
        (
            "login required",
        ),
    ),
    "request-uri": Wording(
        ("invalid_request_uri",),
        (
            "request uri .{0,40}(invalid|expired|unknown|used|not found|missing)",
            "(invalid|expired|unknown) request uri", "par .{0,20}expired", "pushed .{0,40}(expired|not found)",
        ),
    ),
    "access-denied": Wording(
        ("access_denied",),
        (
            "(user|owner) .{0,30}denied", "access denied", "denied the request", "cancell?ed",
            "appauth general error 3", "appauth.general error 3",
            "declined to consent", "aadsts65004", "server denied the request", "denied by the resource owner", "org internal",
        ),
    ),
    "consent-missing": Wording(texts=("not consented", "aadsts65001", "consent required", "hasnt approved this consumer")),
    # The person is known, and a rule keeps the person or the device out.
    "not-assigned": Wording(
        texts=(
            "not assigned to (a role for the|the client) application", "aadsts50105", "aadsts53003",
            "blocked by conditional access", "policy evaluation failed for this request",
        ),
    ),
    "tenant-unnamed": Wording(texts=("no tenant identifying information", "aadsts50059", "aadsts90019")),
    "realm-unknown": Wording(texts=("realm does not exist",)),
    "tenant-wrong": Wording(texts=("aadsts90002", "aadsts50194", "not configured as a multi tenant")),
    "post-only": Wording(texts=("only accepts post", "aadsts900561", "request method get (is )?not supported")),
    "request-malformed": Wording(texts=("aadsts9002313", "request is malformed or invalid")),
    "filtered": Wording(
        texts=(
            "firewall", r"\bwaf\b", "mod ?security", "(request|access|connection) .{0,20}(blocked|rejected)",
            "been blocked", "access denied", r"security (policy|rule)s?\b", "support id", "incident id",
            r"reference (id|#|[\da-f]{8})", "ray id", "not acceptable", "attention required",
        ),
    ),
    "refresh-other-client": Wording(
        texts=(
            "token client and authorized client", "refresh token .{0,60}(other|another|different) client",
            "refresh token .{0,40}not issued (to|for) (this|the) client",
        ),
    ),
}
# fmt: on
WORDS = SERVER_WORDS | CLIENT_WORDS
