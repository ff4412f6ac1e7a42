// What a login sends and stores, and what an answer of the token endpoint becomes.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';

import { Tab } from './page.js';
import { challengeOf, json, serve } from './server.js';

const APP = 'https://app.example';
const TOKENS = { access_token: 'the-access-token', token_type: 'Bearer', expires_in: 3600 };
let server, tab;

before(async () => { server = await serve(); });
after(() => server.close());
beforeEach(() => {
  tab = new Tab();
  server.requests.length = 0;
  server.answers['/oauth/token'] = () => json(200, TOKENS);
});

const options = (more) => ({ endpoints: server.endpoints, clientId: 'app', redirectUri: '/callback', ...more });

/** Begin a login on one page and come back with a code on another; gives the client and what the callback came to. */
async function logIn(more, response = {}) {
  const { createClient } = await tab.open(APP + '/');
  const request = new URL(await createClient(options(more)).authorizationUrl({ appState: [1] })).searchParams;
  const callback = new URLSearchParams({ code: 'the-code', state: request.get('state'), iss: server.origin, ...response });
  const page = await tab.open(`${APP}/callback?${callback}`);
  const client = page.createClient(options(more));
  const outcome = await client.handleCallback().then((session) => ({ session }), (error) => ({ error }));
  return { client, request, page, ...outcome };
}

test('the challenge of every vector', async () => {
  const { s256 } = await tab.open(APP);
  const vectors = JSON.parse(await readFile(new URL('vectors.json', import.meta.url)));
  for (const { verifier, challenge } of vectors.s256) assert.equal(await s256(verifier), challenge);
});

// shows: B01, B12
test('the request has all parameters once, and the exchange proves them', async () => {
  const { request, session } = await logIn({ scope: ['users', 'routing:readonly'], params: { org: 'acme', unset: undefined } });
  assert.deepEqual([...request.keys()].sort(), [
    'client_id', 'code_challenge', 'code_challenge_method', 'org', 'redirect_uri', 'response_type', 'scope', 'state',
  ]);
  assert.equal(request.get('scope'), 'users routing:readonly');
  assert.equal(request.get('redirect_uri'), APP + '/callback');
  const [{ form, headers }] = server.to('/oauth/token');
  assert.deepEqual(Object.keys(form), ['grant_type', 'code', 'redirect_uri', 'client_id', 'code_verifier']);
  assert.equal(challengeOf(form.code_verifier), request.get('code_challenge'));
  assert.match(headers['content-type'], /^application\/x-www-form-urlencoded/);
  assert.equal(headers.authorization, undefined);
  assert.deepEqual(session, {
    accessToken: 'the-access-token', expiresIn: 3600, scope: 'users routing:readonly',
    refreshToken: undefined, idToken: undefined, appState: [1],
  });
});

// shows: B01, B03
test('parameters of the app do not replace those of the protocol', async () => {
  const { createClient } = await tab.open(APP);
  const client = createClient(options({ params: { state: 'mine', code_challenge_method: 'plain' } }));
  const { searchParams } = new URL(await client.authorizationUrl({ params: { response_type: 'token' } }));
  assert.notEqual(searchParams.get('state'), 'mine');
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
  assert.equal(searchParams.get('response_type'), 'code');
});

// shows: B06
test('the code goes to the server that was asked, whatever the settings say by then', async () => {
  const other = await serve({ '/oauth/token': () => json(200, TOKENS) });
  const { createClient } = await tab.open(APP);
  const state = new URL(await createClient(options()).authorizationUrl()).searchParams.get('state');
  const page = await tab.open(`${APP}/callback?code=c&state=${state}&iss=${server.origin}`);
  const session = await page.createClient(options({ endpoints: other.endpoints })).handleCallback();
  await other.close();
  assert.equal(session.accessToken, 'the-access-token');
  assert.equal(server.to('/oauth/token').length, 1);
  assert.equal(other.requests.length, 0);
});

// shows: B11
test('the code is gone from the address before it is sent', async () => {
  let address;
  server.answers['/oauth/token'] = () => {
    address = location.href;
    return json(200, TOKENS);
  };
  await logIn();
  assert.equal(address, APP + '/callback');
});

// shows: B02, A25
test('every login has a verifier, challenge and state of its own', async () => {
  const { createClient } = await tab.open(APP);
  const client = createClient(options());
  const requests = await Promise.all(Array.from({ length: 5 }, () => client.authorizationUrl()));
  for (const name of ['state', 'code_challenge']) {
    assert.equal(new Set(requests.map((url) => new URL(url).searchParams.get(name))).size, 5);
  }
});

test('an OpenID request has a nonce', async () => {
  const { request } = await logIn({ scope: 'openid' });
  assert.ok(request.get('nonce'));
});

// shows: A38
test('at most ten logins are kept, the oldest go, and other apps are left alone', async () => {
  const { createClient } = await tab.open(APP);
  tab.sessionStorage.setItem('other', 'kept');
  await createClient(options({ clientId: 'app:x' })).authorizationUrl();
  for (let i = 0; i < 15; i += 1) await createClient(options()).authorizationUrl();
  const keys = Object.keys(tab.sessionStorage);
  assert.equal(keys.filter((key) => key.startsWith('proofkey:app:')).length, 10);
  assert.equal(keys.filter((key) => key.startsWith('proofkey:app%3Ax:')).length, 1);
  assert.ok(keys.includes('other'));
});

test('a login older than a day is over, and is dropped at the next one', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1e12 });
  const { createClient } = await tab.open(APP);
  const client = createClient(options());
  const state = new URL(await client.authorizationUrl()).searchParams.get('state');
  t.mock.timers.setTime(1e12 + 25 * 3600_000);
  const page = await tab.open(`${APP}/callback?code=x&state=${state}&iss=${server.origin}`);
  await assert.rejects(page.createClient(options()).handleCallback(), { fault: 'state-mismatch' });
  assert.equal(server.to('/oauth/token').length, 0);
  await client.authorizationUrl();
  assert.equal(Object.keys(tab.sessionStorage).length, 1);
});

for (const [what, answer, expected] of [
  ['an OAuth error', json(400, { error: 'invalid_grant', error_description: 'no' }), { fault: 'code-not-accepted', error: 'invalid_grant', status: 400 }],
  ['an unauthorized client', json(401, { error: 'invalid_client' }), { fault: 'secret-missing' }],
  ['an unknown OAuth error', json(400, { error: 'invalid_pkce_package' }), { fault: undefined, error: 'invalid_pkce_package' }],
  ['an error with status 200', json(200, { error: 'bad_verification_code' }), { fault: 'error-hidden-in-200' }],
  ['a rate limit', json(429, {}), { fault: 'rate-limited' }],
  ['the rate limit of Genesys Cloud', json(400, { error: 'invalid_request', error_description: 'rate limit exceeded' }), { fault: 'rate-limited' }],
  ['a gateway page', [503, { 'content-type': 'text/html' }, '<h1>503</h1>'], { fault: 'server-unavailable', status: 503 }],
  ['a web page', [200, { 'content-type': 'text/html' }, '\n<!doctype html>'], { fault: 'token-answer-html' }],
  ['an error of another kind', json(400, { message: 'Bad Request', errors: ['x'] }), { fault: undefined, status: 400 }],
  ['nothing', [200, {}, ''], { fault: undefined }],
  ['a JSON null', json(200, null), { fault: undefined }],
  ['a token of unknown type', json(200, { ...TOKENS, token_type: 'DPoP' }), { fault: undefined }],
]) {
  // shows: B08
  test(`the token endpoint answers with ${what}`, async () => {
    server.answers['/oauth/token'] = () => answer;
    const { error, client, page } = await logIn();
    assert.ok(error instanceof page.ProofkeyError);
    assert.deepEqual({ ...expected, ...error }, { ...error, ...expected });
    assert.equal(error.requestId, 'request-1');
    assert.equal(client.session, null);
    assert.equal(server.requests.length, 1);
  });
}

test('the server may name the fault and its page', async () => {
  const page = server.origin + '/faults/verifier-quoted';
  server.answers['/oauth/token'] = () => json(400, { error: 'invalid_grant', error_uri: page });
  const { error } = await logIn();
  assert.equal(error.fault, 'verifier-quoted');
  assert.equal(error.page, page);
  assert.ok(error.message.includes(page));
});

test('a page on another origin is not believed', async () => {
  for (const error_uri of ['https://evil.example/faults/x', server.origin + '.evil.example/faults/x', 'javascript:0', 7]) {
    server.answers['/oauth/token'] = () => json(400, { error: 'invalid_grant', error_uri });
    const { error } = await logIn();
    assert.equal(error.page, server.origin + '/faults/code-not-accepted');
  }
});

// shows: A86
test('no error holds a code, verifier or token, even if the server says them', async () => {
  let said;
  server.answers['/oauth/token'] = (form) => {
    said = [form.code, form.code_verifier];
    return json(400, { error: form.code, error_description: `code ${form.code} verifier ${form.code_verifier}` });
  };
  const { error } = await logIn();
  const told = JSON.stringify({ ...error, message: error.message, stack: error.stack });
  for (const secret of said) assert.ok(!told.includes(secret), told);
});

// shows: B07, B08
test('members may be missing, of another case, or unknown', async () => {
  server.answers['/oauth/token'] = () => json(200, { access_token: 'a' });
  const { session, client } = await logIn();
  assert.equal(session.expiresIn, Infinity);
  assert.equal(client.remaining(), Infinity);
  assert.equal(await client.token(), 'a');
  server.answers['/oauth/token'] = () => json(200, { ...TOKENS, token_type: 'bEARER', expires_in: '86399', x: 1, scope: 'less' });
  const second = await logIn({ scope: 'more' });
  assert.equal(second.session.expiresIn, 86399);
  assert.equal(second.session.scope, 'less');
});

test('an answer that does not come is waited for so long and no longer', async (t) => {
  const over = new AbortController(); // the time is over once the request has arrived, however long that takes
  const { mock } = t.mock.method(AbortSignal, 'timeout', () => over.signal);
  server.answers['/oauth/token'] = () => new Promise(() => over.abort(new DOMException('', 'TimeoutError')));
  const { error } = await logIn({ timeout: 50 });
  assert.equal(error.fault, 'server-unavailable');
  assert.deepEqual(mock.calls.map((call) => call.arguments), [[50]]);
  assert.equal(server.requests.length, 1);
});

test('a server that is not there gives one error that does not claim to know more', async () => {
  const endpoints = { ...server.endpoints, token_endpoint: 'http://127.0.0.1:1/oauth/token' };
  const { error } = await logIn({ endpoints });
  assert.equal(error.fault, 'cors-answer-unreadable');
  assert.match(error.message, /http:\/\/127\.0\.0\.1:1\b.*network/);
});

test('a client of another copy of the settings gets the same session', async () => {
  const { session, page } = await logIn();
  assert.deepEqual(await page.createClient(options()).handleCallback(), session);
  assert.equal(await page.createClient(options({ clientId: 'other' })).handleCallback(), null);
  assert.equal(server.requests.length, 1);
});

test('after logout nobody is logged in, and a further call finds no session', async () => {
  const { client } = await logIn();
  await client.logout({ local: true });
  assert.equal(client.session, null);
  assert.equal(await client.handleCallback(), null);
  await assert.rejects(client.token(), { error: 'login_required' });
  assert.deepEqual(tab.left, []);
});

test('events tell of login and logout', async () => {
  const { createClient } = await tab.open(APP);
  const client = createClient(options());
  const heard = [];
  for (const type of ['login', 'renew', 'logout']) client.addEventListener(type, ({ detail }) => heard.push([type, detail]));
  const session = client.adopt({ accessToken: 'a' });
  client.forget();
  assert.deepEqual(heard, [['login', session], ['logout', null]]);
});

test('time asleep counts: the wall clock goes on where the clock of the page stands still', async (t) => {
  const { createClient } = await tab.open(APP);
  const client = createClient(options());
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  client.adopt({ accessToken: 'a', expiresIn: 3600 });
  t.mock.timers.setTime(Date.now() + 3599_000);
  assert.ok(client.session);
  t.mock.timers.setTime(Date.now() + 2_000);
  assert.equal(client.session, null);
  await assert.rejects(client.token(), { error: 'login_required' });
});

test('a host that adds a slash to the callback does no harm', async () => {
  const { createClient } = await tab.open(APP);
  const state = new URL(await createClient(options()).authorizationUrl()).searchParams.get('state');
  const page = await tab.open(`${APP}/callback/?code=c&state=${state}&iss=${server.origin}`);
  assert.ok(await page.createClient(options()).handleCallback());
  assert.equal(location.href, APP + '/callback/');
  assert.equal(server.to('/oauth/token')[0].form.redirect_uri, APP + '/callback');
});

// shows: B09
test('a renewal sends the newest refresh token, keeps what is not sent anew, and tells it', async () => {
  server.answers['/oauth/token'] = (form) => json(200, { ...TOKENS, refresh_token: `after ${form.refresh_token}` });
  const { client } = await logIn({ scope: 'users' });
  const heard = [];
  client.addEventListener('renew', ({ detail }) => heard.push(detail));
  await client.refresh();
  const [, { form }] = server.to('/oauth/token');
  assert.deepEqual(form, { grant_type: 'refresh_token', refresh_token: 'after undefined', client_id: 'app' });
  assert.equal(client.session.refreshToken, 'after after undefined');
  assert.equal(client.session.scope, 'users');
  assert.deepEqual(heard, [client.session]);
});

test('without a refresh token there is nothing to renew with', async () => {
  const { client } = await logIn();
  await assert.rejects(client.refresh(), { fault: 'refresh-token-absent' });
  assert.ok(client.session);
});

for (const [what, answer] of [
  ['is granted', json(200, { ...TOKENS, access_token: 'renewed', refresh_token: 'r2' })],
  ['is refused', json(400, { error: 'invalid_grant' })],
]) {
  test(`a logout during a renewal wins, whether it ${what}`, async () => {
    server.answers['/oauth/token'] = () => json(200, { ...TOKENS, refresh_token: 'r1' });
    const { client } = await logIn();
    let asked, give;
    const arrived = new Promise((resolve) => (asked = resolve));
    server.answers['/oauth/token'] = () => (asked(), new Promise((resolve) => (give = resolve)));
    const told = [];
    for (const type of ['login', 'renew', 'logout']) client.addEventListener(type, () => told.push(type));
    const renewed = assert.rejects(client.refresh(), { error: 'login_required' });
    await arrived;
    await client.logout({ local: true });
    give(answer);
    await renewed;
    assert.equal(client.session, null);
    assert.deepEqual(told, ['logout']);
  });

  test(`a login during a renewal wins, whether it ${what}`, async () => {
    server.answers['/oauth/token'] = () => json(200, { ...TOKENS, refresh_token: 'r1' });
    const { client } = await logIn();
    let asked, give;
    const arrived = new Promise((resolve) => (asked = resolve));
    server.answers['/oauth/token'] = () => (asked(), new Promise((resolve) => (give = resolve)));
    const renewed = client.refresh();
    await arrived;
    client.adopt({ accessToken: 'of another login', refreshToken: 'r9' });
    give(answer);
    assert.equal((await renewed).accessToken, 'of another login');
    assert.equal(client.session.refreshToken, 'r9');
  });
}
