/**
 * Draws the steps of an experiment between three lifelines: app, browser, server.
 *
 * An ordered list, so that it can be read aloud; the arrows are decoration beside the words.
 */

import { breakable, make, short } from './elements.js';

const NAMES = { app: 'App', browser: 'Browser', server: 'Server' };
const SECRET = new Set(['code', 'code_verifier', 'code_challenge', 'client_secret', 'state']);

/** Draw the steps: { from, to, title, lines, differences, refused }. */
export function drawSequence(steps) {
  const lanes = Object.values(NAMES).map((name) => make('span', {}, name));
  return make(
    'div',
    { class: 'sequence' },
    make('div', { class: 'lanes', 'aria-hidden': 'true' }, lanes),
    make('ol', {}, steps.map(drawStep)),
  );
}

function drawStep({ from, to, title, lines, differences = [], refused = false }) {
  const wrong = differences.length > 0;
  const kind = wrong ? 'wrong' : refused ? 'refused' : 'right';
  return make(
    'li',
    { class: `step ${kind}` },
    make('div', { class: 'picture', 'aria-hidden': 'true' }, make('span', { class: `arrow from-${from} to-${to}` })),
    make(
      'div',
      { class: 'words' },
      make('p', { class: 'route' }, from === to ? NAMES[from] : `${NAMES[from]} to ${NAMES[to]}`, verdict(kind)),
      make('p', { class: 'title' }, title),
      wrong ? make('ul', { class: 'differences' }, differences.map(drawDifference)) : null,
      lines ? drawLines(lines, differences) : null,
    ),
  );
}

function verdict(kind) {
  const text = { wrong: 'the mistake is here', refused: 'refused' }[kind];
  return text ? make('span', { class: 'verdict' }, text) : null;
}

function drawDifference({ name, sent, right }) {
  return make(
    'li',
    {},
    make('code', { class: 'name' }, name),
    sent === undefined
      ? make('span', { class: 'sent' }, 'is missing')
      : make('code', { class: 'sent' }, shown(name, sent)),
    right === undefined
      ? make('span', { class: 'right' }, 'does not belong here')
      : make('span', { class: 'right' }, 'should be ', make('code', {}, shown(name, right))),
  );
}

function drawLines(lines, differences) {
  const wrong = new Set(differences.map(({ name }) => name));
  const rows = Object.entries(lines).map(([name, value]) =>
    make(
      'div',
      { class: wrong.has(name) ? 'spoiled' : undefined },
      make('dt', {}, name),
      make('dd', {}, shown(name, String(value))),
    ),
  );
  return make('details', {}, make('summary', {}, 'All that was sent'), make('dl', { class: 'lines' }, rows));
}

const shown = (name, value) => breakable(SECRET.has(name) ? short(value) : String(value));
