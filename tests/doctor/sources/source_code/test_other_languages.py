"""Languages that are not parsed: one call gives the mistake away, its partner saves it."""

# ruff: noqa: E501  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code.block import Block
from proofkey.doctor.sources.source_code.other_languages import facts_of_other_code

SNIPPETS = [
    ("challenge-base64-of-hex", "$codeChallenge = rtrim(strtr(base64_encode(hash('sha256', $verifier)), '+/', '-_'), '=');"),
    ("", "$codeChallenge = rtrim(strtr(base64_encode(hash('sha256', $verifier, true)), '+/', '-_'), '=');"),
    ("challenge-hex-digest", "$code_challenge = hash('sha256', $verifier);"),
    ("challenge-padded", "sum := sha256.Sum256(v)\nchallenge := base64.URLEncoding.EncodeToString(sum[:])"),
    ("", "sum := sha256.Sum256(v)\nchallenge := base64.RawURLEncoding.EncodeToString(sum[:])"),
    ("challenge-standard-base64", "var challenge = Convert.ToBase64String(SHA256.HashData(bytes));"),
    ("", "var challenge = Convert.ToBase64String(SHA256.HashData(b)).TrimEnd('=').Replace('+', '-').Replace('/', '_');"),
    ("challenge-base64-of-hex", "challenge = Base64.urlsafe_encode64(Digest::SHA256.hexdigest(v), padding: false)"),
    ("", "challenge = Base64.urlsafe_encode64(Digest::SHA256.digest(v), padding: false)"),
    ("challenge-padded", "challenge = Base64.urlsafe_encode64(Digest::SHA256.digest(v))"),
    ("challenge-newline-hashed", 'md("SHA-256")\nval challenge = Base64.encodeToString(digest, Base64.URL_SAFE)'),
    ("", 'md("SHA-256")\nval challenge = Base64.encodeToString(d, Base64.URL_SAFE or Base64.NO_WRAP or Base64.NO_PADDING)'),
    ("token-body-json", "client.PostAsJsonAsync(url, new { grant_type = \"authorization_code\" });"),
    ("token-body-multipart", "curl_setopt($ch, CURLOPT_POSTFIELDS, ['grant_type' => 'authorization_code']);"),
    ("", "curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query(['grant_type' => 'authorization_code']));"),
    ("redirect-uri-double-encoded", "'form_params' => ['grant_type' => 'authorization_code', 'redirect_uri' => urlencode($u)]"),
    ("", "$digest = hash('sha256', $file);"),
    ("challenge-hash-of-utf16", "var challenge = B64(SHA256.HashData(Encoding.Unicode.GetBytes(verifier)));"),
    ("challenge-hash-of-utf16", "$challenge = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::Unicode.GetBytes($v))"),
    ("", 'var noise = Encoding.Unicode.GetBytes("x");\nvar challenge = B64(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)));'),
    ("challenge-hex-digest", 'func challenge(v string) string {\n\th := sha256.Sum256([]byte(v))\n\treturn fmt.Sprintf("%x", h)\n}'),
    ("challenge-hex-digest", "[Security.Cryptography.SHA256]::Create()\n$challenge = [BitConverter]::ToString($hash).Replace('-','')"),
    ("challenge-hex-digest", "final challenge = sha256.convert(utf8.encode(verifier)).toString();"),
    ("challenge-base64-of-hex", "final challenge = base64Url.encode(utf8.encode(sha256.convert(utf8.encode(verifier)).toString()));"),
    ("", "final challenge = base64Url.encode(sha256.convert(utf8.encode(verifier)).bytes).replaceAll('=', '');"),
    ("challenge-wrong-transform", "let digest = SHA256.hash(data: v)\nlet challenge = digest.description.data(using: .utf8)!.base64EncodedString()"),
    ("", ('let challenge = Data(SHA256.hash(data: v)).base64EncodedString().replacingOccurrences(of: "+", with: "-")\n'
     '  .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")')),
    ("challenge-newline-hashed", ('val v = Base64.encodeToString(b, Base64.URL_SAFE or Base64.NO_WRAP)\nmd("SHA-256")\n'
     "val challenge = Base64.encodeToString(digest, Base64.DEFAULT)")),
    ("verifier-missing", "tok, err := conf.Exchange(ctx, code, oauth2.S256ChallengeOption(verifier))"),
    ("", "u := conf.AuthCodeURL(s, oauth2.S256ChallengeOption(v))\ntok, err := conf.Exchange(ctx, code, oauth2.VerifierOption(v))"),
    ("challenge-missing", "u := conf.AuthCodeURL(s, oauth2.VerifierOption(v))\ntok, err := conf.Exchange(ctx, code, oauth2.VerifierOption(v))"),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "code"), SNIPPETS)
def test_a_snippet_is_judged(slug: str, code: str) -> None:
    """The mistake is named, the right way is left alone."""
    assert [fact.slug for fact in facts_of_other_code(Block("other", 1, code))] == ([slug] if slug else [])
