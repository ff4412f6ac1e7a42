/** What the lab shows: the list of mistakes, and the result of the last experiment. */

import { breakable, make, safeAddress, short } from './elements.js';
import { GROUPS } from './lab.js';
import { drawSequence } from './sequence.js';

/** Draw the list; `run` is called with the mistake whose button is pressed. */
export function drawMistakes(mistakes, run) {
  return Object.entries(GROUPS).map(([group, title]) => {
    const rows = mistakes.filter((mistake) => mistake.group === group).map((mistake) => row(mistake, run));
    const id = `group-${group}`;
    const list = make('ul', { class: 'mistakes' }, rows);
    return make('section', { 'aria-labelledby': id }, make('h3', { id }, title), list);
  });
}

function row(mistake, run) {
  const [id, button] = [`mistake-${mistake.id}`, `run-${mistake.id}`];
  const hint = 'Opens the server’s error page in a window of its own.';
  return make(
    'li',
    {},
    make(
      'div',
      {},
      make('p', { class: 'title', id }, breakable(mistake.title)),
      make('p', { class: 'sentence' }, mistake.sentence),
      mistake.opensPage ? make('p', { class: 'hint' }, hint) : null,
    ),
    make(
      'button',
      {
        type: 'button',
        class: 'secondary',
        id: button,
        'aria-labelledby': `${button} ${id}`,
        onclick: () => run(mistake),
      },
      'Run',
    ),
  );
}

/** Draw a result; `again` runs the same mistake once more, `close` takes the result away. */
export function drawResult(mistake, result, { config, again, close }) {
  const { finding, accepted } = result;
  return make(
    'article',
    {
      class: 'card result',
      'aria-labelledby': 'result-title',
      'data-mistake': mistake.id,
      'data-where': result.where,
      'data-fault': finding?.fault ?? '',
    },
    make('p', { class: 'eyebrow' }, 'Result'),
    make('h3', { id: 'result-title', tabindex: '-1' }, breakable(mistake.title)),
    make('p', { class: `outcome ${accepted ? 'good' : 'bad'}` }, outcome(mistake, result)),
    drawSequence(result.steps),
    result.json ? drawAnswer(result) : null,
    finding ? drawFinding(finding) : null,
    result.where === 'page' ? drawPageNote(mistake, config) : null,
    make(
      'div',
      { class: 'actions pair' },
      make('button', { type: 'button', class: 'primary', onclick: again }, 'Run again'),
      make('button', { type: 'button', class: 'secondary', onclick: close }, 'Back to the list'),
    ),
  );
}

function outcome(mistake, { where, accepted, status }) {
  if (accepted) return mistake.slug ? 'The server accepted it.' : 'Every step went well: the app has an access token.';
  if (where === 'app') return 'The server had no objection. The app must stop here by itself.';
  if (where === 'authorize') return 'Refused at the authorization request: an error came back, and no code.';
  if (where === 'page') return 'Refused at the authorization request, and the browser was not sent back.';
  if (mistake.repeat) return `The first token request was answered with a token, the second was refused with ${status}.`;
  return status
    ? `The code arrived, and the token request was refused with ${status}.`
    : 'The browser let the app read no answer to the token request.';
}

function drawAnswer({ where, json }) {
  const isSecret = (name, value) => /token$|^code$/.test(name) && typeof value === 'string';
  const seen = Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, isSecret(name, value) ? short(value) : value]),
  );
  const heading = where === 'authorize' ? 'What came back to the app' : 'The server’s answer';
  return make(
    'section',
    { 'aria-labelledby': 'answer-title' },
    make('h4', { id: 'answer-title' }, heading),
    make('pre', { tabindex: '0', role: 'region', 'aria-label': heading }, JSON.stringify(seen, null, 2)),
  );
}

function drawFinding({ fault, title, explanation, evidence, fix, url, requestId, by }) {
  if (!fault) {
    const text = requestId
      ? `The server’s journal names no fault for request ${requestId}.`
      : 'The answer names no request id, so the journal cannot be asked.';
    return make('p', { class: 'notice quiet' }, text);
  }
  const address = safeAddress(url);
  const seenBy = by === 'app' ? 'What the app sees' : 'What the doctor found';
  const facts = (evidence ?? []).map(({ where, what }) => make('div', {}, make('dt', {}, where), make('dd', {}, what)));
  return make(
    'section',
    { class: 'finding', 'aria-labelledby': 'finding-title' },
    make('p', { class: 'eyebrow' }, seenBy, ' · ', make('code', {}, fault)),
    make('h4', { id: 'finding-title' }, title || fault.replaceAll('-', ' ')),
    explanation ? make('p', {}, explanation) : null,
    facts.length ? make('dl', { class: 'facts' }, facts) : null,
    fix ? [make('h4', {}, 'Fix'), make('p', {}, fix)] : null,
    address ? make('p', {}, make('a', { href: address }, 'All about this fault')) : null,
    requestId ? make('p', { class: 'fine' }, 'Request id ', make('code', {}, requestId)) : null,
  );
}

function drawPageNote({ slug }, { issuer }) {
  return make(
    'section',
    { class: 'finding', 'aria-labelledby': 'page-title' },
    make('p', { class: 'eyebrow' }, 'In the other window'),
    make('h4', { id: 'page-title' }, 'The server tells the person, not the application'),
    make(
      'p',
      {},
      'An application that is unknown, or an address that is not registered, might be an attacker’s. So no answer is ' +
        'sent there, and the app never hears of it (RFC 6749 4.1.2.1). This is why such a login seems to hang. In ' +
        'development the error page names the fault.',
    ),
    make('p', {}, make('a', { href: `${issuer}/faults/${slug}` }, 'All about ', make('code', {}, slug))),
  );
}
