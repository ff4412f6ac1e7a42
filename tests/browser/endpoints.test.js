// Where requests go: published metadata, Genesys Cloud's regions, the API that may see the token.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { apiFetch } from '../../src/proofkey/browser/api.js';
import { discover } from '../../src/proofkey/browser/discovery.js';
import { genesys } from '../../src/proofkey/browser/genesys.js';
import { Tab } from './page.js';
import { json, serve } from './server.js';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';
const REGIONS = `mypurecloud.com usw2.pure.cloud use2.us-gov-pure.cloud cac1.pure.cloud sae1.pure.cloud mxc1.pure.cloud
  mypurecloud.ie mypurecloud.jp apne2.pure.cloud euw2.pure.cloud mypurecloud.de euc2.pure.cloud edee1.eusc-pure.cloud
  mec1.pure.cloud aps1.pure.cloud apse1.pure.cloud mypurecloud.com.au apne3.pure.cloud`.split(/\s+/);
let server;

before(async () => { server = await serve(); });
after(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  for (const path of Object.keys(server.answers)) delete server.answers[path];
});

async function authorize(issuer) {
  const { createClient } = await new Tab().open('https://app.example/');
  const client = createClient({ endpoints: discover(issuer), clientId: 'app', redirectUri: '/callback' });
  return { client, ask: () => client.authorizationUrl() };
}

const metadata = (more) => json(200, {
  issuer: server.origin,
  authorization_endpoint: server.origin + '/authorize?tenant=1',
  token_endpoint: server.origin + '/token',
  ...more,
});

test('the metadata of the issuer is asked for once, when a login begins', async () => {
  server.answers[OPENID] = () => metadata();
  const { ask } = await authorize(server.origin);
  assert.equal(server.requests.length, 0);
  const url = new URL(await ask());
  assert.equal(url.pathname, '/authorize');
  assert.equal(url.searchParams.get('tenant'), '1');
  await ask();
  assert.equal(server.requests.length, 1);
});

test('an issuer with a path has its OAuth metadata before the path', async () => {
  server.answers['/tenant' + OPENID] = () => [200, { 'content-type': 'text/html' }, '<!doctype html>'];
  server.answers[OAUTH + '/tenant'] = () => metadata({ issuer: server.origin + '/tenant' });
  const { ask } = await authorize(server.origin + '/tenant');
  assert.ok(await ask());
});

for (const [what, more, fault] of [
  ['of another issuer', { issuer: 'https://other.example' }, 'issuer-mismatch'],
  ['of the issuer with a slash more', { issuer: '/' }, 'issuer-mismatch'],
  ['with a script for an endpoint', { authorization_endpoint: 'javascript:alert(1)' }, 'wrong-host'],
  ['with a token endpoint in the clear', { token_endpoint: 'http://login.example/token' }, 'wrong-host'],
  ['with a token endpoint that only looks local', { token_endpoint: 'http://127.0.0.1.evil.example/' }, 'wrong-host'],
  ['with a user name that looks local', { token_endpoint: 'http://localhost:1@evil.example/' }, 'wrong-host'],
  ['of a server without S256', { code_challenge_methods_supported: ['plain'] }, 'challenge-method-s256-unsupported'],
]) {
  // shows: B03, B13, B17, A75
  test(`metadata ${what} is refused`, async () => {
    const issuer = more.issuer === '/' ? server.origin + '/' : more.issuer ?? server.origin;
    server.answers[OPENID] = () => metadata({ ...more, issuer });
    const { ask } = await authorize(server.origin);
    await assert.rejects(ask(), { fault });
  });
}

test('an issuer without metadata is named, and asked again at the next login', async () => {
  const { ask } = await authorize(server.origin);
  await assert.rejects(ask(), { fault: 'wrong-host', page: server.origin + '/faults/wrong-host' });
  server.answers[OAUTH] = () => metadata();
  assert.ok(await ask());
});

test('every region of Genesys Cloud needs its name only', () => {
  assert.equal(REGIONS.length, 18);
  for (const region of REGIONS) {
    assert.deepEqual(genesys(region), {
      api: `https://api.${region}`,
      authorization_endpoint: `https://login.${region}/oauth/authorize`,
      token_endpoint: `https://login.${region}/oauth/token`,
      logout_endpoint: `https://login.${region}/logout`,
    });
  }
});

test('what is no region is refused', () => {
  for (const text of ['acme.mypurecloud.com', '{{my_domain}}.mypurecloud.com', 'api.mypurecloud.com', 'mygen.com', '']) {
    assert.throws(() => genesys(text), { fault: 'wrong-host' });
  }
});

test('a local server stands for login and API', () => {
  const { api, token_endpoint, faultPages } = genesys.at('http://127.0.0.1:9000/');
  assert.deepEqual([api, token_endpoint, faultPages], [
    'http://127.0.0.1:9000', 'http://127.0.0.1:9000/oauth/token', 'http://127.0.0.1:9000/faults/',
  ]);
});

// shows: B13, A76
test('the token goes to the API and nowhere else', async () => {
  server.answers['/me'] = () => json(200, {});
  const other = await serve({ '/me': () => json(200, {}) });
  const { client } = await authorize(server.origin);
  client.adopt({ accessToken: 'secret' });
  const api = apiFetch(client, server.origin);
  await api('/me', { method: 'POST', body: 'x', headers: { 'x-mine': '1' } });
  await api(new URL(server.origin + '/me'));
  await api(new Request(server.origin + '/me'));
  await api(other.origin + '/me');
  await other.close();
  assert.deepEqual(server.to('/me').map(({ headers }) => headers.authorization), Array(3).fill('Bearer secret'));
  assert.equal(server.to('/me')[0].headers['x-mine'], '1');
  assert.equal(other.requests[0].headers.authorization, undefined);
});

test('without a session the API is not asked', async () => {
  const { client } = await authorize(server.origin);
  await assert.rejects(apiFetch(client, server.origin)('/me'), { error: 'login_required' });
  assert.equal(server.requests.length, 0);
});
