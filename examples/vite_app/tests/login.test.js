// The app's own tests: a real browser, the real login server, and each failure that people will meet.
import { chromium } from 'playwright-core';
import { connect, logInPage } from 'proofkey-testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';

const app = inject('app');
const login = connect(inject('issuer'));
let browser, page, client, ada;

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM; // else the one that Playwright installs
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

beforeEach(async () => {
  client = await login.addClient({
    clientId: 'my-vite-app',
    redirectUri: `${app}/callback`,
    scopes: ['openid', 'profile', 'offline_access'],
  });
  ada = await login.addUser({ username: 'ada', claims: { name: 'Ada Lovelace' } });
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(15_000);
});
afterEach(async () => {
  await login.reset(); // failures, time, clients, people
  await page.context().close();
});

const shows = (text) => page.getByText(text).waitFor();

async function logIn(options) {
  await page.goto(app);
  await page.getByRole('button', { name: 'Log in' }).click();
  await logInPage(page, ada, options);
}

test('somebody logs in', async () => {
  await logIn();
  await shows('Hello, Ada Lovelace');
  expect(page.url()).toBe(`${app}/callback`);
});

test('somebody says no', async () => {
  await logIn({ decision: 'deny' });
  await shows('You did not allow the login.');
});

const BUSY = 'The login server is busy.';
const AWAY = 'could not be reached';
const OTHER = 'This login did not start here.';

test.each([
  ['expire-code', 'The login did not work.'],
  ['rate-limit', BUSY],
  ['genesys-rate-limit', BUSY],
  ['unavailable', BUSY],
  ['html-answer', 'The login did not work.'],
  ['redirect-token', 'The login did not work.'],
  ['drop-cors', AWAY, { endpoint: 'token' }],
  ['lose-request', AWAY],
  ['wrong-state', OTHER],
  ['wrong-issuer', OTHER],
])('a login fails: %s', async (failure, said, options) => {
  const failing = await login.fail(failure, { client, ...options });
  await logIn();
  await shows(said);
  await shows('Nobody is logged in');
  expect(await failing.hits()).toBeGreaterThan(0);
  const [refused] = await login.refusals();
  expect(refused.fault).toBeTruthy(); // what `proofkey explain` has a page for

  await failing.undo();
  await page.getByRole('button', { name: 'Log in' }).click(); // still logged in at the server, which remembers the consent
  await shows('Hello, Ada Lovelace');
});

test('the answer is lost after the code was redeemed', async () => {
  const failing = await login.fail('lose-answer', { client });
  await logIn();
  await shows(AWAY);
  expect(await failing.hits()).toBeGreaterThan(0); // a browser may repeat a request by itself
});

test('the login server is slow: within the patience, and beyond it', async () => {
  const failing = await login.fail('slow-answer', { client, seconds: 0.5 });
  await logIn();
  await shows('Hello, Ada Lovelace');
  await failing.undo();
  await login.fail('slow-answer', { client, seconds: 60 });
  await login.fail('expire-access-token', { client, times: 1 });
  await page.getByRole('button', { name: 'Reload' }).click();
  await shows(BUSY);
});

test('the access token is over, and renewed unnoticed', async () => {
  await logIn();
  await shows('Hello, Ada Lovelace');
  const failing = await login.fail('expire-access-token', { client, times: 1 });
  const renewed = page.waitForResponse((response) => response.url().endsWith('/oauth/token'));
  await page.getByRole('button', { name: 'Reload' }).click();
  expect((await renewed).status()).toBe(200);
  await shows('Hello, Ada Lovelace');
  expect(await failing.hits()).toBe(1);
});

test('the login is over: the refresh token is refused', async () => {
  await logIn();
  await shows('Hello, Ada Lovelace');
  await login.fail('expire-access-token', { client, times: 1 });
  await login.fail('refuse-refresh', { client });
  await page.getByRole('button', { name: 'Reload' }).click();
  await shows('Your login is over.');
});

test('the person came back from lunch', async () => {
  await page.goto(app);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('input[name=username]').waitFor();
  await login.moveTime(31 * 60); // the login page is good for half an hour
  await page.locator('input[name=username]').fill(ada.username);
  await page.locator('input[name=password]').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading').first().waitFor();
  expect(new URL(page.url()).origin).toBe(login.issuer); // the server says so; nothing comes back to the app
});

test('keys are rotated between two logins', async () => {
  await logIn();
  await shows('Hello, Ada Lovelace');
  await login.rotateKeys();
  await page.goto(app);
  await page.getByRole('button', { name: 'Log in' }).click();
  await shows('Hello, Ada Lovelace');
});
