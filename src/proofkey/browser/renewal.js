/**
 * When to renew: ahead of expiry, by a lead that fits the token's lifetime; and what to do where nothing can be renewed.
 *
 * Timers stop while a machine sleeps and clocks jump, so no timer is trusted for long: the remaining time is looked at
 * every quarter of a minute, and whenever the page wakes, is shown, or comes back online.
 */

const LOOK = 15_000; // milliseconds
const SHARE = 0.2; // of the lifetime: a token of one minute is not renewed a minute ahead
const WAKING = ['visibilitychange', 'pageshow', 'focus', 'online', 'resume'];
const CHANGES = ['login', 'renew', 'logout'];

/**
 * Keep the client's token fresh; gives a function that stops it. `ahead` is the lead in seconds.
 *
 * Without a refresh token `silently`, if given, is asked for a new session (see renewInFrame in popup.js). Where that
 * fails, or there is no such way, the client dispatches a cancelable `expiring` event once per session; with `redirect`,
 * and unless it was cancelled, the page then leaves for a new login if it is in view. When the token has run out, the
 * session is dropped after an `expired` event.
 */
export function keepFresh(client, { ahead = 60, redirect = false, request, silently } = {}) {
  let timer;
  let current; // the session as last seen
  let warned; // the session that was said to be expiring

  const dispatch = (event, detail) => client.dispatchEvent(new CustomEvent(event, { cancelable: true, detail }));

  const look = () => {
    clearTimeout(timer);
    const { session } = client;
    const left = client.remaining();
    let next = LOOK;
    if (session && left < Infinity) {
      const lead = Math.min(ahead, session.expiresIn * SHARE) * 1000;
      if (left > lead) next = left - lead;
      // A refusal ends the session, which is an event; after any other failure a later look tries again.
      else if (session.refreshToken) client.refresh().catch(() => {});
      else {
        next = left;
        if (warned !== session) expire(session);
      }
    } else if (current && !session) {
      dispatch('expired', current);
      client.forget();
    }
    current = session;
    timer = setTimeout(look, Math.min(Math.max(next, 100), LOOK));
  };

  const expire = async (session) => {
    warned = session;
    await silently?.().catch(() => {});
    if (client.session !== session) return; // renewed, logged out, or over
    if (dispatch('expiring', session) && redirect && document.visibilityState === 'visible') {
      client.login(request?.()).catch(() => {});
    }
  };

  const changed = () => {
    current = client.session; // so that a logout is not taken for an expiry
    look();
  };
  for (const event of CHANGES) client.addEventListener(event, changed);
  for (const event of WAKING) addEventListener(event, look, true);
  look();

  return () => {
    clearTimeout(timer);
    for (const event of CHANGES) client.removeEventListener(event, changed);
    for (const event of WAKING) removeEventListener(event, look, true);
  };
}
