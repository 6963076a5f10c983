// What the tests share: the golden file, recordings, and a page on a fake clock with fake sockets.
import { readFileSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { Clock, FakeStorage, openPage, settle } from './page.mjs';
import { fakeSockets } from './sockets.mjs';

const json = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

export const protocol = json('../protocol.json');
export const recorded = {
  pinwheel: json('testdata/pinwheel_callbacks.json').calls,
  argyle: json('testdata/argyle_callbacks.json').sessions,
};

/** Loads one source module by itself. */
export const source = async (name) => {
  const built = await esbuild.build({
    entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    define: { SDK_VERSION: '"test"' },
  });
  return import('data:text/javascript,' + encodeURIComponent(built.outputFiles[0].text));
};

/**
 * A page with a bridge, and everything around it in the test's hand. `random` is what Math.random
 * gives; `answer(body, init)` answers a POST with [status, object] and is asked after `posts`.
 */
export const startPage = (options = {}) => {
  const clock = options.clock || new Clock();
  const sockets = options.sockets || fakeSockets();
  const posts = options.posts || [];
  const beacons = [];
  const states = [];
  const world = {
    random: () => 0.5,
    answer: () => [200, {}],
    takesBeacon: () => true,
    ...options.world,
  };
  const fetch = async (url, init) => {
    const body = JSON.parse(init.body);
    posts.push({ url, body, init, at: clock.now });
    const [status, object] = await world.answer(body, init);
    if (status === 0) throw new TypeError('Failed to fetch');
    return { status, json: async () => (typeof object === 'object' ? object : JSON.parse(object)) };
  };
  const page = openPage({
    clock,
    storage: options.storage,
    random: () => world.random(),
    WebSocket: sockets.WebSocket,
    fetch,
    sendBeacon: (url, body) => {
      if (!world.takesBeacon(body)) return false;
      beacons.push(body);
      return true;
    },
    globals: options.globals,
  });
  const create = (more = {}) =>
    page.LinkBridge.create({
      url: '/link',
      ticket: 'ticket-1',
      onState: (state, code) => states.push(code === undefined ? state : `${state} ${code}`),
      ...options.create,
      ...more,
    });
  const bridge = options.create === false ? undefined : create();
  return { page, bridge, create, clock, sockets, posts, beacons, states, world, storage: page.storage };
};

/** Reports count events named after their number. */
export const track = (bridge, count, from = 1) => {
  for (let i = from; i < from + count; i++) bridge.track('pinwheel', 'screen_transition', { i });
};

export const numbers = (events) => events.map(({ payload }) => payload.i);

export const storedSessions = (storage) =>
  Object.keys(storage)
    .filter((name) => name.startsWith('linkbridge:'))
    .map((name) => JSON.parse(storage[name]));

export { Clock, FakeStorage, fakeSockets, settle };
