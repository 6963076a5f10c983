// A page to run the built script in: its own globals, storage, clock, network and leave events.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const script = new vm.Script(
  readFileSync(new URL('../dist/linkbridge.min.js', import.meta.url), 'utf8'),
  { filename: 'linkbridge.min.js' },
);

/** sessionStorage: its keys are own properties, as in a browser, and a copy is what window.open makes. */
export class FakeStorage {
  constructor(from = {}) {
    Object.assign(this, from);
  }
  getItem(name) {
    return Object.hasOwn(this, name) ? this[name] : null;
  }
  setItem(name, value) {
    this[name] = String(value);
  }
  removeItem(name) {
    delete this[name];
  }
}

/** Time that moves only when told to. Microtasks run between two timers. */
export class Clock {
  now = 1_780_000_000_000;
  #timers = new Map();
  #last = 0;

  setTimeout = (fn, ms = 0, ...args) => {
    this.#timers.set(++this.#last, { at: this.now + Math.max(0, Number(ms) || 0), fn, args });
    return this.#last;
  };
  clearTimeout = (id) => {
    this.#timers.delete(id);
  };
  get pending() {
    return this.#timers.size;
  }
  /** Milliseconds to the next timer, or Infinity. */
  get next() {
    return Math.min(...[...this.#timers.values()].map(({ at }) => at - this.now));
  }
  async advance(ms) {
    const end = this.now + ms;
    await settle();
    for (;;) {
      let due;
      for (const entry of this.#timers) {
        if (entry[1].at <= end && (!due || entry[1].at < due[1].at)) due = entry;
      }
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].fn(...due[1].args);
      await settle();
    }
    this.now = end;
  }
}

/** Lets every promise that can go on go on. */
export const settle = async () => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

/**
 * Opens a page. Without a clock it uses real timers, `speed` times as fast, that stop when the page
 * is left. options: storage, clock, speed, base, WebSocket, fetch, sendBeacon, random, and globals
 * (undefined removes one).
 */
export const openPage = (options = {}) => {
  const { clock, storage = new FakeStorage(), random } = options;
  const handlers = new Map();
  const timers = new Set();
  let alive = true;

  const realTimeout = (fn, ms, ...args) => {
    const id = setTimeout(() => {
      timers.delete(id);
      if (alive) fn(...args);
    }, ms / (options.speed || 1));
    timers.add(id);
    return id;
  };
  const math = Object.create(Math, random ? { random: { value: random } } : {});
  for (const name of Object.getOwnPropertyNames(Math)) {
    if (name !== 'random') Object.defineProperty(math, name, { value: Math[name] });
  }
  const page = {
    document: { hidden: false, baseURI: options.base || 'http://127.0.0.1/app/' },
    sessionStorage: storage,
    navigator: { sendBeacon: options.sendBeacon || (() => true) },
    crypto,
    performance: { now: () => (clock ? clock.now - 1_780_000_000_000 : performance.now()) },
    Math: random ? math : Math,
    Date: clock ? { now: () => clock.now } : Date,
    setTimeout: clock ? clock.setTimeout : realTimeout,
    clearTimeout: clock ? clock.clearTimeout : clearTimeout,
    addEventListener(type, fn) {
      handlers.set(type, (handlers.get(type) || new Set()).add(fn));
    },
    URL,
    TextEncoder,
    AbortSignal: {
      timeout(ms) {
        const stop = new AbortController();
        page.setTimeout(() => stop.abort(), ms);
        return stop.signal;
      },
    },
    WebSocket: options.WebSocket,
    fetch: options.fetch,
    ...options.globals,
  };
  for (const name of Object.keys(page)) if (page[name] === undefined) delete page[name];
  page.window = page;
  const context = vm.createContext(page);
  script.runInContext(context);

  const fire = (type, fields = {}) => {
    for (const fn of handlers.get(type) || []) fn({ type, ...fields });
  };
  return {
    globals: page,
    storage,
    LinkBridge: context.LinkBridge,
    fire,
    handlerTypes: () => [...handlers.keys()],
    hide() {
      page.document.hidden = true;
      fire('visibilitychange');
    },
    show() {
      page.document.hidden = false;
      fire('visibilitychange');
    },
    /** Leaves the page as a navigation does; after that nothing in it runs any more. */
    leave() {
      page.document.hidden = true;
      fire('visibilitychange');
      fire('pagehide', { persisted: false });
      this.freeze();
    },
    freeze() {
      alive = false;
      for (const id of timers) clearTimeout(id);
    },
  };
};
