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
export function loginInPopup(client, address, features = 'popup,width=480,height=720') {
  const popup = window.open(address, '', features);
  if (!popup) return Promise.reject(new ProofkeyError(null, 'the browser blocked the window'));
  return new Promise((resolve, reject) => {
    const finish = (settle) => {
      clearInterval(watch);
      removeEventListener('message', listen);
      try {
        resolve(settle());
      } catch (error) {
        reject(error);
      }
    };
    const listen = ({ origin, source, data }) => {
      if (origin !== location.origin || source !== popup || data?.proofkey !== client.options.clientId) return;
      finish(() => takeOver(client, data.outcome));
    };
    let closed = 0;
    const watch = setInterval(() => {
      // A window that closes has posted its message before; give that message time to arrive.
      if (popup.closed && (closed += 1) > 1) {
        finish(() => {
          throw new ProofkeyError('user-denied-access', 'the window was closed before the login was finished');
        });
      }
    }, LOOK);
    addEventListener('message', listen);
  });
}

/**
 * Run on the popup's page, whose address is the client's redirect URI: begins the login, and when it comes back,
 * finishes it, hands it over, and closes the window. `handOver` gets a text for takeOver and replaces postMessage.
 */
export async function runPopup(client, { request, handOver = tellOpener(client) } = {}) {
  let outcome;
  try {
    const session = await client.handleCallback();
    if (!session) return await client.login(request);
    outcome = { session };
  } catch (error) {
    const { message, fault, page, error: code } = error;
    outcome = { error: { message, fault, page, error: code } };
  }
  await handOver(JSON.stringify(outcome));
  window.close();
}

/** Take over what runPopup handed over; throws if the login failed. */
export function takeOver(client, text) {
  const { session, error } = JSON.parse(text);
  if (!session) throw Object.assign(new ProofkeyError(null, error.message), error);
  return client.adopt(session);
}

const tellOpener = (client) => (outcome) => {
  if (!window.opener) {
    throw new ProofkeyError('popup-opener-severed', 'this window has lost the page that opened it');
  }
  window.opener.postMessage({ proofkey: client.options.clientId, outcome }, location.origin);
};
