/**
 * The mistakes of the fault lab, one entry each: what people really wrote, as a change to a login that is right.
 *
 * slug        the fault that the doctor should name
 * title       the mistake in a line; sentence: how it looks in code
 * pair        changes { verifier, challenge } before the login
 * authorize   changes the fields of the authorization request
 * token       changes the token request { url, contentType, fields, body, remarks }; remarks say what no field shows
 * repeat      sends the token request twice
 * opensPage   the server shows its own error page and never redirects
 * appStops    the app must refuse the callback itself; says why and how to mend it
 */

import { ascii, base64, base64url, hex, randomText, sha256, urlSafe } from './encodings.js';

const JSON_TYPE = 'application/json';

function sendAsJson(request) {
  request.body = JSON.stringify(request.fields);
  request.remarks.push({ name: 'body', sent: '{"grant_type": …}', right: 'grant_type=…&code=…' });
}

export const GROUPS = {
  right: 'No mistake',
  challenge: 'Making the challenge',
  authorize: 'Asking for the code',
  verifier: 'Keeping the verifier',
  token: 'Sending the token request',
};

export const MISTAKES = [
  {
    id: 'none',
    group: 'right',
    slug: null,
    title: 'The login as it should be',
    sentence: 'For comparison: every step, and an access token at the end.',
  },

  // ---- making the challenge ------------------------------------------------------------------------------------
  {
    id: 'printed-bytes',
    group: 'challenge',
    slug: 'challenge-printed-bytes',
    title: 'Random bytes printed, nothing hashed',
    sentence: 'btoa(crypto.getRandomValues(…)) writes the bytes as decimal numbers; the verifier never enters.',
    pair: (pair) => (pair.challenge = urlSafe(btoa(crypto.getRandomValues(new Uint8Array(32))))),
  },
  {
    id: 'not-hashed',
    group: 'challenge',
    slug: 'challenge-not-hashed',
    title: 'Challenge = verifier',
    sentence: 'The method says S256, but the hashing step was left out.',
    pair: (pair) => (pair.challenge = pair.verifier),
  },
  {
    id: 'padded',
    group: 'challenge',
    slug: 'challenge-padded',
    title: 'Padding left on',
    sentence: 'The base64 encoder adds “=” at the end, and nobody took it off.',
    pair: (pair) => (pair.challenge += '='),
  },
  {
    id: 'standard-base64',
    group: 'challenge',
    slug: 'challenge-standard-base64',
    title: 'Standard base64 instead of base64url',
    sentence: '“+” and “/” were not replaced. One challenge in four has neither, and works.',
    pair: async (pair) => {
      // One digest in four has neither character; such a verifier would show nothing.
      while (!/[+/]/.test((pair.challenge = base64(await sha256(ascii(pair.verifier))).replace('=', '')))) {
        pair.verifier = randomText();
      }
    },
  },
  {
    id: 'hex',
    group: 'challenge',
    slug: 'challenge-hex-digest',
    title: 'Challenge in hexadecimal',
    sentence: 'sha256(verifier) of many libraries gives 64 hexadecimal characters; the server wants 43 of base64url.',
    pair: async (pair) => (pair.challenge = hex(await sha256(ascii(pair.verifier)))),
  },
  {
    id: 'base64-of-hex',
    group: 'challenge',
    slug: 'challenge-base64-of-hex',
    title: 'Base64 of the hexadecimal text',
    sentence: 'Encoded twice: first the digest as hexadecimal text, then that text as base64url.',
    pair: async (pair) => (pair.challenge = base64url(ascii(hex(await sha256(ascii(pair.verifier)))))),
  },
  {
    id: 'hashed-twice',
    group: 'challenge',
    slug: 'challenge-hashed-twice',
    title: 'Hashed twice',
    sentence: 'The library hashes what it is given, and it was given the challenge.',
    pair: async (pair) => (pair.challenge = base64url(await sha256(ascii(pair.challenge)))),
  },
  {
    id: 'newline',
    group: 'challenge',
    slug: 'challenge-newline-hashed',
    title: 'A line break hashed along',
    sentence: 'echo "$verifier" | sha256sum, or a text read from a file.',
    pair: async (pair) => (pair.challenge = base64url(await sha256(ascii(pair.verifier + '\n')))),
  },
  {
    id: 'swapped',
    group: 'challenge',
    slug: 'challenge-and-verifier-swapped',
    title: 'Challenge and verifier swapped',
    sentence: 'The two variables changed places.',
    authorize: (fields, { pair }) => (fields.code_challenge = pair.verifier),
    token: (request, { pair }) => (request.fields.code_verifier = pair.challenge),
  },

  // ---- asking for the code -------------------------------------------------------------------------------------
  {
    id: 'plain',
    group: 'authorize',
    slug: 'challenge-method-plain-refused',
    title: 'code_challenge_method=plain',
    sentence: '“Use plain for simplicity”: then whoever sees the request can redeem the code.',
    authorize: (fields, { pair }) => {
      fields.code_challenge = pair.verifier;
      fields.code_challenge_method = 'plain';
    },
  },
  {
    id: 'method-missing',
    group: 'authorize',
    slug: 'challenge-method-missing',
    title: 'Method left out',
    sentence: 'Without code_challenge_method the standard assumes plain, although a hash was sent.',
    authorize: (fields) => delete fields.code_challenge_method,
  },
  {
    id: 'method-misspelt',
    group: 'authorize',
    slug: 'challenge-method-misspelt',
    title: 'Method misspelt',
    sentence: 'SHA256 is not S256.',
    authorize: (fields) => (fields.code_challenge_method = 'SHA256'),
  },
  {
    id: 'no-challenge',
    group: 'authorize',
    slug: 'challenge-missing',
    title: 'No challenge at all',
    sentence: 'A public client without PKCE: anyone who gets hold of the code can use it.',
    authorize: (fields) => {
      delete fields.code_challenge;
      delete fields.code_challenge_method;
    },
  },
  {
    id: 'scope',
    group: 'authorize',
    slug: 'scope-refused',
    title: 'Scopes from a tutorial',
    sentence: 'scope=login user:me names things that this server has never heard of.',
    authorize: (fields) => (fields.scope = 'login user:me conversation:read'),
  },
  {
    id: 'no-state',
    group: 'authorize',
    slug: 'state-missing',
    title: 'No state',
    sentence: 'The server does not mind; the app cannot tell its own login from a forged one.',
    authorize: (fields) => delete fields.state,
    appStops: {
      title: 'The login has no state',
      explanation:
        'The callback brought a code but no state. Anyone can make a browser open the callback with a code of their ' +
        'own; without a state to compare, the app would log the victim in as the attacker. So a careful app stops ' +
        'here and does not redeem the code.',
      fix:
        'Make a random state for each login, keep it in sessionStorage, and compare it in the callback. proofkey.js ' +
        'does so by itself.',
    },
  },
  {
    id: 'unknown-client',
    group: 'authorize',
    slug: 'client-unknown',
    title: 'Wrong client id',
    sentence: 'The id was copied from a tutorial, or belongs to another region.',
    opensPage: true,
    authorize: (fields) => (fields.client_id = 'YOUR_PUBLIC_CLIENT_ID'),
  },
  {
    id: 'unregistered-redirect',
    group: 'authorize',
    slug: 'redirect-uri-not-registered',
    title: 'Redirect URI with a trailing slash',
    sentence: 'Registered without the slash, asked for with it. The server compares character by character.',
    opensPage: true,
    authorize: (fields) => (fields.redirect_uri += '/'),
  },

  // ---- keeping the verifier ------------------------------------------------------------------------------------
  {
    id: 'regenerated',
    group: 'verifier',
    slug: 'verifier-unrelated',
    title: 'Verifier made again',
    sentence: 'One verifier for the challenge, a new one for the token request.',
    token: (request) => (request.fields.code_verifier = randomText()),
  },
  {
    id: 'null',
    group: 'verifier',
    slug: 'verifier-is-null-text',
    title: 'Verifier lost',
    sentence: 'sessionStorage was empty (another tab, another origin), so the text “null” is sent.',
    token: (request) => (request.fields.code_verifier = 'null'),
  },
  {
    id: 'no-verifier',
    group: 'verifier',
    slug: 'verifier-missing',
    title: 'Verifier not sent',
    sentence: 'Removed “to see whether it is a format problem”.',
    token: (request) => delete request.fields.code_verifier,
  },
  {
    id: 'quoted',
    group: 'verifier',
    slug: 'verifier-quoted',
    title: 'Verifier in quotes',
    sentence: 'Stored with JSON.stringify, read back without JSON.parse.',
    token: (request) => (request.fields.code_verifier = JSON.stringify(request.fields.code_verifier)),
  },
  {
    id: 'too-short',
    group: 'verifier',
    slug: 'verifier-too-short',
    title: 'Verifier too short',
    sentence: '“32 to 128 characters” was the advice; the standard says 43 to 128.',
    pair: async (pair) => {
      pair.verifier = pair.verifier.slice(0, 32);
      pair.challenge = base64url(await sha256(ascii(pair.verifier)));
    },
    token: (request) => {
      request.remarks.push({ name: 'code_verifier', sent: '32 characters', right: '43 to 128 characters' });
    },
  },

  // ---- sending the token request -------------------------------------------------------------------------------
  {
    id: 'json',
    group: 'token',
    slug: 'token-body-json',
    title: 'JSON body',
    sentence: 'JSON.stringify({ grant_type: … }): the server reads forms and finds no parameter.',
    token: (request) => {
      request.contentType = JSON_TYPE;
      sendAsJson(request);
    },
  },
  {
    id: 'json-as-form',
    group: 'token',
    slug: 'token-body-json-as-form',
    title: 'JSON with the form’s content type',
    sentence: 'The header was corrected, the body was not.',
    token: sendAsJson,
  },
  {
    id: 'multipart',
    group: 'token',
    slug: 'token-body-multipart',
    title: 'FormData instead of URLSearchParams',
    sentence: 'fetch(…, { body: new FormData() }) sends multipart/form-data.',
    token: (request) => {
      request.contentType = 'multipart/form-data';
      request.body = new FormData();
      for (const [name, value] of Object.entries(request.fields)) request.body.set(name, value);
    },
  },
  {
    id: 'path',
    group: 'token',
    slug: 'wrong-token-path',
    title: 'Wrong path',
    sentence: 'POST /api/v2/oauth/token: the token endpoint is not part of the API.',
    token: (request, { config }) => (request.url = `${config.issuer}/api/v2/oauth/token`),
  },
  {
    id: 'no-client-id',
    group: 'token',
    slug: 'client-id-missing',
    title: 'No client_id',
    sentence: 'The curl command of many answers lacks it; a public client has no other way to say who it is.',
    token: (request) => delete request.fields.client_id,
  },
  {
    id: 'secret',
    group: 'token',
    slug: 'secret-in-public-client',
    title: 'A client secret in the browser',
    sentence: '“Set the app to Confidential”: but whoever opens the page can read its secret.',
    token: (request) => (request.fields.client_secret = 'not-a-secret-once-it-is-here'),
  },
  {
    id: 'double-encoded',
    group: 'token',
    slug: 'redirect-uri-double-encoded',
    title: 'Redirect URI encoded twice',
    sentence: 'encodeURIComponent(redirectUri) inside URLSearchParams, which encodes by itself.',
    token: (request) => (request.fields.redirect_uri = encodeURIComponent(request.fields.redirect_uri)),
  },
  {
    id: 'trailing-slash',
    group: 'token',
    slug: 'redirect-uri-trailing-slash',
    title: 'Another redirect URI than before',
    sentence: 'The token request adds a slash that the authorization request did not have.',
    token: (request) => (request.fields.redirect_uri += '/'),
  },
  {
    id: 'loopback-name',
    group: 'token',
    slug: 'redirect-uri-loopback-name-differs',
    title: 'localhost here, 127.0.0.1 there',
    sentence: 'The same computer, but not the same text.',
    token: (request) => {
      const [one, other] = request.fields.redirect_uri.includes('//localhost')
        ? ['//localhost', '//127.0.0.1']
        : ['//127.0.0.1', '//localhost'];
      request.fields.redirect_uri = request.fields.redirect_uri.replace(one, other);
    },
  },
  {
    id: 'no-redirect-uri',
    group: 'token',
    slug: 'redirect-uri-missing',
    title: 'No redirect_uri',
    sentence: 'It was in the authorization request, so it must be in the token request.',
    token: (request) => delete request.fields.redirect_uri,
  },
  {
    id: 'grant-type',
    group: 'token',
    slug: 'grant-type-wrong',
    title: 'Wrong grant_type',
    sentence: 'grant_type=code: the value is authorization_code.',
    token: (request) => (request.fields.grant_type = 'code'),
  },
  {
    id: 'twice',
    group: 'token',
    slug: 'code-redeemed-twice',
    title: 'Code used twice',
    sentence: 'An effect ran twice, or the callback page was loaded again. The second use also ends the first.',
    repeat: true,
  },
];
