/**
 * Runs a login with one mistake, by real requests: a navigation to the authorization endpoint, a fetch to the token
 * endpoint. What is sent is compared with what a right login would have sent; the differences are what the lab shows.
 *
 * Between the two requests the plan lies in sessionStorage, as an app's verifier does.
 */

import { s256 } from './proofkey.js';
import { randomText } from './encodings.js';
import { safeAddress } from './elements.js';

const PLAN = 'proofkey-lab:plan';
const FORM = 'application/x-www-form-urlencoded';

/** Start: leaves this page, or, for a server's own error page, opens a window and gives the result at once. */
export async function start(mistake, config) {
  const verifier = randomText();
  const pair = { verifier, challenge: await s256(verifier) };
  await mistake.pair?.(pair);

  const state = randomText();
  const right = authorizationFields(config, await s256(pair.verifier), state);
  const fields = authorizationFields(config, pair.challenge, state);
  mistake.authorize?.(fields, { pair, config });

  const plan = { id: mistake.id, pair, state, fields, differences: compare(right, fields) };
  sessionStorage.setItem(PLAN, JSON.stringify(plan));
  const address = `${config.issuer}/oauth/authorize?${new URLSearchParams(fields)}`;
  if (mistake.opensPage && window.open(address, 'proofkey-lab', 'popup,width=560,height=820')) {
    return shownOnItsOwnPage(takePlan(), config);
  }
  location.assign(address);
  return null;
}

/** Go on if this page is the callback of an experiment, or the page somebody came back to; else give null. */
export async function resume(mistakes, config) {
  const onCallback = location.pathname === new URL(config.redirect_uri).pathname;
  const answer = new URLSearchParams(location.search);
  const plan = takePlan();
  const mistake = mistakes.find(({ id }) => id === plan?.id);
  if (!mistake) return null;
  if (onCallback && (answer.has('code') || answer.has('error'))) {
    history.replaceState(null, '', '/');
    return finish(mistake, plan, answer, config);
  }
  return mistake.opensPage ? shownOnItsOwnPage(plan, config) : null;
}

function takePlan() {
  const plan = JSON.parse(sessionStorage.getItem(PLAN));
  sessionStorage.removeItem(PLAN);
  return plan;
}

function authorizationFields(config, challenge, state) {
  return {
    response_type: 'code',
    client_id: config.client_id,
    redirect_uri: config.redirect_uri,
    ...(config.scope ? { scope: config.scope } : {}),
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
}

// ---- after the callback -----------------------------------------------------------------------------------------

async function finish(mistake, plan, answer, config) {
  const steps = [left(), asked(plan, config), called(answer), taken(answer)];
  if (answer.has('error')) {
    const requestId = requestIdIn(answer.get('error_description')) ?? requestIdIn(answer.get('error_uri'));
    return {
      id: plan.id,
      where: 'authorize',
      steps,
      json: Object.fromEntries(answer),
      finding: await findingOf(requestId, config, answer.get('error_uri')),
    };
  }
  if (answer.get('state') !== plan.state) {
    steps.push({ from: 'app', to: 'app', title: 'The app compares the state and stops', refused: true });
    return { id: plan.id, where: 'app', steps, finding: ownFinding(mistake, config) };
  }
  return redeem(mistake, plan, answer.get('code'), steps, config);
}

async function redeem(mistake, plan, code, steps, config) {
  const right = tokenRequest(config, code, plan.pair.verifier);
  const request = tokenRequest(config, code, plan.pair.verifier);
  mistake.token?.(request, { pair: plan.pair, config });
  const differences = [...compare(told(right), told(request)), ...request.remarks];
  const repeated = { name: 'code', sent: 'the same code once more', right: 'each code once' };
  let reply;
  for (const remarks of mistake.repeat ? [[], [repeated]] : [[]]) {
    reply = await send(request);
    steps.push(
      {
        from: 'app',
        to: 'server',
        title: `POST ${new URL(request.url).pathname}`,
        lines: told(request),
        differences: [...differences, ...remarks],
      },
      { from: 'server', to: 'app', title: titleOf(reply), refused: !reply.ok },
    );
  }
  return {
    id: plan.id,
    where: 'token',
    steps,
    json: reply.body,
    status: reply.status,
    accepted: reply.ok,
    finding: reply.ok ? null : await findingOf(reply.requestId, config, reply.body?.error_uri),
  };
}

/** The request as names and values. */
const told = ({ url, contentType, fields }) => ({ url, 'content-type': contentType, ...fields });

const titleOf = ({ status, ok, body }) =>
  status ? `${status} ${ok ? 'with an access token' : (body?.error ?? body?.code ?? '')}`.trim() : 'No readable answer';

function tokenRequest(config, code, verifier) {
  return {
    url: `${config.issuer}/oauth/token`,
    contentType: FORM,
    fields: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: config.redirect_uri,
      client_id: config.client_id,
      code_verifier: verifier,
    },
    remarks: [],
  };
}

async function send({ url, contentType, fields, body = new URLSearchParams(fields) }) {
  // A FormData writes its own content type, with the boundary in it.
  const headers = body instanceof FormData ? {} : { 'Content-Type': contentType };
  try {
    const response = await fetch(url, { method: 'POST', headers, body, credentials: 'omit' });
    const { status, ok } = response;
    return { status, ok, body: parse(await response.text()), requestId: response.headers.get('x-request-id') };
  } catch {
    return { status: 0, ok: false, body: null, requestId: null };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { text: text.slice(0, 2000) };
  }
}

// ---- the steps of the picture -----------------------------------------------------------------------------------

const left = () => ({ from: 'app', to: 'browser', title: 'Leave for the login page' });

function asked(plan, config) {
  return {
    from: 'browser',
    to: 'server',
    title: `GET ${new URL(config.issuer).pathname.replace(/\/$/, '')}/oauth/authorize`,
    lines: plan.fields,
    differences: plan.differences,
  };
}

function called(answer) {
  return {
    from: 'server',
    to: 'browser',
    title: answer.has('error') ? `Back to the app with ${answer.get('error')}` : 'Back to the app with a code',
    lines: Object.fromEntries(answer),
    refused: answer.has('error'),
  };
}

const taken = (answer) => ({
  from: 'browser',
  to: 'app',
  title: `The callback page takes the ${answer.has('error') ? 'error' : 'code'} out of the address`,
});

function shownOnItsOwnPage(plan, config) {
  const steps = [
    left(),
    asked(plan, config),
    { from: 'server', to: 'browser', title: 'An error page, and no way back to the app', refused: true },
  ];
  return { id: plan.id, where: 'page', steps, finding: null };
}

/** Name the fields that differ: { name, sent, right }, undefined where a side has none. */
function compare(right, sent) {
  return [...new Set([...Object.keys(right), ...Object.keys(sent)])]
    .filter((name) => right[name] !== sent[name])
    .map((name) => ({ name, sent: sent[name], right: right[name] }));
}

// ---- what the server knows --------------------------------------------------------------------------------------

/** Find a request id in an error_description or error_uri. */
const requestIdIn = (text) => /request(?:[ _-]?id)?[ =:]+([\w-]{8,})/i.exec(text ?? '')?.[1] ?? null;

/** Ask the development journal; without an entry, what error_uri says. */
async function findingOf(requestId, config, errorUri) {
  if (requestId) {
    try {
      const response = await fetch(`${config.issuer}/development/journal/${encodeURIComponent(requestId)}`);
      const entry = await response.json();
      if (response.ok && entry.fault) return { ...entry, requestId, by: 'server' };
    } catch {
      // No journal, no entry: the error_uri is left.
    }
  }
  const url = safeAddress(errorUri);
  const fault = url?.startsWith(`${config.issuer}/faults/`) ? url.split('/').pop().split(/[?#]/)[0] : null;
  return fault ? { fault, url, requestId, by: 'server' } : { requestId };
}

const ownFinding = ({ slug, appStops }, config) =>
  appStops ? { ...appStops, fault: slug, url: `${config.issuer}/faults/${slug}`, by: 'app' } : {};
