// Drives a Firefox over WebDriver BiDi for firefox.py: one JSON command per line in, one answer per line out.
// Usage: node firefox.mjs PUPPETEER FIREFOX
import { createInterface } from 'node:readline';

const [, , library, executablePath] = process.argv;
const { default: puppeteer } = await import(library);

const PATIENCE = 15_000; // milliseconds
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  headless: true,
  acceptInsecureCerts: true,
  extraPrefsFirefox: {
    'network.dns.localDomains': 'app.example,host.example,login.example,app.login.example', // everything stays on this machine
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'app.normandy.enabled': false,
    'dom.disable_open_during_load': false,
  },
});

const contexts = new Map();
const pages = new Map();
const loads = new Map(); // of each page the addresses whose documents were parsed
let number = 0;

function keep(page) {
  const key = `page-${(number += 1)}`;
  page.setDefaultTimeout(PATIENCE);
  pages.set(key, page);
  loads.set(key, []);
  page.on('domcontentloaded', () => loads.get(key).push(page.url()));
  return key;
}

async function unknownPage() { // a page that no command opened: scripts of other pages did
  const known = new Set(pages.values());
  for (const context of contexts.values())
    for (const page of await context.pages()) if (!known.has(page)) return keep(page);
}

async function until(found) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${PATIENCE} ms: ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Only JSON comes back: an element or a window is as good as true.
const callable = (script, argument, result = '(value) => value') => `(async (argument) => {
  const value = (${script});
  return (${result})(await (typeof value === 'function' ? value(argument) : value));
})(${JSON.stringify(argument ?? null)})`;

const frameOf = ({ page, frame }) => (frame ? pages.get(page).frames()[frame] : pages.get(page).mainFrame());

const commands = {
  async context() {
    const key = `context-${(number += 1)}`;
    contexts.set(key, await browser.createBrowserContext());
    return key;
  },
  closeContext({ context }) {
    const closing = contexts.get(context);
    contexts.delete(context);
    return closing.close();
  },
  open: async ({ context }) => keep(await contexts.get(context).newPage()),
  close: ({ page }) => pages.get(page).close(),
  isClosed: ({ page }) => pages.get(page).isClosed(),
  untilClosed: ({ page }) => until(() => pages.get(page).isClosed()),
  goto: ({ page, url }) => pages.get(page).goto(url).then(() => null),
  reload: ({ page }) => pages.get(page).reload().then(() => null),
  async back({ page }) { // a page out of the back/forward cache does not load, which goBack() would wait for
    const tab = pages.get(page);
    const left = await tab.evaluate('location.href');
    await tab.evaluate('void history.back()');
    await until(() => tab.evaluate(`location.href !== ${JSON.stringify(left)}`).catch(() => false));
  },
  url: (command) => frameOf(command).url(),
  title: ({ page }) => pages.get(page).title(),
  frames: ({ page }) => pages.get(page).frames().length,
  evaluate: async (command) => (await frameOf(command).evaluate(callable(command.script, command.argument))) ?? null,
  untilTrue: (command) =>
    until(() => frameOf(command).evaluate(callable(command.script, command.argument, 'Boolean')).catch(() => false)),
  click: (command) => frameOf(command).click(command.selector),
  async fill({ page, selector, text }) { // with the keyboard, over what is there
    await pages.get(page).focus(selector);
    await pages.get(page).$eval(selector, (element) => element.select());
    await pages.get(page).keyboard.press('Delete');
    await pages.get(page).type(selector, text);
  },
  loads: ({ page, since }) => until(() => loads.get(page).length > since && loads.get(page).slice(since)),
  countLoads: ({ page }) => loads.get(page).length,
  popup: () => until(unknownPage),
  cookies: async ({ context }) => contexts.get(context).cookies(),
};

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ ready: await browser.version() });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    say({ value: (await commands[command.do](command)) ?? null });
  } catch (error) {
    say({ error: `${error.message}` });
  }
}
await browser.close();
