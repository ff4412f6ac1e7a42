/**
 * Keeps the journal up to date: asks for the list again while somebody looks at the page, and changes what is new.
 *
 * Without it the page works, and is as old as its last load. Plain requests, so that any proxy passes them and a
 * server that stops has nothing to wait for.
 */

const EVERY = 2000; // milliseconds
const AFTER_FAILURE = 10_000;

const list = document.getElementById('exchanges');
const status = document.getElementById('news');
let seen = `"${list.dataset.version}"`;
let timer;

async function ask() {
  clearTimeout(timer);
  if (document.visibilityState !== 'visible') return;
  timer = setTimeout(ask, (await look()) ? EVERY : AFTER_FAILURE);
}

/** Ask once; tell whether the server answered. */
async function look() {
  try {
    const answer = await fetch(list.dataset.news, {
      headers: { 'If-None-Match': seen },
      cache: 'no-store',
      redirect: 'error',
    });
    if (answer.status === 401 || answer.status === 403) {
      say('You are signed out. Load this page again.');
      return false;
    }
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    if (answer.status === 200) {
      take(await answer.text());
      seen = answer.headers.get('ETag');
    } else if (status.dataset.trouble) {
      say('');
    }
    return true;
  } catch {
    say('The server does not answer. Trying again.');
    status.dataset.trouble = 'yes';
    return false;
  }
}

/** Put the rows of a fresh list in place; rows that did not change stay, and keep the focus. */
function take(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  const known = new Map([...list.children].map((row) => [row.id, row]));
  const focused = document.activeElement?.closest('#exchanges > li')?.id;
  const rows = [...fresh.querySelectorAll('#exchanges > li')].map((row) => {
    const old = known.get(row.id);
    if (old && old.dataset.version === row.dataset.version) return old;
    row.classList.add('fresh');
    return row;
  });
  const news = rows.filter((row) => row.classList.contains('refused') && !known.has(row.id)).length;
  list.replaceChildren(...rows);
  document.getElementById('nothing').hidden = rows.length > 0;
  if (focused) document.getElementById(focused)?.querySelector('a')?.focus({ preventScroll: true });
  say(news ? `${news} new refused ${news === 1 ? 'request' : 'requests'}` : '');
}

function say(text) {
  delete status.dataset.trouble;
  if (status.textContent !== text) status.textContent = text;
}

document.addEventListener('visibilitychange', ask);
ask();
