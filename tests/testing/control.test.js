// The JavaScript side of the control address, against the real server that the Python test runs.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import { connect } from '../../src/proofkey/testing/javascript/control.js';
import { startServer } from '../../src/proofkey/testing/javascript/server.js';

const CALLBACK = 'http://127.0.0.1:8765/callback';
let server;
let login;

before(async () => {
  server = await startServer({ command: JSON.parse(process.env.COMMAND) });
  login = connect(server.issuer);
});
afterEach(() => login.reset());
after(() => server.stop());

function begin(client) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${server.issuer}/oauth/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: 'openid offline_access',
    state: 'here',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return { url, verifier };
}

async function redeem(client, callback, verifier) {
  return fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(callback).searchParams.get('code'),
      redirect_uri: client.redirectUri,
      client_id: client.clientId,
      code_verifier: verifier,
    }),
  });
}

async function logIn(client, options) {
  const { url, verifier } = begin(client);
  const callback = await login.logIn(url, await login.addUser(), options);
  return () => redeem(client, callback, verifier);
}

test('a login without a browser', async () => {
  const client = await login.addClient({ redirectUri: CALLBACK });
  const finish = await logIn(client);
  assert.equal((await finish()).status, 200);
  const { url } = begin(client);
  assert.match(await login.logIn(url, await login.addUser(), { decision: 'deny' }), /error=access_denied/);
});

test('failures by name, with their fault in the journal', async () => {
  const client = await login.addClient({ redirectUri: CALLBACK });
  const expected = {
    'expire-code': [400, 'code-expired'],
    'rate-limit': [429, 'rate-limited'],
    'genesys-rate-limit': [400, 'rate-limited'],
    unavailable: [503, 'server-unavailable'],
    'html-answer': [200, 'token-answer-html'],
    'redirect-token': [302, 'token-request-redirected'],
  };
  for (const [name, [status, fault]] of Object.entries(expected)) {
    const finish = await logIn(client);
    const failing = await login.fail(name, { client, times: 1 });
    assert.equal((await finish()).status, status, name);
    assert.equal(await failing.hits(), 1);
    assert.equal((await login.refusals(client))[0].fault, fault);
    assert.equal((await login.refusals())[0].client_id, client.clientId);
  }
});

test('a lost answer: the connection breaks, the code is spent', async () => {
  const client = await login.addClient({ redirectUri: CALLBACK });
  const finish = await logIn(client);
  const failing = await login.fail('lose-answer', { client });
  await assert.rejects(finish(), TypeError);
  await failing.undo();
  assert.match((await (await finish()).json()).error_uri, /code-redeemed-twice$/);
});

test('time and keys', async () => {
  const client = await login.addClient({ redirectUri: CALLBACK });
  const finish = await logIn(client);
  const now = await login.moveTime(90);
  assert.ok(Math.abs(now - Date.now() / 1000 - 90) < 30);
  assert.equal((await finish()).status, 400);
  const keys = async () => (await (await fetch(`${server.issuer}/oauth/jwks`)).json()).keys.length;
  const before = await keys();
  await login.rotateKeys();
  assert.ok((await keys()) > before);
});

test('a reset undoes all of it', async () => {
  const client = await login.addClient({ redirectUri: CALLBACK });
  await login.fail('unavailable', { endpoint: 'jwks' });
  await login.moveTime(3600);
  await login.reset();
  assert.equal((await fetch(`${server.issuer}/oauth/jwks`)).status, 200);
  assert.ok(Math.abs((await login.moveTime(0)) - Date.now() / 1000) < 30);
  assert.deepEqual(await login.refusals(), []);
  await assert.rejects(login.logIn(begin(client).url, { username: 'x', password: 'y' }), /client-unknown/);
});

test('what goes wrong says why', async () => {
  await assert.rejects(login.fail('explode'), /no failure/);
  await assert.rejects(login.addClient({ redirectUri: `${CALLBACK}#x` }), /never match/);
  const client = await login.addClient({ redirectUri: CALLBACK });
  const user = await login.addUser();
  await assert.rejects(login.logIn(begin(client).url, { ...user, password: 'wrong' }), /do not fit together/);
  await assert.rejects(startServer({ command: ['proofkey-that-is-not-there'] }), /ENOENT/);
});

test('the types name every failure', async () => {
  const types = await readFile(new URL('../../src/proofkey/testing/javascript/control.d.ts', import.meta.url), 'utf8');
  const about = await fetch(`${server.issuer}/development/control`, { headers: { 'proofkey-control': 'about' } });
  const { failures } = await about.json();
  const named = [.../FailureName =([^;]*);/.exec(types)[1].matchAll(/'([^']+)'/g)].map(([, name]) => name);
  assert.deepEqual(named, failures.map(({ name }) => name));
});
