/**
 * A development server of proofkey as a test sees it: clients and people in one line, time, keys, failures by name.
 *
 * It speaks to the server's control address (`proofkey serve --development`). What one `connect` adds and asks for is
 * apart from that of others, and undone by `reset()`: call it after each test.
 */

const STEPS = 12; // pages and redirects of one login

/** The server at this issuer. Sends nothing by itself. */
export function connect(issuer) {
  const holder = `tests-${crypto.randomUUID()}`;

  async function call(method, path, order) {
    const response = await fetch(`${issuer}/development/control/${path}`, {
      method,
      headers: { 'proofkey-control': holder, ...(order && { 'content-type': 'application/json' }) },
      body: order && JSON.stringify(order),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error_description);
    return answer;
  }

  return {
    issuer,

    /** Register a client; without an id it gets one of its own, and if it is confidential, a secret. */
    async addClient({ clientId, redirectUri, confidential, secret, ...more } = {}) {
      const made = await call('POST', 'clients', {
        client_id: clientId,
        redirect_uris: [redirectUri ?? []].flat(),
        confidential,
        client_secret: secret,
        ...more,
      });
      return { clientId: made.client_id, secret: made.client_secret, redirectUri: made.redirect_uris[0] };
    },

    /** Add somebody; a name and a password are made up where none is given. */
    addUser: (user = {}) => call('POST', 'users', user),

    /** Ask for a failure: for the next `times` requests, else until it is undone; for one client, else for all. */
    async fail(name, { times, client, endpoint, ...options } = {}) {
      const order = { name, times, client_id: client?.clientId ?? client, endpoint, options };
      const { id } = await call('POST', 'failures', order);
      return {
        name,
        hits: async () => (await call('GET', `failures/${id}`)).hits,
        undo: async () => void (await call('DELETE', `failures/${id}`)),
      };
    },

    /** Move the server's clock by so many seconds, for everybody. */
    moveTime: async (seconds) => (await call('POST', 'time', { seconds })).now,

    /** Sign and seal with new keys at once; `endLogins`: what the old ones made is not accepted any more. */
    rotateKeys: async ({ endLogins = false } = {}) => void (await call('POST', 'keys', { end_logins: endLogins })),

    /** The failures of your clients, or of this one, newest first, as the server's journal explains them. */
    refusals: (client) =>
      call('GET', client ? `journal?client_id=${encodeURIComponent(client.clientId ?? client)}` : 'journal'),

    /** Undo every failure, put the time back, and remove the clients and people that were added. */
    reset: async () => void (await call('POST', 'reset', {})),

    /** Log somebody in at an authorization URL, in Node.js, without a browser; give the callback URL. */
    logIn: (url, user, { decision = 'allow' } = {}) => logIn(issuer, String(url), user, decision),
  };
}

/**
 * Fill in the login page that a page of Playwright shows or is about to show, and answer the consent page.
 *
 * Where the password is refused it throws, once the page that says so is loaded.
 */
export async function logInPage(page, user, { decision = 'allow' } = {}) {
  await page.locator('input[name=username]').fill(user.username);
  await page.locator('input[name=password]').fill(user.password);
  // The page that was filled in is marked: its answer has come when a page without the mark is there.
  await page.locator('html').evaluate((html) => void (html.dataset.filledIn = ''));
  const [answer] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST' && new URL(each.url()).pathname.endsWith('/login')),
    page.locator('form:has(input[name=password]) button[type=submit]').click(),
  ]);
  if (answer.status() !== 303 && !(await beginsSession(answer))) {
    await page.locator('html:not([data-filled-in])').waitFor({ state: 'attached' });
    await page.waitForLoadState();
    throw new Error(`the login page answered ${answer.status()}: is the password right?`);
  }
  if (new URL(answer.headers().location ?? '', answer.url()).pathname.endsWith('/consent')) {
    await page.locator(`button[name=decision][value=${decision}]`).click();
  }
}

/** Tell the page that takes a `form_post` answer to the app from one that asks again: it comes with the cookie. */
const beginsSession = async (answer) => answer.status() === 200 && 'set-cookie' in (await answer.allHeaders());

async function logIn(issuer, url, user, decision) {
  const cookies = new Map();
  const visit = async (address, form) => {
    const response = await fetch(address, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      cookies.set(name, value);
    }
    return [response, await response.text(), address];
  };

  let [response, page, here] = await visit(url);
  let tried = false;
  for (let step = 0; step < STEPS; step += 1) {
    const location = response.headers.get('location');
    if (location) {
      const target = new URL(location, here).href;
      if (!target.startsWith(`${issuer}/`)) return target;
      [response, page, here] = await visit(target);
      continue;
    }
    const form = firstForm(page);
    if (response.status !== 200 || !form || (tried && 'password' in form.fields)) break;
    if (tried === false && 'password' in form.fields) tried = true;
    if ('password' in form.fields) Object.assign(form.fields, { username: user.username, password: user.password });
    if (form.asks) form.fields.decision = decision;
    const action = new URL(form.action, here).href;
    if (!action.startsWith(`${issuer}/`)) throw new Error('the client asked for response_mode=form_post');
    [response, page, here] = await visit(action, form.fields);
  }
  if (response.status === 200 && tried) throw new Error('user name and password do not fit together');
  const fault = /\/faults\/([a-z0-9-]+)"/.exec(page)?.[1] ?? 'no fault named';
  throw new Error(`the login ended with status ${response.status} at ${new URL(here).pathname} (${fault})`);
}

/** The first form of a page: the one that matters. */
function firstForm(page) {
  const [, head, body] = /<form([^>]*)>(.*?)<\/form>/s.exec(page) ?? [];
  if (head === undefined) return null;
  const fields = {};
  for (const [input] of body.matchAll(/<input[^>]*>/g)) {
    if (attribute(input, 'name')) fields[attribute(input, 'name')] = attribute(input, 'value') ?? '';
  }
  return { action: attribute(head, 'action') ?? '', fields, asks: /<button[^>]* name="decision"/.test(body) };
}

function attribute(tag, name) {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value
    ?.replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(number))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}
