/**
 * Login in a window of its own, for pages in frames (a Microsoft Teams tab, a widget in somebody's page): login pages
 * refuse frames, and the storage of a frame is not that of a window. So the popup does all of it, from the first
 * redirect to the exchange, and hands over the finished session: by postMessage to this very origin, or as a text
 * through whatever the host offers, such as TeamsJS notifySuccess.
 */

import { ProofkeyError } from './proofkey.js';

const LOOK = 500; // milliseconds

/**
 * Log in through a page of ours that calls runPopup. To be called from a click, else the browser blocks the window.
 * Gives the session, which the client has taken over.
 */
export async function loginInPopup(client, address, features = 'popup,width=480,height=720') {
  const popup = window.open(address, '', features);
  if (!popup) throw new ProofkeyError(null, 'the browser blocked the window');
  let closed = 0;
  // A window that closes has posted its message before; give that message time to arrive.
  const isGone = () => popup.closed && (closed += 1) > 1;
  const text = await outcomeOf(client, popup, isGone, () =>
    new ProofkeyError('user-denied-access', 'the window was closed before the login was finished'));
  return takeOver(client, text);
}

/**
 * Get a new token without a refresh token, without leaving the page and without a question: the same page of ours, in a
 * frame that nobody sees, asks with prompt=none. Rejects with `error: 'login_required'` where the server does not know
 * the person any more. Only for servers of the page's own site: to others a browser gives no cookie in a frame.
 */
export async function renewInFrame(client, address, patience = 10_000) {
  const { authorization_endpoint, prompt_values_supported = ['none'] } = await client.discover();
  if (siteOf(authorization_endpoint) !== siteOf(location.href) || !prompt_values_supported.includes('none')) {
    throw new ProofkeyError('login-started-in-iframe', 'the server is of another site, or has no prompt=none');
  }
  const frame = Object.assign(document.createElement('iframe'), { src: address, hidden: true });
  document.body.append(frame);
  const ends = Date.now() + patience;
  let left = false;
  const leave = () => (left = true);
  client.addEventListener('logout', leave);
  try {
    const text = await outcomeOf(client, frame.contentWindow, () => Date.now() > ends, () =>
      new ProofkeyError('server-unavailable', 'nothing came back from the frame in time'));
    if (left) throw Object.assign(new ProofkeyError(null, 'logged out meanwhile'), { error: 'login_required' });
    return takeOver(client, text, 'renew');
  } finally {
    client.removeEventListener('logout', leave);
    frame.remove();
  }
}

/**
 * Run on the popup's or hidden frame's page, whose address is the client's redirect URI: begins the login, and when it
 * comes back, finishes it, hands it over, and closes the window. `handOver` gets a text for takeOver and replaces
 * postMessage.
 */
export async function runPopup(client, { request, handOver = tellOpener(client) } = {}) {
  let outcome;
  try {
    const session = await client.handleCallback();
    if (!session) return await client.login(parent === self ? request : { params: { prompt: 'none' } });
    outcome = { session };
  } catch (error) {
    const { message, fault, page, error: code } = error;
    outcome = { error: { message, fault, page, error: code } };
  }
  await handOver(JSON.stringify(outcome));
  window.close();
}

/** Take over what runPopup handed over; throws if the login failed. */
export function takeOver(client, text, event) {
  const { session, error } = JSON.parse(text);
  if (!session) throw Object.assign(new ProofkeyError(null, error.message), error);
  return client.adopt(session, event);
}

const tellOpener = (client) => (outcome) => {
  const page = parent === self ? window.opener : parent;
  if (!page) throw new ProofkeyError('popup-opener-severed', 'this window has lost the page that opened it');
  page.postMessage({ proofkey: client.options.clientId, outcome }, location.origin);
};

/** Wait for what runPopup posts from a window of ours, until `isGone`. */
const outcomeOf = (client, from, isGone, reason) =>
  new Promise((resolve, reject) => {
    const listen = ({ origin, source, data }) => {
      if (origin !== location.origin || source !== from || data?.proofkey !== client.options.clientId) return;
      finish(() => resolve(data.outcome));
    };
    const watch = setInterval(() => isGone() && finish(() => reject(reason())), LOOK);
    const finish = (settle) => {
      clearInterval(watch);
      removeEventListener('message', listen);
      settle();
    };
    addEventListener('message', listen);
  });

// An address of numbers is a site of its own; of names the last two labels are near enough: where they are not (co.uk),
// the server answers login_required.
const siteOf = (address) => {
  const { hostname } = new URL(address);
  return /^[\d.]+$|]$/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.');
};
