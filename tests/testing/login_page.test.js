// logInPage in a real page: the Python test runs it, with the Playwright that the Python package brings.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { connect, logInPage } from '../../src/proofkey/testing/javascript/control.js';
import { startServer } from '../../src/proofkey/testing/javascript/server.js';

const { chromium } = await import(process.env.PLAYWRIGHT);
const REFUSED = /the login page answered 200: is the password right/;
let server;
let login;
let browser;
let page;

before(async () => {
  server = await startServer({ command: JSON.parse(process.env.COMMAND) });
  login = connect(server.issuer);
  browser = await chromium.launch(JSON.parse(process.env.LAUNCH));
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
});
afterEach(async () => {
  await page.context().close();
  await login.reset();
});
after(async () => {
  await browser.close();
  await server.stop();
});

async function open(more = {}, options = {}) {
  const client = await login.addClient({ redirectUri: 'http://127.0.0.1:1/callback', ...options });
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state: 'here',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  });
  await page.goto(`${server.issuer}/oauth/authorize?${query}`);
}

test('a no is an answer, too', async () => {
  await open();
  const back = page.waitForRequest((request) => request.url().includes('error=access_denied'));
  await logInPage(page, await login.addUser(), { decision: 'deny' });
  await back;
});

test('a refusal is told when its page is loaded', async () => {
  await open();
  const style = new Promise((resolve) => {
    page.route('**/*.css', resolve);
  });
  const user = await login.addUser();
  let told = null;
  const attempt = logInPage(page, { ...user, password: 'wrong' }).catch((error) => {
    told = error;
  });
  const route = await style;
  await new Promise((resolve) => setTimeout(resolve, 500)); // long enough for what does not wait
  assert.equal(told, null);
  await route.continue();
  await attempt;
  assert.match(told.message, REFUSED);
  assert.equal(await page.evaluate(() => document.readyState), 'complete');
  assert.match(await page.innerText('[role=alert]'), /do not fit together/);
});

test('an answer by form_post is no refusal', async () => {
  await open({ response_mode: 'form_post' }, { trusted: true });
  const posted = page.waitForRequest((request) => request.url().endsWith('/callback'));
  await logInPage(page, await login.addUser());
  assert.equal((await posted).method(), 'POST');
});
