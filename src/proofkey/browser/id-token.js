/**
 * Claims of an ID token (OpenID Connect Core 3.1.3.7, at a renewal 12.2). The token comes straight from the token
 * endpoint over TLS, which may stand for its signature (3.1.3.7, item 6); never use this for a token from elsewhere.
 */

import { s256 } from './proofkey.js';

const SKEW = 300; // seconds that two clocks may differ

/** For the option `checkIdToken` of createClient: rejects where a claim is not what it must be. */
export async function checkIdToken(idToken, before, client, failure) {
  const { clientId } = client.options;
  const asked = /\bopenid\b/.test(before.scope);
  if (!asked || (before.idToken && before.idToken === idToken)) return; // a renewal need not bring a new one
  const claims = claimsOf(idToken);
  const { iss, aud, azp, exp, iat, auth_time, nonce, sub } = claims;
  const old = before.idToken && claimsOf(before.idToken);

  if (!sub) throw failure(null, 'the ID token is missing or unreadable');
  if (iss !== (old ? old.iss : before.metadata.issuer)) throw failure('issuer-mismatch', 'the ID token has another iss');
  const audience = [aud].flat();
  const ours = audience.includes(clientId) && (azp === clientId || (azp === undefined && audience.length === 1));
  if (!ours) throw failure(null, 'the ID token is not for this client');
  if (old ? sub !== old.sub : nonce !== (await s256(before.verifier))) throw failure('nonce-mismatch');
  const now = Date.now() / 1000;
  // Two times of the server's clock, and of ours how long this login took; 2 for what whole numbers lose.
  if (before.maxAge !== undefined && !(iat - auth_time <= +before.maxAge + now - before.started / 1000 + 2)) {
    throw failure(null, 'the person showed who they are longer ago than max_age allows');
  }
  if (!(exp > now - SKEW) || !(iat < now + SKEW)) {
    throw failure('clock-skew', `the ID token is dated ${new Date(iat * 1000)}, this clock says ${new Date()}`);
  }
}

/** The claims that an ID token carries, unchecked; an empty object for what is none. */
export function claimsOf(idToken) {
  try {
    const text = atob(idToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
    return Object(JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))));
  } catch {
    return {};
  }
}
