/** The single-page app: who is logged in, what the token is, how long it lasts; and the lab beside it. */

import { apiFetch } from './api.js';
import { discover } from './discovery.js';
import { genesys } from './genesys.js';
import { createClient } from './proofkey.js';
import { make, safeAddress } from './elements.js';
import { resume, start } from './experiment.js';
import { MISTAKES } from './lab.js';
import { drawMistakes, drawResult } from './lab_view.js';

const byId = (id) => document.getElementById(id);
let config;
let client;
let ticking;

// ---- the app ----------------------------------------------------------------------------------------------------

function show(title, ...content) {
  clearInterval(ticking);
  byId('app').removeAttribute('aria-busy');
  byId('app-title').textContent = title;
  byId('app-body').replaceChildren(...content.filter(Boolean));
}

const BEFORE_A_LOGIN =
  'Logging in leaves this page for the authorization server and comes back with a code, which only this page can redeem.';
const AFTER_A_RUN =
  'A run of the lab leaves this page, and a page that is left forgets its tokens. Those of the run stay in the lab.';

function showLoggedOut(problem, words = BEFORE_A_LOGIN) {
  const button = make('button', { type: 'button', class: 'primary', id: 'login', onclick: login }, 'Log in');
  show(
    'Nobody is logged in',
    problem ? drawProblem(problem) : null,
    make('p', { class: 'lead' }, words),
    make('div', { class: 'actions' }, button),
    config.user ? drawAccount(config.user) : null,
  );
}

function drawAccount({ username, password }) {
  const text = ['User ', make('code', {}, username), ', password ', make('code', {}, password)];
  return make('p', { class: 'notice quiet' }, text);
}

function drawProblem({ title = 'The login failed.', message, page }) {
  const address = safeAddress(page);
  const words = address ? message.replace(` (${page})`, '') : message;
  return make(
    'p',
    { class: 'notice danger', role: 'alert' },
    make('strong', {}, `${title} `),
    words,
    address ? [' ', make('a', { href: address }, 'What to do')] : null,
  );
}

async function login() {
  try {
    await client.login();
  } catch (problem) {
    showLoggedOut(problem);
  }
}

async function showLoggedIn() {
  const { accessToken, expiresIn, scope, refreshToken } = client.session;
  const response = await apiFetch(client, config.api)('/api/v2/users/me');
  if (!response.ok) throw new Error(`GET /api/v2/users/me was answered with ${response.status}`);
  const user = await response.json();
  const kind = accessToken.split('.').length === 3 ? 'JWT' : 'opaque';
  const remaining = make('span', { id: 'remaining' });
  const bar = make('progress', { max: String(expiresIn), 'aria-labelledby': 'remaining-label' });
  show(
    `Welcome, ${user.name}`,
    make('p', { class: 'lead' }, user.email ?? user.username ?? ''),
    make(
      'dl',
      { class: 'facts' },
      fact('Access token', `${kind}, ${accessToken.length} characters, kept in memory`),
      Number.isFinite(expiresIn)
        ? make('div', {}, make('dt', { id: 'remaining-label' }, 'Time left'), make('dd', {}, remaining, bar))
        : null,
      fact('Scopes', scope || 'those of the client'),
      fact('Refresh token', refreshToken ? 'yes: the app can renew by itself' : 'none: log in again when time is up'),
      fact('User id', user.id),
    ),
    make(
      'div',
      { class: 'actions' },
      make('button', { type: 'button', class: 'secondary', id: 'logout', onclick: logout }, 'Log out'),
    ),
  );
  const tick = () => {
    const seconds = Math.max(0, Math.floor(client.remaining() / 1000));
    remaining.textContent = clock(seconds);
    bar.value = seconds;
    if (!client.session) showLoggedOut({ title: 'Time is up.', message: 'The access token has run out.' });
  };
  tick();
  ticking = setInterval(tick, 1000);
}

const fact = (term, text) => make('div', {}, make('dt', {}, term), make('dd', {}, text));

function clock(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [hours && `${hours} h`, (hours || minutes) && `${minutes} min`, `${seconds % 60} s`];
  return parts.filter(Boolean).join(' ');
}

async function logout() {
  await client.logout();
  showLoggedOut(); // where the server has no logout page to leave for
}

async function runApp(afterRun) {
  try {
    const session = await client.handleCallback();
    if (location.pathname !== '/') history.replaceState(null, '', '/');
    if (session) await showLoggedIn();
    else showLoggedOut(null, afterRun ? AFTER_A_RUN : BEFORE_A_LOGIN);
  } catch (problem) {
    showLoggedOut(problem);
  }
}

// ---- the lab ----------------------------------------------------------------------------------------------------

async function run(mistake) {
  byId('progress').textContent = `Running: ${mistake.title}`;
  try {
    const result = await start(mistake, config);
    if (result) showResult(result);
  } catch (problem) {
    byId('progress').textContent = `That did not start: ${problem.message}`;
  }
}

function showResult(result) {
  const mistake = MISTAKES.find(({ id }) => id === result.id);
  const close = () => {
    byId('result').replaceChildren();
    byId(`run-${mistake.id}`).focus();
  };
  byId('result').replaceChildren(drawResult(mistake, result, { config, close, again: () => run(mistake) }));
  byId('progress').textContent = '';
  document.querySelector('.result').scrollIntoView();
  byId('result-title').focus({ preventScroll: true });
}

async function resumeLab() {
  const result = await resume(MISTAKES, config);
  if (result) showResult(result);
  return Boolean(result);
}

// ---- beginning --------------------------------------------------------------------------------------------------

function showServerLinks() {
  byId('server-links').append(
    make('a', { href: `${config.issuer}/` }, 'Server'),
    make('a', { href: `${config.issuer}/faults/` }, 'All faults'),
  );
}

try {
  config = await (await fetch('/config.json')).json();
  client = createClient({
    clientId: config.client_id,
    endpoints: config.personality === 'genesys' ? genesys.at(config.issuer) : discover(config.issuer),
    redirectUri: config.redirect_uri,
    scope: config.scope || undefined,
  });
  showServerLinks();
  byId('mistakes').append(...drawMistakes(MISTAKES, run));
  const afterRun = await resumeLab(); // first: a callback of the lab is not one of the app
  await runApp(afterRun);
  // The Back button may bring this very page back from memory, with an experiment that ended on a foreign page.
  addEventListener('pageshow', (event) => event.persisted && resumeLab());
} catch (problem) {
  show('The demo cannot start', make('p', { class: 'notice danger', role: 'alert' }, problem.message));
}
