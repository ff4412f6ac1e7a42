// A page for tests in Node: the few browser objects that proofkey.js touches, really working, and a new copy of the
// module for every page, as a browser makes one at each load.

class Storage {
  constructor() {
    const kept = new Map();
    const methods = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, String(value)),
      removeItem: (key) => void kept.delete(key),
      clear: () => kept.clear(),
    };
    return new Proxy(methods, {
      ownKeys: () => [...kept.keys()],
      getOwnPropertyDescriptor: (_, key) => ({ value: kept.get(key), enumerable: true, configurable: true }),
    });
  }
}

let loads = 0;

/** A tab keeps its sessionStorage from page to page. */
export class Tab {
  sessionStorage = new Storage();
  left = []; // addresses that the page asked to be taken to

  /** Load a page at an address; gives the exports of its own copy of the modules. */
  async open(address) {
    const here = new URL(address);
    Object.assign(globalThis, {
      top: globalThis,
      self: globalThis,
      sessionStorage: this.sessionStorage,
      location: {
        get href() { return here.href; },
        get origin() { return here.origin; },
        get pathname() { return here.pathname; },
        get search() { return here.search; },
        get hash() { return here.hash; },
        assign: (next) => void this.left.push(next),
      },
      history: { state: null, replaceState: (state, title, next) => void (here.href = new URL(next, here).href) },
    });
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
    loads += 1;
    return import(`../../src/proofkey/browser/proofkey.js?load=${loads}`);
  }
}
