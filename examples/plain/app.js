// One page, no build, no framework; the callback comes back to this very page, and the address is cleaned at once.
import { apiFetch } from './proofkey/api.js';
import { genesys } from './proofkey/genesys.js';
import { createClient } from './proofkey/proofkey.js';

const cloud = genesys.at('http://127.0.0.1:8400'); // genesys('mypurecloud.ie') for an organisation in that region
const auth = createClient({ endpoints: cloud, clientId: 'my-plain-page', redirectUri: '/index.html' });
const api = apiFetch(auth, cloud.api);

const element = (id) => document.getElementById(id);

function show({ session, error }) {
  element('login').hidden = Boolean(session);
  element('logout').hidden = !session;
  element('problem').hidden = !error;
  element('problem').textContent = error ? `${error.message}` : '';
  if (!session) element('greeting').textContent = 'Nobody is logged in';
}

async function greet() {
  const answer = await api('/api/v2/users/me');
  const { name } = await answer.json();
  element('greeting').textContent = `Hello, ${name}`;
}

element('login').addEventListener('click', () => auth.login().catch((error) => show({ error })));
element('logout').addEventListener('click', () => auth.logout());

try {
  const session = await auth.handleCallback();
  show({ session });
  if (session) await greet();
} catch (error) {
  show({ session: auth.session, error });
}
