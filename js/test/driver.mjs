// Drives the built script from outside: one command a line on stdin, one JSON object a line on
// stdout. Model tests in other languages run it against a real server.
//
//   origin ORIGIN               Origin of the pages opened from now on (default: that of the url)
//   speed N                     timers of the pages opened from now on run N times as fast
//   create URL TICKET [TRANSPORT]   opens a page and a bridge          {"ok":"create","page":1}
//   track PAGE PROVIDER NAME [JSON]                                    {"ok":"track","page":1}
//   on PAGE NAME                reports pushes, after a reload too
//                                                                     {"page":1,"push":{…}}
//   drop PAGE                   cuts the page's TCP connections
//   beacon PAGE on|off|refuse   delivers beacons, loses them silently, or refuses them
//   hide PAGE, show PAGE
//   freeze PAGE, thaw PAGE      into the back/forward cache and back
//   reload PAGE                 leaves and loads again; the page keeps its number
//   clone PAGE                  copies a hidden tab with its storage   {"ok":"clone","page":2}
//   state PAGE                                                         {"ok":"state","state":"open"}
//   refresh PAGE TICKET, close PAGE
//   exit
//
// Changes of state come on their own: {"page":1,"state":"waiting","code":1006}. A command that
// cannot be done answers {"error":"…"}. TICKET - means none; an http address is where token() POSTs
// to for a ticket as plain text, and a copied tab needs that to go on.
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { FakeStorage, openPage } from './page.mjs';

const say = (object) => process.stdout.write(JSON.stringify(object) + '\n');
const tabs = new Map();
let origin;
let speed = 1;

class Tab {
  sockets = new Set();
  wanted = new Set();
  storage = new FakeStorage();
  beacons = 'on';

  constructor(number, url, ticket, transport) {
    Object.assign(this, { number, url, ticket, transport });
    this.origin = origin ?? new URL(url).origin.replace(/^ws/, 'http');
    this.speed = speed;
  }

  load() {
    const { sockets } = this;
    const headers = { origin: this.origin };
    const gone = new AbortController();
    this.gone = gone;
    const never = new Promise(() => {});
    // A request ends with its page, and no answer reaches a page that is gone.
    const request = async (url, init) => {
      if (gone.signal.aborted) return never;
      const signal = AbortSignal.any([gone.signal, ...(init.signal ? [init.signal] : [])]);
      try {
        const res = await fetch(url, { ...init, headers, signal });
        return gone.signal.aborted ? await never : res;
      } catch (error) {
        if (gone.signal.aborted) return never;
        throw error;
      }
    };
    const page = openPage({
      storage: this.storage,
      speed: this.speed,
      base: this.origin + '/',
      WebSocket: class extends WebSocket {
        constructor(url, protocols) {
          super(url, protocols, { ...headers, perMessageDeflate: false });
          sockets.add(this);
          this.on('error', () => {});
          this.on('close', () => sockets.delete(this));
        }
      },
      fetch: request,
      sendBeacon: (url, body) => {
        if (this.beacons === 'on') {
          fetch(url, { method: 'POST', body, headers }).then((res) => res.text()).catch(() => {});
        }
        return this.beacons !== 'refuse';
      },
    });
    this.page = page;
    this.bridge = page.LinkBridge.create({
      url: this.url,
      ...(/^(https?:|-$)/.test(this.ticket) ? {} : { ticket: this.ticket }),
      ...(/^https?:/.test(this.ticket) && {
        token: async () => (await request(this.ticket, { method: 'POST' })).text(),
      }),
      transport: this.transport,
      onState: (state, code) => this.page === page && say({ page: this.number, state, code }),
    });
    for (const name of this.wanted) this.listen(name);
  }

  listen(name) {
    this.wanted.add(name);
    this.bridge.on(name, (push) => say({ page: this.number, push }));
  }

  cut() {
    for (const socket of this.sockets) socket.terminate();
  }
}

const open = (...args) => {
  const tab = new Tab(tabs.size + 1, ...args);
  tabs.set(tab.number, tab);
  return tab;
};

const commands = {
  origin: (text) => void (origin = text),
  speed: (text) => void (speed = Number(text)),
  create(url, ticket, transport) {
    const tab = open(url, ticket, transport);
    tab.load();
    return { page: tab.number };
  },
  track: (tab, provider, name, payload) =>
    tab.bridge.track(provider, decodeURIComponent(name), payload && JSON.parse(payload)),
  on: (tab, name) => tab.listen(name),
  drop: (tab) => tab.cut(),
  beacon: (tab, how) => void (tab.beacons = how),
  hide: (tab) => tab.page.hide(),
  show: (tab) => tab.page.show(),
  freeze(tab) {
    tab.page.hide();
    tab.page.fire('pagehide', { persisted: true });
    tab.cut();
  },
  thaw(tab) {
    tab.page.show();
    tab.page.fire('pageshow', { persisted: true });
  },
  reload(tab) {
    tab.page.leave();
    tab.gone.abort();
    tab.cut();
    tab.load();
  },
  clone(tab) {
    tab.page.hide();
    const copy = open(tab.url, tab.ticket, tab.transport);
    copy.storage = new FakeStorage(tab.storage);
    tab.page.show();
    copy.load();
    return { page: copy.number };
  },
  state: (tab) => ({ state: tab.bridge.state }),
  refresh: (tab, ticket) => tab.bridge.refresh(ticket),
  close: (tab) => tab.bridge.close(),
  exit: () => process.exit(0),
};
const pageless = new Set(['origin', 'speed', 'create', 'exit']);

const obey = (line) => {
  const [, command, rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  if (!command) return;
  try {
    if (!Object.hasOwn(commands, command)) throw new Error('no command ' + command);
    // The last argument of track is JSON and may hold blanks.
    const words = /^(\S+)?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(.*))?$/.exec(rest).slice(1);
    if (!pageless.has(command)) {
      const tab = tabs.get(Number(words[0]));
      if (!tab) throw new Error('no page ' + words[0]);
      words[0] = tab;
    }
    say({ ok: command, page: words[0]?.number, ...commands[command](...words) });
  } catch (error) {
    say({ error: error.message });
  }
};

createInterface({ input: process.stdin })
  .on('line', obey)
  .on('close', () => process.exit(0));
