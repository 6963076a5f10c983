import { argyle, argyleEvent, argyleV1 } from './argyle.js';
import { startClient, type Client } from './client.js';
import { attempt } from './env.js';
import { clients, watchPage } from './leave.js';
import { ORPHAN_DELAY } from './limits.js';
import { listeners } from './push.js';
import { redact } from './redact.js';
import { nameOf, newSession, type Session } from './session.js';
import { adopt, takeTail } from './tail.js';
import type { Bridge, Options, Push } from './types.js';
import { wrapper } from './wrap.js';

const live = new Map<string, Bridge>();

const run = (opts: Options, session: Session, pushed: (push: Push) => void): Client => {
  watchPage();
  const client: Client = startClient(opts, session, pushed, () => {
    clients.delete(client);
    live.delete(nameOf(session));
  });
  clients.add(client);
  return client;
};

/** Delivers what earlier pages with other tickets left behind for the same url. */
const deliverOrphans = (url: string): void => {
  const tail = takeTail((tail) => tail.url_ === url && !live.has(nameOf(tail)));
  if (!tail) return;
  if (tail.events_.length) run({ url }, tail, () => {}).close_();
  deliverOrphans(url);
};

const build = (opts: Options, client?: Client, heard = listeners()): Bridge => {
  const wrap = wrapper();
  const track = (provider: string, name: unknown, payload?: unknown): void => {
    attempt(() => {
      const text = String(name);
      client!.add_(provider, text, redact(text, payload, opts.redact));
    });
  };
  return {
    pinwheel: (options) =>
      wrap(options, ['onEvent'], [], (_, name, payload) => track('pinwheel', name, payload)),
    argyle: (options, which) => {
      const { provider, always_: always, present_: present } = which?.version === 1 ? argyleV1 : argyle;
      return wrap(options, always, present, (callback, argument) =>
        track(provider, ...argyleEvent(callback, argument)),
      );
    },
    track,
    on(name, fn) {
      client?.wish_(name);
      return heard.on_(name, fn as (push: Push) => void);
    },
    once(name, options) {
      client?.wish_(name);
      return heard.once_(name, options?.timeout) as Promise<never>;
    },
    refresh: (ticket) => client?.refresh_(ticket),
    close() {
      if (!client) return;
      live.delete(nameOf(client.session_));
      client.close_();
    },
    get state() {
      return client ? client.state_() : 'off';
    },
  };
};

/**
 * Starts a bridge. The same url and ticket give the same bridge, so initialisers that run twice, as
 * React's do in StrictMode, are harmless. Never throws.
 */
export const create = (opts: Options): Bridge =>
  attempt(() => {
    if (!opts.url) return undefined;
    const url = new URL(opts.url, document.baseURI).href.replace(/^ws/, 'http');
    const session = newSession(url, opts.ticket || '');
    const name = nameOf(session);
    const known = live.get(name);
    if (known) return known;
    const heard = listeners();
    adopt(session);
    const bridge = build(opts, run(opts, session, heard.emit_), heard);
    live.set(name, bridge);
    setTimeout(deliverOrphans, ORPHAN_DELAY, url);
    return bridge;
  }) || build(opts || {});
