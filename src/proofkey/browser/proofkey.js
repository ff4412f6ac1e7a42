/**
 * The login of a single-page app: Authorization Code with PKCE (RFC 6749 4.1, RFC 7636), no build, no dependency.
 *
 * This file decides what is sent, which callback is believed (state, RFC 9207 `iss`), and what a failure is called.
 * Tokens live in memory only; sessionStorage holds the logins under way, one entry per state.
 * Errors are short on purpose: each names a fault, and the fault's page tells the rest.
 */

const LOGIN_AGE = 86_400_000; // milliseconds; nobody sits at a login page for longer than a day
const LOGINS_KEPT = 10; // per client and tab
const RENEW_BELOW = 30_000; // milliseconds left at which token() asks for a new token

// What the callback adds to the address; everything else in it belongs to the app.
const CALLBACK_PARAMETER = /^(code|state|iss|error(_description|_uri)?|session_state)(=|$)/;

// The most likely fault behind an OAuth error code, where the server names none by `error_uri`.
const FAULT_OF_ERROR = {
  access_denied: 'user-denied-access',
  invalid_scope: 'scope-refused',
  invalid_grant: 'code-not-accepted',
  invalid_client: 'secret-missing', // authorize knew the client, so it is not unknown
  unauthorized_client: 'grant-not-enabled',
};

// The newest callback of each client on this page: { state, result }. Shared by all instances, because frameworks
// run effects (and so createClient) twice.
const callbacks = {};

/** What went wrong, with the name and the page of the fault. Never holds a code, verifier or token. */
export class ProofkeyError extends Error {
  name = 'ProofkeyError';

  constructor(fault, text = fault.replaceAll('-', ' '), details) {
    super(text + (fault ? ` (${details?.page || 'proofkey explain ' + fault})` : ''));
    Object.assign(this, details, { fault });
  }
}

/** The code_challenge of a verifier, RFC 7636 4.2: base64url without padding of SHA-256 of its ASCII. */
export const s256 = async (verifier) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

/** Make a client; see README.md for the options. It sends nothing by itself. */
export function createClient(options) {
  const { clientId, endpoints, scope, timeout = 20_000 } = options;
  const redirectUri = complete(options.redirectUri);
  const storage = `proofkey:${encodeURIComponent(clientId)}:`; // prefix of our keys in sessionStorage
  let metadata; // RFC 8414 2, once known
  let session = null;
  let arrived; // when the session came, by two clocks
  let refreshing; // the renewal under way

  // ---- login -------------------------------------------------------------------------------------------------

  /** Begin a login: store its secrets under a new state and give the address of the authorization request. */
  async function authorizationUrl({ params, appState } = {}) {
    if (!crypto.subtle) throw failure('insecure-page-no-webcrypto');
    if (redirectUri.includes('#')) throw failure('redirect-uri-fragment');
    if (new URL(redirectUri).origin !== location.origin) {
      throw failure('start-and-callback-origins-differ', `this page is ${location.origin}, not ${redirectUri}`);
    }
    if (top !== self && params?.prompt !== 'none') throw failure('login-started-in-iframe');

    const { authorization_endpoint } = await discover();
    const verifier = randomText();
    const challenge = await s256(verifier);
    const state = randomText() + (await mark());
    const scopes = [scope].flat().join(' ') || undefined;
    dropOldLogins();
    store(storage + state, {
      started: Date.now(),
      verifier,
      metadata,
      redirectUri,
      scope: scopes,
      appState,
      maxAge: { ...options.params, ...params }.max_age,
    });
    return withQuery(authorization_endpoint, {
      scope: scopes,
      nonce: /\bopenid\b/.test(scopes) ? challenge : undefined, // as unique, and known again by the verifier
      ...options.params,
      ...params,
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
  }

  function dropOldLogins() {
    const started = (key) => read(key)?.started ?? 0;
    keys(storage)
      .sort((one, other) => started(other) - started(one))
      .filter((key, index) => index > LOGINS_KEPT - 2 || !started(key))
      .forEach((key) => sessionStorage.removeItem(key));
  }

  /** The tail of every state of this app on this origin: tells a lost login from a forged callback. No secret. */
  const mark = async () => (await s256(location.origin + clientId)).slice(0, 6);

  // ---- callback ----------------------------------------------------------------------------------------------

  /** Read the authorization response from the address, clean the address, and strike the login off the list. */
  function takeResponse() {
    const query = new URLSearchParams(location.search);
    const state = query.get('state');
    const key = storage + state;
    const login = read(key);
    const [here] = location.href.split(/[?#]/);
    // An unknown state is ours if it comes to the redirect URI, unless another client of this page stored it.
    // No state is ours while a login is under way.
    const ours = login || (here === redirectUri.split('?')[0] && (state ? keys('', ':' + state).every((other) => other === key) : keys(storage)[0]));
    if (!ours || !(query.has('code') || query.has('error'))) return null;

    const rest = location.search.slice(1).split('&').filter((pair) => !CALLBACK_PARAMETER.test(pair)).join('&');
    history.replaceState(history.state, '', here + (rest && '?' + rest) + location.hash);
    if (login) store(key, { started: login.started }); // so that a second visit is told from a foreign state
    return { query, state, login };
  }

  async function finish({ query, state, login }) {
    if (!state) throw failure('state-missing');
    if (!login) {
      throw !keys(storage)[0] && state.endsWith(await mark())
        ? failure('code-not-redeemed', 'begun in another tab, or storage cleared')
        : failure('state-mismatch');
    }
    if (!login.verifier) throw failure('callback-replayed');
    metadata = login.metadata; // the code goes to the server that was asked, and to no other

    const values = (name) => [...new Set(query.getAll(name))];
    const [iss, otherIss] = values('iss');
    const missing = metadata.authorization_response_iss_parameter_supported;
    if (otherIss || (iss ? metadata.issuer && iss !== metadata.issuer : missing)) {
      throw failure('issuer-mismatch', `iss is ${clean(iss)}, not ${metadata.issuer}`);
    }
    if (values('code')[1] || values('state')[1]) throw failure('parameter-repeated');
    if (query.has('error')) throw refusal(Object.fromEntries(query));
    const fields = {
      grant_type: 'authorization_code',
      code: query.get('code'),
      redirect_uri: login.redirectUri,
      client_id: clientId,
      code_verifier: login.verifier,
    };
    return client.adopt(await requestTokens(login, fields));
  }

  // ---- tokens ------------------------------------------------------------------------------------------------

  /** Milliseconds until the access token runs out; Infinity where the server did not say, 0 without a session. */
  function remaining() {
    // The wall clock goes on while the machine sleeps, the page's clock never jumps: believe the larger.
    if (!session) return 0;
    return session.expiresIn * 1000 - Math.max(Date.now() - arrived[0], performance.now() - arrived[1]);
  }

  /** Ask the token endpoint, once: an answer that got lost is never asked for again. */
  async function requestTokens(before, fields) {
    const { token_endpoint } = await discover();
    const [response, text] = await post(token_endpoint, fields);
    const answer = parse(text);
    const { access_token, token_type = 'bearer', id_token = before.idToken } = answer;
    if (!response.ok || !access_token || !/^bearer$/i.test(token_type)) {
      const { code, code_verifier, refresh_token } = fields;
      const secrets = [code, code_verifier, refresh_token].filter(Boolean);
      const harmless = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
      throw refusal(parse(harmless), response, text, refresh_token && 'refresh-token-expired');
    }
    await options.checkIdToken?.(id_token, before, client, failure);
    return {
      accessToken: access_token,
      expiresIn: answer.expires_in > 0 ? +answer.expires_in : undefined,
      scope: answer.scope ?? before.scope,
      refreshToken: answer.refresh_token ?? before.refreshToken,
      idToken: id_token,
      appState: before.appState,
    };
  }

  /** POST a form. No header beyond the CORS-safelisted, so the browser asks no preflight. */
  async function post(endpoint, fields) {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        body: new URLSearchParams(fields),
        credentials: 'omit',
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      });
      return [response, await response.text()];
    } catch (error) {
      throw silence(endpoint, error);
    }
  }

  // ---- endpoints ---------------------------------------------------------------------------------------------

  async function discover() {
    metadata ??= endpoints.load ? await endpoints.load(failure, silence) : endpoints;
    return metadata;
  }

  // ---- failures ----------------------------------------------------------------------------------------------

  /** Name a request without a readable answer. Browsers keep the reason from the page, so no more can be told. */
  function silence(endpoint, { name }) {
    const { origin } = new URL(endpoint);
    return name === 'TimeoutError'
      ? failure('server-unavailable', `no answer from ${origin} in time`)
      : failure('cors-answer-unreadable', `no readable answer from ${origin}: CORS, network or CSP`);
  }

  /** Name a refusal by error_uri, else by its error code (`usual` is behind invalid_grant), else by what came. */
  function refusal(answer, { status, ok, headers } = {}, body, usual) {
    const { error, error_description = '', error_uri } = answer;
    const words = error ? clean(`${error} ${error_description}`) : `answer ${status}, no token`;
    const page = `${error_uri}`.startsWith(new URL(metadata.token_endpoint).origin + '/') ? error_uri : undefined;
    let fault = /\/faults\/([\w-]+)$/.exec(page)?.[1] ?? ((error === 'invalid_grant' && usual) || FAULT_OF_ERROR[error]);
    if (status === 429 || /rate limit/i.test(words)) fault = 'rate-limited';
    else if (error) fault = ok ? 'error-hidden-in-200' : fault;
    else if (status > 499) fault = 'server-unavailable';
    else if (!status) fault = 'token-request-redirected';
    else if (/^\s*</.test(body)) fault = 'token-answer-html';
    const requestId = headers?.get('x-request-id');
    return failure(fault, words, { page, status, error, requestId });
  }

  const nobody = () => failure(null, 'login required', { error: 'login_required' });

  function failure(fault, text, details) {
    const { issuer, faultPages = issuer && issuer + '/faults/' } = metadata ?? endpoints;
    const page = details?.page ?? (fault && faultPages && faultPages + fault);
    return new ProofkeyError(fault, text, { ...details, page });
  }

  class Client extends EventTarget {
    options = { ...options, redirectUri };
    authorizationUrl = authorizationUrl;
    discover = discover;
    remaining = remaining;

    /** The session, or null: nobody is logged in, or the token has run out and cannot be renewed. */
    get session() {
      return session?.refreshToken || remaining() > 0 ? session : null;
    }

    /** Leave for the login page. `appState` comes back in the session. */
    async login(request) {
      location.assign(await authorizationUrl(request));
    }

    /**
     * Finish the login if this page is its callback; call it once on every page, as early as you can.
     * Gives the session, or null on an ordinary page. However often it is called, the code is redeemed once.
     */
    async handleCallback() {
      const name = storage + redirectUri;
      const response = takeResponse();
      if (response && callbacks[name]?.state !== response.state) {
        callbacks[name] = { state: response.state, result: finish(response) };
      }
      const finished = await callbacks[name]?.result;
      if (finished && !session) client.adopt(finished);
      return client.session;
    }

    /** An access token that is good for the next half minute, renewed if need be and possible. */
    async token() {
      if (remaining() < RENEW_BELOW && session?.refreshToken) await client.refresh();
      if (client.session) return session.accessToken;
      throw nobody();
    }

    /** Renew the tokens (RFC 6749 6). One renewal runs at a time, in all tabs together. */
    async refresh() {
      const old = session?.refreshToken;
      if (!old) throw failure('refresh-token-absent');
      const renew = async () => {
        await client.beforeRefresh?.(); // another tab may have been faster, and may have told us
        const before = session;
        if (old === before?.refreshToken) {
          const fields = { grant_type: 'refresh_token', client_id: clientId, refresh_token: old };
          const tokens = await requestTokens(before, fields).catch((error) => {
            if (session !== before) return; // somebody logged out or in meanwhile: that counts
            if (error.error === 'invalid_grant') client.forget();
            throw error;
          });
          if (session === before) client.adopt(tokens, 'renew');
        }
        if (session) return session;
        throw nobody();
      };
      // A lock dies with its tab, so a closed tab blocks nobody.
      refreshing ??= (navigator.locks?.request(storage, renew) ?? renew()).finally(() => (refreshing = null));
      return refreshing;
    }

    /** Forget the tokens, revoke them if told to, and leave for the server's logout unless `local`. */
    async logout({ redirectUri: next = options.logoutRedirectUri, revoke, local } = {}) {
      const old = session;
      client.forget();
      const { revocation_endpoint, end_session_endpoint, logout_endpoint } = await discover();
      if (revoke && old && revocation_endpoint) {
        const fields = { token: old.refreshToken ?? old.accessToken, client_id: clientId };
        await post(revocation_endpoint, fields).catch(() => {});
      }
      const endpoint = logout_endpoint ?? end_session_endpoint;
      if (local || !endpoint) return;
      const query = logout_endpoint
        ? { redirect_uri: complete(next) ?? redirectUri }
        : { post_logout_redirect_uri: complete(next), id_token_hint: old?.idToken };
      location.assign(withQuery(endpoint, { client_id: clientId, ...query }));
    }

    /** Take over a session that another tab or a popup obtained; `event` is 'login' or 'renew'. */
    adopt(newSession, event = 'login') {
      session = { ...newSession, expiresIn: newSession.expiresIn ?? Infinity };
      arrived = [Date.now(), performance.now()];
      client.dispatchEvent(new CustomEvent(event, { detail: session }));
      return session;
    }

    /** Drop the tokens of this page without telling the server. */
    forget() {
      delete callbacks[storage + redirectUri];
      session = null;
      client.dispatchEvent(new CustomEvent('logout'));
    }
  }

  const client = new Client();
  return client;
}

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/** 256 random bits in 43 characters. */
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** A path stands for an address here. A full address stays as it is: servers compare it character by character. */
const complete = (address) => (address?.startsWith('/') ? location.origin + address : address);

/** A server's words, fit to be shown. */
const clean = (text) => String(text).replace(/[\p{C}<>]/gu, ' ').slice(0, 200).trim();

function withQuery(address, query) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** The object that a JSON text holds; an empty one for any other text. */
function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const keys = (start, end = '') =>
  Object.keys(sessionStorage).filter((key) => key.startsWith(start || 'proofkey:') && key.endsWith(end));

const store = (key, login) => sessionStorage.setItem(key, JSON.stringify(login));

function read(key) {
  const login = parse(sessionStorage.getItem(key));
  return Date.now() - login.started < LOGIN_AGE ? login : null;
}
