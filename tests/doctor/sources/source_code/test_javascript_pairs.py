"""Challenges and verifiers made in JavaScript: the wrong ones are named, the right ones are left alone."""

# ruff: noqa: E501, W291  (snippets stay in one line where people write them so)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code import Block, read_code

SNIPPETS: list[tuple[list[str], str]] = [
    (
        ["challenge-hex-digest"],
        r"""
const verifier = generateRandom(64);
const challenge = crypto.createHash('sha256').update(verifier).digest('hex');
""",
    ),
    (
        ["challenge-padded"],
        r"""
const crypto = require('crypto');
const codeVerifier = crypto.randomBytes(32).toString('hex');
const hash = crypto.createHash('sha256').update(codeVerifier).digest('base64');
const codeChallenge = hash.replace(/\+/g,'-').replace(/\//g,'_');
""",
    ),
    (
        ["challenge-standard-base64"],
        r"""
const codeChallenge = crypto.createHash('sha256').update(codeVerifier).digest('base64');
""",
    ),
    (
        ["challenge-standard-base64"],
        r"""
const codeChallenge = crypto.createHash('sha256').update(codeVerifier).digest('base64').replace('+','-').replace('/','_').replace('=','');
""",
    ),
    (
        [],
        r"""
const codeVerifier = base64URLEncode(crypto.randomBytes(32));
function base64URLEncode(str) { return str.toString('base64').replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, ''); }
function sha256(buffer) { return crypto.createHash('sha256').update(buffer).digest(); }
const codeChallenge = base64URLEncode(sha256(codeVerifier));
""",
    ),
    (
        ["challenge-base64-of-hex"],
        r"""
import CryptoJS from 'crypto-js';
const codeChallenge = btoa(CryptoJS.SHA256(verifier).toString()).replace(/=/g,'').replace(/\+/g,'-').replace(/\//g,'_');
""",
    ),
    (
        [],
        r"""
const codeChallenge = CryptoJS.SHA256(verifier).toString(CryptoJS.enc.Base64).replace(/=+$/,'').replace(/\+/g,'-').replace(/\//g,'_');
""",
    ),
    (
        ["challenge-base64-of-hex"],
        r"""
import { sha256 } from 'js-sha256';
function generateCodeChallenge(v) { const h = sha256(v); return btoa(h).replace(/=/g,'').replace(/\+/g,'-').replace(/\//g,'_'); }
""",
    ),
    (
        ["challenge-printed-bytes"],
        r"""
async function challenge_from_verifier(v) { 
  const hashed = await window.crypto.subtle.digest('SHA-256', new TextEncoder().encode(v));
  const codeChallenge = btoa(new Uint8Array(hashed)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  return codeChallenge;
}
""",
    ),
    (
        ["challenge-placeholder-text"],
        r"""
async function generateChallenge(v) { 
  const hashed = await window.crypto.subtle.digest('SHA-256', new TextEncoder().encode(v));
  return btoa(hashed).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
""",
    ),
    (
        ["challenge-hash-of-decoded-bytes"],
        r"""
async function pkce() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const verifier = b64(bytes);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return { verifier, challenge: b64(new Uint8Array(digest)) };
}
const b64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
""",
    ),
    (
        ["challenge-placeholder-text"],
        r"""
async function sha(v) { const d = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(v)); return base64url(d); }
function login() {
  const verifier = generateVerifier();
  const challenge = sha(verifier);
  window.location.href = `https://login.mypurecloud.com/oauth/authorize?response_type=code&client_id=${id}&redirect_uri=${encodeURIComponent(uri)}&state=${s}&code_challenge=${challenge}&code_challenge_method=S256`;
}
""",
    ),
    (
        ["verifier-predictable"],
        r"""
function generateCodeVerifier() {
  let text = "";
  const possible = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (let i = 0; i < 64; i++) { text += possible.charAt(Math.floor(Math.random() * possible.length)); }
  return text;
}
""",
    ),
    (
        ["verifier-predictable"],
        r"""
const codeVerifier = Array.from({length: 64}, () => chars[Math.floor(Math.random()*chars.length)]).join('');
""",
    ),
    (
        [],
        r"""
function generateRandomString(length) {
  const possible = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const values = crypto.getRandomValues(new Uint8Array(length));
  return values.reduce((acc, x) => acc + possible[x % possible.length], "");
}
const codeVerifier = generateRandomString(64);
const sha256 = async (plain) => { const encoder = new TextEncoder(); const data = encoder.encode(plain); return window.crypto.subtle.digest('SHA-256', data) }
const base64encode = (input) => { return btoa(String.fromCharCode(...new Uint8Array(input))).replace(/=/g, '').replace(/\+/g, '-').replace(/\//g, '_'); }
const hashed = await sha256(codeVerifier)
const codeChallenge = base64encode(hashed);
""",
    ),
    (
        ["verifier-too-short"],
        r"""
const code_verifier = crypto.randomUUID();
""",
    ),
    (
        ["verifier-too-short"],
        r"""
import { nanoid } from 'nanoid';
const codeVerifier = nanoid();
""",
    ),
    (
        ["verifier-too-short"],
        r"""
const codeVerifier = crypto.randomBytes(16).toString('hex');
""",
    ),
    (
        ["verifier-illegal-characters"],
        r"""
const codeVerifier = crypto.randomBytes(64).toString('base64');
""",
    ),
    (
        [],
        r"""
const dec2hex = (dec) => ('0' + dec.toString(16)).substr(-2);
function generateCodeVerifier() { var array = new Uint32Array(56 / 2); window.crypto.getRandomValues(array); return Array.from(array, dec2hex).join(''); }
""",
    ),
    (
        ["challenge-not-hashed"],
        r"""
const verifier = randomString(64);
const url = `https://login.x.example/oauth/authorize?response_type=code&client_id=${ID}&redirect_uri=${URI}&state=${state}&code_challenge=${verifier}&code_challenge_method=S256`;
""",
    ),
    (
        ["challenge-hex-digest"],
        r"""
import * as Crypto from 'expo-crypto';
const codeChallenge = await Crypto.digestStringAsync(Crypto.CryptoDigestAlgorithm.SHA256, codeVerifier);
""",
    ),
    (
        ["challenge-wrong-hash"],
        r"""
const codeChallenge = crypto.createHash('sha512').update(v).digest('base64url');
""",
    ),
    (
        ["challenge-truncated"],
        r"""
const codeChallenge = crypto.createHash('sha256').update(v).digest('base64url').substring(0, 40);
""",
    ),
    (
        ["verifier-too-long"],
        r"""
const codeVerifier = btoa(crypto.getRandomValues(new Uint8Array(64)));
""",
    ),
    (
        ["challenge-hashed-twice"],
        r"""
const v = randomString(64);
const h1 = sha256b64url(v);
const codeChallenge = crypto.createHash('sha256').update(crypto.createHash('sha256').update(v).digest()).digest('base64url');
""",
    ),
    (
        ["challenge-newline-hashed"],
        r"""
const codeChallenge = crypto.createHash('sha256').update(verifier + '\n').digest('base64url');
""",
    ),
    (
        ["challenge-hash-of-utf16"],
        r"""
const codeChallenge = crypto.createHash('sha256').update(Buffer.from(verifier, 'utf16le')).digest('base64url');
""",
    ),
    (
        ["challenge-wrong-transform"],
        r"""
const codeChallenge = btoa(codeVerifier).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const codeVerifier = nanoid(64);
""",
    ),
    (
        ["challenge-printed-bytes"],
        r"""
const arr = new Uint8Array(32);
window.crypto.getRandomValues(arr);
let challenge = btoa(arr);
challenge = challenge.replace(/=/g, "");
""",
    ),
    (
        ["challenge-not-hashed"],
        r"""
const challenge = await pkceChallenge(verifier);
await fetch(TOKEN_URL, { method: 'POST', body: new URLSearchParams({grant_type: 'authorization_code', code, redirect_uri: r, client_id: c, code_verifier: codeChallenge}) });
""",
    ),
    (
        ["challenge-hex-digest"],
        r"""
async function sha256(message) {
    const msgBuffer = new TextEncoder().encode(message);
    const hashBuffer = await crypto.subtle.digest('SHA-256', msgBuffer);
    const hashArray = Array.from(new Uint8Array(hashBuffer));
    const hashHex = hashArray.map(b => b.toString(16).padStart(2, '0')).join('');
    return hashHex;
}
const codeChallenge = await sha256(codeVerifier);
""",
    ),
    (
        ["challenge-base64-of-hex"],
        r"""
async function sha256(message) {
    const hashBuffer = await crypto.subtle.digest('SHA-256', new TextEncoder('utf-8').encode(message));
    return Array.from(new Uint8Array(hashBuffer)).map(b => ('00' + b.toString(16)).slice(-2)).join('');
}
sha256(codeVerifier).then(hash => {
   const codeChallenge = btoa(hash).replace(/\+/g,'-').replace(/\//g,'_').replace(/=+$/,'');
   window.location = AUTH + '?response_type=code&client_id=' + CID + '&state=' + st + '&redirect_uri=' + R + '&code_challenge=' + codeChallenge + '&code_challenge_method=S256';
});
""",
    ),
    (
        [],
        r"""
export async function generateCodeChallenge(codeVerifier) {
  var digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/=/g, '').replace(/\+/g, '-').replace(/\//g, '_')
}
export function generateRandomString(length) {
  var text = "";
  var possible = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (var i = 0; i < length; i++) { text += possible.charAt(Math.floor(Math.random() * possible.length)); }
  return text;
}
""",
    ),
    (
        ["verifier-predictable"],
        r"""
const codeVerifier = generateRandomString(64);
function generateRandomString(length) {
  var text = "";
  var possible = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (var i = 0; i < length; i++) { text += possible.charAt(Math.floor(Math.random() * possible.length)); }
  return text;
}
""",
    ),
    (
        ["verifier-too-short"],
        r"""
const codeVerifier = Math.random().toString(36).substring(2);
""",
    ),
    (
        [],
        r"""
generatePkcePair(): { codeVerifier: string; codeChallenge: string } {
 const array = new Uint8Array(32);
 crypto.getRandomValues(array);
 const codeVerifier = btoa(String.fromCharCode(...array)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
 const hash = sha256.array(codeVerifier);
 const codeChallenge = btoa(String.fromCharCode(...hash)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
 return { codeVerifier, codeChallenge };
}
""",
    ),
    (
        [],
        r"""
function base64urlEncode(buffer) {
  const bytes = new Uint8Array(buffer);
  let binary = '';
  for (let i = 0; i < bytes.byteLength; i++) { binary += String.fromCharCode(bytes[i]); }
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}
async function createChallenge(verifier) { return base64urlEncode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))); }
""",
    ),
    (
        ["challenge-padded"],
        r"""
function base64urlEncode(buffer) {
  const bytes = new Uint8Array(buffer);
  let binary = '';
  bytes.forEach(b => binary += String.fromCharCode(b));
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_');
}
async function createChallenge(verifier) { return base64urlEncode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))); }
""",
    ),
]


@pytest.mark.parametrize(("slugs", "code"), SNIPPETS)
def test_the_pair_of_a_javascript_snippet_is_judged(slugs: list[str], code: str) -> None:
    """What is wrong with challenge or verifier is told, and nothing else."""
    found = {fact.slug for fact in read_code([Block("javascript", 1, code)]).facts}
    assert found - {"state-not-checked"} == set(slugs)
