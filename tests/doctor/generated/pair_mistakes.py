"""Mistakes of challenge and verifier (RFC 7636 4.1 to 4.6)."""

from __future__ import annotations

import base64
import hashlib

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Story, begin, s256
from tests.doctor.generated.vendors import ALPHABET, token


def sha(text: str | bytes) -> bytes:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def challenge(story: Story, value: str) -> None:
    story.authorize["code_challenge"] = value


def verifier(story: Story, value: str, pair: bool = True) -> None:
    story.verifier = value
    story.token["code_verifier"] = value
    story.secrets.append(value) if len(value) > 11 else None
    if pair:
        challenge(story, s256(value))


@way("challenge-padded", topic="mismatch")
def padded(s: Story) -> None:
    challenge(s, url64(sha(s.verifier)) + "=")


@way("challenge-standard-base64", "challenge-padded", "challenge-plus-became-space", topic="mismatch")
def standard(s: Story) -> None:
    while not set("+/") & set(base64.b64encode(sha(s.verifier)).decode()):
        verifier(s, token(s.rng, 43))
    text = base64.b64encode(sha(s.verifier)).decode()
    challenge(s, text.rstrip("=") if s.rng.random() < 0.6 else text)


@way("challenge-plus-became-space", "challenge-standard-base64", topic="mismatch")
def plus_space(s: Story) -> None:
    while "+" not in base64.b64encode(sha(s.verifier)).decode():
        verifier(s, token(s.rng, 43))
    challenge(s, base64.b64encode(sha(s.verifier)).decode().rstrip("=").replace("+", " "))


@way("challenge-hex-digest", topic="mismatch")
def hexed(s: Story) -> None:
    text = sha(s.verifier).hex()
    challenge(s, s.rng.choice((text, text.upper())))


@way("challenge-base64-of-hex", topic="mismatch")
def hexed_twice(s: Story) -> None:
    text = base64.b64encode(sha(s.verifier).hex().encode()).decode()
    challenge(s, s.rng.choice((text, text.rstrip("="))))


@way("challenge-printed-bytes", topic="mismatch")
def printed(s: Story) -> None:
    numbers = ",".join(str(s.rng.randrange(256)) for _ in range(s.rng.choice((32, 28, 56))))
    challenge(s, base64.b64encode(numbers.encode()).decode().rstrip("="))


@way("challenge-not-hashed", topic="mismatch")
def not_hashed(s: Story) -> None:
    challenge(s, s.verifier)


@way("challenge-not-hashed", topic="mismatch")
def hash_sent_as_verifier(s: Story) -> None:
    verifier(s, s256(s.verifier), pair=False)
    challenge(s, s.verifier)


@way("challenge-hash-of-decoded-bytes", topic="mismatch")
def decoded(s: Story) -> None:
    raw = s.rng.randbytes(32)
    verifier(s, url64(raw), pair=False)
    challenge(s, url64(sha(raw)))


@way("challenge-hash-of-decoded-bytes", topic="mismatch")
def decoded_hex(s: Story) -> None:
    raw = s.rng.randbytes(32)
    verifier(s, raw.hex(), pair=False)
    challenge(s, url64(sha(raw)))


@way("challenge-hash-of-utf16", topic="mismatch")
def utf16(s: Story) -> None:
    challenge(s, url64(sha(s.verifier.encode(s.rng.choice(("utf-16-le", "utf-16-be", "utf-16"))))))


@way("challenge-hashed-twice", topic="mismatch")
def twice(s: Story) -> None:
    challenge(s, s.rng.choice((s256(s256(s.verifier)), url64(sha(sha(s.verifier))))))


@way("challenge-wrong-hash", topic="mismatch")
def wrong_hash(s: Story) -> None:
    name = s.rng.choice(("md5", "sha1", "sha224", "sha384", "sha512"))
    challenge(s, url64(hashlib.new(name, s.verifier.encode()).digest()))


@way("challenge-of-empty-text", topic="mismatch")
def empty(s: Story) -> None:
    challenge(s, url64(sha("")))


@way("challenge-placeholder-text", topic="mismatch")
def placeholder(s: Story) -> None:
    challenge(
        s,
        s.rng.choice(
            (
                "undefined",
                "null",
                "[object Promise]",
                "[object Object]",
                "W29iamVjdCBBcnJheUJ1ZmZlcl0",
                "[object ArrayBuffer]",
            )
        ),
    )


@way("challenge-placeholder-text", topic="challenge", certainty="proven")
def placeholder_refused(s: Story) -> None:
    challenge(s, s.rng.choice(("", "undefined", "[object Promise]")))
    refuse(s, "challenge")


@way("challenge-truncated", topic="mismatch")
def truncated(s: Story) -> None:
    challenge(s, s256(s.verifier)[: s.rng.choice((42, 42, 41, 40, 32))])


@way("challenge-newline-hashed", topic="mismatch")
def newline(s: Story) -> None:
    challenge(s, s256(s.verifier + s.rng.choice(("\n", "\r\n"))))


@way("challenge-newline-hashed", topic="mismatch")
def newline_sent(s: Story) -> None:
    challenge(s, s256(s.verifier) + s.rng.choice(("\n", "\r\n")))


@way("challenge-reused", "verifier-matches-other-request", "verifier-unrelated", certainty="likely", topic="mismatch")
def reused(s: Story) -> None:
    same = s256(token(s.rng, 43))
    challenge(s, same)
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app, other.start_page = s.vendor, s.app, s.start_page
    other.redirect_uri = s.redirect_uri
    other.token_url = s.token_url
    other.authorize = dict(s.authorize, state=token(s.rng, 22))
    other.callback = dict(other.callback, state=other.authorize["state"])
    other.token = dict(s.token, code=other.callback["code"], code_verifier=token(s.rng, 43))
    other.refusal = s.refusal or s.vendor.refusal("mismatch")
    other.start_at = -120
    s.secrets += [other.callback["code"], other.token["code_verifier"]]
    s.before = other.exchanges()
    s.secrets += other.secrets
    s.texts = False


@way("challenge-and-verifier-swapped", topic="mismatch")
def swapped(s: Story) -> None:
    text = token(s.rng, 43)
    challenge(s, text)
    verifier(s, s256(text), pair=False)


@way("challenge-wrong-transform", topic="mismatch")
def odd(s: Story) -> None:
    v = s.verifier
    challenge(
        s,
        s.rng.choice((
            base64.b64encode(hashlib.sha384(v.encode()).hexdigest().encode()).decode().rstrip("="),
            hashlib.sha512(v.encode()).hexdigest(),
            url64(sha(v.encode("utf-16-le")).hex().encode()),
            sha(v + "\n").hex(),
            base64.b32encode(sha(v)).decode().rstrip("="),
            url64(url64(sha(v)).encode()),
            url64(sha(v)[::-1]),
            url64(sha('"' + v + '"')),
            base64.b64encode(base64.b64encode(sha(v))).decode().rstrip("="),
        )),
    )  # fmt: skip


@way("challenge-method-missing", topic="mismatch")
def no_method(s: Story) -> None:
    s.authorize["code_challenge_method"] = None


@way("challenge-method-misspelt", topic="mismatch")
def misspelt(s: Story) -> None:
    s.authorize["code_challenge_method"] = s.rng.choice(("s256", "SHA256", "SHA-256", "S-256", "sha256", "SHA_256"))


@way("challenge-method-misspelt", topic="method")
def misspelt_refused(s: Story) -> None:
    misspelt(s)
    refuse(s, "method")


@way("challenge-method-plain-refused", certainty="likely")
def plain(s: Story) -> None:
    s.authorize["code_challenge_method"] = "plain"
    challenge(s, s.verifier)
    refuse(s, "plain")


@way("challenge-missing", certainty="likely")
def no_challenge(s: Story) -> None:
    s.authorize["code_challenge"] = s.authorize["code_challenge_method"] = None
    refuse(s, "pkce-required")


@way("challenge-method-s256-unsupported", certainty="likely", vendors=("generic",))
def only_plain(s: Story) -> None:
    s.callback = {
        "state": s.authorize["state"],
        "error": "invalid_request",
        "error_description": s.rng.choice(
            (
                "code_challenge_method S256 is not supported",
                "Unsupported code_challenge_method: S256",
                "S256 unsupported, only plain",
            )
        ),
    }
    s.no_token = True


def refuse(s: Story, topic: str) -> None:
    """Let the authorization endpoint say no."""
    _status, error, text = s.vendor.refusal(topic)
    s.no_token = True
    s.misleading = False
    if s.vendor.name in ("entra", "google"):
        s.authorize_answer = (400, f"<html><title>Error</title><body>{error}: {text}</body></html>")
        s.texts = False
    else:
        s.callback = {"error": error, "error_description": text or None, "state": s.authorize.get("state")}


@way("verifier-unrelated", certainty="likely", topic="mismatch")
def unrelated(s: Story) -> None:
    verifier(s, token(s.rng, 43), pair=False)


@way("verifier-unrelated", certainty="likely", topic="mismatch")
def unrelated_challenge(s: Story) -> None:
    challenge(s, token(s.rng, 43))


@way("verifier-matches-other-request", topic="mismatch")
def other_tab(s: Story) -> None:
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app, other.redirect_uri = s.vendor, s.app, s.redirect_uri
    other.authorize = dict(s.authorize, state=token(s.rng, 22), code_challenge=s256(other.verifier))
    other.callback = dict(other.callback, state=other.authorize["state"])
    other.no_callback = True
    other.start_at = s.rng.choice((-60, 3))
    s.token["code_verifier"] = other.verifier
    s.secrets += other.secrets
    s.before = [each for each in other.exchanges() if each.method == "GET"]
    s.texts = False


@way("verifier-missing", topic="no-verifier")
def no_verifier(s: Story) -> None:
    s.token["code_verifier"] = None


@way("verifier-misnamed", "verifier-missing", topic="no-verifier")
def misnamed(s: Story) -> None:
    value = s.token.pop("code_verifier")
    s.token[s.rng.choice(("codeVerifier", "verifier", "code-verifier", "pkce_verifier"))] = value


@way("verifier-misnamed", "verifier-missing", topic="no-verifier")
def as_challenge(s: Story) -> None:
    s.token["code_challenge"] = s.token.pop("code_verifier")


@way("verifier-is-null-text", topic="mismatch")
def null_text(s: Story) -> None:
    s.token["code_verifier"] = s.rng.choice(("null", "undefined", "", "None", "[object Object]", "NaN"))


@way("verifier-too-short", topic="verifier-format")
def short(s: Story) -> None:
    verifier(
        s,
        s.rng.choice(
            (
                token(s.rng, 32, "0123456789abcdef"),
                token(s.rng, 21),
                token(s.rng, 42),
                "a3bb189e-8bf9-4c64-9f40-7d4f7e1f2a55",
            )
        ),
    )


@way("verifier-too-long", topic="verifier-format")
def long(s: Story) -> None:
    verifier(s, token(s.rng, s.rng.choice((129, 160, 256))))


@way("verifier-illegal-characters", topic="verifier-format")
def illegal(s: Story) -> None:
    text = base64.b64encode(s.rng.randbytes(32)).decode()
    verifier(s, text[:10] + s.rng.choice("+/") + text[11:])


@way("verifier-illegal-characters", topic="verifier-format")
def illegal_other(s: Story) -> None:
    text = token(s.rng, 50, ALPHABET)
    verifier(s, text[:12] + s.rng.choice("!*'()$:@|,") + text[12:])


@way("verifier-is-other-value", "verifier-unrelated", topic="mismatch")
def state_as_verifier(s: Story) -> None:
    s.token["code_verifier"] = s.authorize["state"] = s.callback["state"] = token(s.rng, 43)


@way("verifier-is-other-value", "verifier-unrelated", topic="mismatch")
def nonce_as_verifier(s: Story) -> None:
    s.token["code_verifier"] = s.authorize["nonce"] = token(s.rng, 43)


@way("verifier-without-challenge", topic="mismatch")
def never_sent(s: Story) -> None:
    s.authorize["code_challenge"] = s.authorize["code_challenge_method"] = None


@way("verifier-quoted", "verifier-illegal-characters", topic="mismatch")
def quoted(s: Story) -> None:
    s.token["code_verifier"] = f'"{s.verifier}"'


@way("verifier-encoded-again", topic="mismatch")
def encoded_again(s: Story) -> None:
    s.token["code_verifier"] = url64(s.verifier.encode())
    s.secrets.append(s.token["code_verifier"])


@way(
    "server-refuses-correct-pair",
    "redirect-uri-altered-by-server",
    "code-not-accepted",
    certainty="likely",
    topic="mismatch",
    vendors=("keycloak", "auth0", "okta", "spotify"),
)
def right_pair(s: Story) -> None:
    s.misleading = False


@way(
    "provider-wants-other-transform",
    "server-refuses-correct-pair",
    certainty="likely",
    topic="mismatch",
    vendors=("generic",),
)
def quirk(s: Story) -> None:
    root = s.rng.choice(
        (
            "https://api.us.nylas.com/v3/connect",
            "https://login.eveonline.com/v2/oauth",
            "https://api.eu.nylas.com/v3/connect",
        )
    )
    s.vendor.authorize, s.token_url = f"{root}/{'auth' if 'nylas' in root else 'authorize'}", f"{root}/token"
    s.vendor.sign_in = root
    s.refusal = (400, "invalid_grant", "PKCE verification failed")
    s.misleading = False


@way(
    "verifier-character-refused-by-provider",
    "server-refuses-correct-pair",
    certainty="likely",
    vendors=("generic",),
    topic="mismatch",
)
def tilde(s: Story) -> None:
    root = "https://acme.my.salesforce.com/services/oauth2"
    s.vendor.authorize, s.token_url, s.vendor.sign_in = (
        f"{root}/authorize",
        f"{root}/token",
        "https://acme.my.salesforce.com",
    )
    verifier(s, token(s.rng, 60, ALPHABET) + "~" + token(s.rng, 9))
    s.refusal = (400, "invalid_grant", "invalid code verifier")
    s.misleading = False
