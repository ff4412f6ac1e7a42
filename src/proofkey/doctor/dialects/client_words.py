"""What clients say, by topic: browsers, and the libraries that log people in.

As `words.py`, of which it is a part.
"""

from __future__ import annotations

from proofkey.doctor.dialects.wording import Wording

# ruff: noqa: E501 (a pattern stays in one piece)
# fmt: off
CLIENT_WORDS: dict[str, Wording] = {
    "state-lost": Wording(
        texts=(
            "no (matching|stored) state", "mismatching state",
            "state (not valid|mismatch|is missing|missing|argument is missing|parameter mismatch|not equal|does not match)",
            "verify authori[sz]ation request state", "code verifier cookie was missing", "token request cache error",
            "invalidstate", "state cookie", "correlation failed", "authori[sz]ation request not found",
            r"invalid state( parameter)?\W*$", "invalid state:? state was not", "failed to verify request state",
            "state doesnt match request state", "wrong state parameter", "state .{0,30}not found in session",
            "missing saved state", "could not match the state", "does not match state restored", "no session state found",
            "unable to determine state", "csrf token mismatch", "csrf detected", "unable to obtain csrf cookie",
            "oauth redirect params from storage", "wrong state/nonce",
            "state param did not match", "unexpected state response parameter", "incorrect state", "no auth ?state found", "matching config for state", "no state in response", "state is null or empty", "state was missing or invalid", "authori[sz]ation request details in session",
        ),
    ),
    "nonce-mismatch": Wording(
        texts=(
            r"nonce\b.{0,40}(mismatch|not match|invalid|differ|unexpected|not equal)", "(invalid|unexpected|wrong) nonce",
            "expected nonce", "(incorrect|mismatching) (id token: )?nonce", "id token nonce failed", "wrong (state/)?nonce",
            "nonce .{0,10}claim (value|must be)", "nonce .{0,20}claim mismatch", r"claim:? nonce\b", "nonce verification failed",
            "the same nonce", "idx21321",
        ),
    ),
    # The client keeps the nonce in a cookie, and the cookie was not there.
    "nonce-lost": Wording(
        texts=(
            "idx21323", "idx10311", "(context|session).{0,10}nonce (was|is) null", "nonce (is |was )?(not found|missing|lost)",
        ),
    ),
    "verifier-lost": Wording(
        texts=(
            "could not load pkce", "code ?verifier .{0,20}(not found|missing|absent) (in|from) (storage|session|cookie)",
            "(no|missing) (pkce )?(code )?verifier .{0,20}(storage|session|cookie)", "both auth code and code verifier",
        ),
    ),
    "interaction-in-progress": Wording(texts=("interaction is currently in progress", "(?<!no )interaction in progress")),
    "silent-timeout": Wording(
        texts=(
            "i?frame timed out", "renew token via iframe", "monitor window timeout", "block iframe reload",
            "silent sign in request was sent", "specified not to prompt",
        ),
    ),
    "token-signature": Wording(
        texts=(
            "idx1050[0138]", "idx10511", "signature validation failed", "(failed|unable) to verify signature",
            "another algorithm expected", "signed with unsupported algorithm", "unexpected (jwt )?alg",
            "(id token|jws|jwt) .{0,30}signature .{0,20}(invalid|fail|not valid|wrong)", "invalid (id token|jwt|jws) signature",
            "(jwt|jws|token|signing) .{0,20}alg(orithm)? .{0,30}(not match|mismatch|not allowed)", "no (applicable|matching) (key|jwk)",
        ),
    ),
    "token-audience": Wording(
        texts=(
            "idx10214", "idx10208", "audience validation failed", "expected audience", "invalid audience .{0,20}id token",
            r"aud(ience)? \(?aud\)? .{0,20}mismatch", r"(id token|jwt).{0,40}aud(ience)?", r"aud mismatch",
            r"unexpected .{0,20}aud", r"claim:? aud(ience)?\b", "audience doesnt match",
            r"unexpected (jwt|id token) aud\b", "^wrong audience",
        ),
    ),
    "callback-empty": Wording(texts=("hash empty error", "hash value cannot be processed", "missing code parameter in response")),
    "answer-without-token": Wording(texts=("server response missing access token", "missing access token parameter")),
    "server-cookie-missing": Wording(texts=("cookie not found. please make sure cookies are enabled", "no csrf value available in the session cookie", "csrf value from the token does not match",)),
    "plain-http": Wording(texts=("insecure transport", "oauth 2 must utilize https")),
    "blocked-by-cors": Wording(
        texts=(
            "blocked by cors", "cors policy", "access control (allow origin|checks)", "cross origin request blocked",
        ),
    ),
    "preflight": Wording(texts=("preflight",)),
    "state-required": Wording(
        ("invalid_state",),
        (
            "state (parameter )?is (required|too short|too weak|not long enough)", "state is missing or does not have",
            "missing (required )?parameter:? state", "state .{0,30}(characters|entropy)",
            "state parameter is missing",
        ),
    ),
    "issuer-mismatch": Wording(
        texts=(
            r"\biss(uer)?\b.{0,60}(mismatch|unexpected|not match|invalid|expected|missing|differ)",
            r"(unexpected|wrong|invalid|missing|different) \biss(uer)?\b", "mix ?up", "idx10205",
            "authority mismatch", "issued by a different provider", "untrusted authority",
            "not issued by expected openid provider",
        ),
    ),
    "cookie-unreadable": Wording(
        texts=(
            "could not be (parsed|decrypted|decoded|unsealed)",
            "(cookie|session) .{0,40}(decrypt|invalid signature|malformed|too large|unreadable)",
            "(unable|failed) to (unprotect|decrypt|unseal|decode)", "decryption (operation )?failed", "bad decrypt",
            "header .{0,20}too large", "jwe ?decryption ?failed",
        ),
    ),
    "token-step-failed": Wording(
        texts=(
            "invalid grant", "invalid client", "token (endpoint|exchange)", "exchang(e|ing) .{0,20}(code|token)",
            "failed to (get|obtain|fetch|retrieve) .{0,20}token", "turn code into token", "token endpoint failed",
            "error (redeeming|exchanging) (the )?code", "retrieve the oauth 2.0 access token response",
            "cannot fetch token", "oauth token endpoint failure",
        ),
    ),
    "webcrypto-missing": Wording(
        texts=(
            r"(crypto\.subtle|subtle ?crypto|web ?crypto).{0,60}(undefined|null|unavailable|not (available|supported|defined|a function)|only|require|secure)",
            "reading (digest|importkey)", "(only|available|requires?) .{0,20}secure (context|origin)",
            "crypto is (not|un)", "crypto nonexistent", "crypto object or function is not available",
            "must run on a secure origin", "pkce not created", r"undefined is not an object .{0,30}crypto\.subtle",
            "encryption support running in a secure context",
        ),
    ),
    "frame-refused": Wording(texts=("x frame options", "frame ancestors", "refused to (display|frame)")),
    "popup-closed": Wording(texts=("popup (was |window )?closed by (the )?user",)),
    "opener-severed": Wording(texts=("cross origin opener policy", r"window\.opener (is )?null")),
    "csp": Wording(texts=("content security policy", "refused to connect")),
    "clock": Wording(
        texts=(
            "clock skew", "used too early", "(issued|iat|nbf|not before|auth time) .{0,40}future",
            "not (yet )?valid (yet|before)", "(iat|nbf|token) .{0,30}(not yet|too early)",
            "check (your|the) (computer|system|device)? ?(clock|time)", "iat .{0,40}(past|old)",
            "token .{0,20}expired .{0,60}clock", "idx10222", "idx10223", "lifetime validation failed",
            "jwt not active yet", "expiration time .{0,10}claim error", "^oidc: token is expired",
        ),
    ),
    "preflight-redirect": Wording(texts=("redirect is not allowed for a preflight",)),
}
# fmt: on
