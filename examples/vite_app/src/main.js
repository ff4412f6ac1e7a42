import { advice, auth, profile } from './login.js';

const element = (id) => document.getElementById(id);

function show({ name, error }) {
  element('greeting').textContent = name ? `Hello, ${name}` : 'Nobody is logged in';
  element('login').hidden = Boolean(auth.session);
  element('reload').hidden = !auth.session;
  element('problem').hidden = !error;
  element('problem').textContent = error ? advice(error) : '';
  if (error) console.warn(error.message); // names the fault and its page; never holds a secret
}

async function load() {
  try {
    show({ name: auth.session && (await profile()).name });
  } catch (error) {
    show({ error });
  }
}

element('login').addEventListener('click', () => auth.login().catch((error) => show({ error })));
element('reload').addEventListener('click', load);

try {
  await auth.handleCallback();
  await load();
} catch (error) {
  show({ error });
}
