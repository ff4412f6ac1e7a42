// ID tokens: a claim that is not what it must be ends the login.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { checkIdToken, claimsOf } from '../../src/proofkey/browser/id-token.js';
import { Tab } from './page.js';
import { json, serve } from './server.js';

const APP = 'https://app.example';
let server, tab, nonce;

before(async () => { server = await serve(); });
after(() => server.close());
beforeEach(() => {
  tab = new Tab();
  server.requests.length = 0;
});

const encode = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

const now = () => Math.floor(Date.now() / 1000);

const good = () => ({ iss: server.origin, sub: 'ada', aud: 'app', exp: now() + 60, iat: now(), nonce, name: 'Ada ñ' });

/** Log in; the ID token has the good claims with these changes, or is the text. */
async function logIn(change, scope = 'openid', params = {}) {
  const options = { endpoints: server.endpoints, clientId: 'app', redirectUri: '/callback', scope, params, checkIdToken };
  const start = await tab.open(APP + '/');
  const request = new URL(await start.createClient(options).authorizationUrl()).searchParams;
  nonce = request.get('nonce');
  server.answers['/oauth/token'] = () => json(200, {
    access_token: 'a', refresh_token: 'r', expires_in: 60,
    id_token: typeof change === 'string' ? change : change && encode({ ...good(), ...change }),
  });
  const page = await tab.open(`${APP}/callback?code=c&state=${request.get('state')}&iss=${server.origin}`);
  const client = page.createClient(options);
  const outcome = await client.handleCallback().then((session) => ({ session }), (error) => ({ error }));
  return { client, page, ...outcome };
}

for (const [what, change] of [
  ['the plain one', {}],
  ['several audiences and this azp', { aud: ['app', 'api'], azp: 'app' }],
  ['one audience in a list', { aud: ['app'] }],
  ['a clock two minutes off', { iat: now() + 120 }],
]) {
  // shows: B15
  test(`accepted: ${what}`, async () => {
    const { session } = await logIn(change);
    assert.equal(claimsOf(session.idToken).name, 'Ada ñ');
  });
}

for (const [what, change, maxAge, believed] of [
  ['lately', { auth_time: now() - 50 }, 60, true],
  ['lately, by a clock that is off', { iat: now() + 200, auth_time: now() + 150 }, 60, true],
  ['at this login', { auth_time: now() }, 0, true],
  ['too long ago', { auth_time: now() - 300 }, 60, false],
  ['too long ago, by a clock that is off', { iat: now() + 200, auth_time: now() - 100 }, '60', false],
  ['nobody knows when', {}, 60, false],
]) {
  test(`max_age, logged in ${what}`, async () => {
    const { session, error } = await logIn(change, 'openid', { max_age: maxAge });
    assert.equal(!!session, believed);
    if (!believed) assert.match(error.message, /max_age/);
  });
}

for (const [what, change, fault] of [
  ['another issuer', { iss: 'https://other.example' }, 'issuer-mismatch'],
  ['no issuer', { iss: undefined }, 'issuer-mismatch'],
  ['another audience', { aud: 'api' }, null],
  ['several audiences without azp', { aud: ['app', 'api'] }, null],
  ['another azp', { azp: 'api' }, null],
  ['another nonce', { nonce: 'x' }, 'nonce-mismatch'],
  ['no nonce', { nonce: undefined }, 'nonce-mismatch'],
  ['no subject', { sub: undefined }, null],
  ['an end in the past', { exp: now() - 3600 }, 'clock-skew'],
  ['no end', { exp: undefined }, 'clock-skew'],
  ['an end that is no number', { exp: 'never' }, 'clock-skew'],
  ['an issue in the future', { iat: now() + 3600 }, 'clock-skew'],
  ['no issue', { iat: undefined }, 'clock-skew'],
  ['no JSON', 'a.b.c', null],
  ['no dots', 'x', null],
  ['nothing', undefined, null],
]) {
  // shows: B15, A66
  test(`refused: ${what}`, async () => {
    const { error, client, page } = await logIn(change);
    assert.ok(error instanceof page.ProofkeyError, String(error));
    assert.equal(error.fault, fault);
    assert.equal(client.session, null);
  });
}

test('a login without openid needs no ID token', async () => {
  const { session } = await logIn(undefined, 'users');
  assert.ok(session);
});

for (const [what, change, fault] of [
  ['the same person', {}, undefined],
  ['no new ID token', null, undefined],
  ['another person', { sub: 'bob' }, 'nonce-mismatch'],
  ['another issuer', { iss: 'https://other.example' }, 'issuer-mismatch'],
  ['another audience', { aud: 'api' }, null],
]) {
  // shows: B16
  test(`a renewal with ${what}`, async () => {
    const { client, session } = await logIn({});
    server.answers['/oauth/token'] = () => json(200, {
      access_token: 'b', expires_in: 60, id_token: change ? encode({ ...good(), nonce: undefined, ...change }) : undefined,
    });
    if (fault !== undefined) return assert.rejects(client.refresh(), { fault });
    const renewed = await client.refresh();
    assert.equal(renewed.accessToken, 'b');
    assert.equal(renewed.refreshToken, 'r');
    assert.ok(change ? renewed.idToken !== session.idToken : renewed.idToken === session.idToken);
  });
}
