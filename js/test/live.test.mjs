// The built script against a real server over TCP: nothing lost, nothing twice, in order.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';
import { FakeStorage, openPage } from './page.mjs';
import { startServer, until } from './server.mjs';

const load = (t, server, { storage, transport, beacon = true } = {}) => {
  const page = openPage({
    storage,
    speed: 10,
    WebSocket,
    fetch,
    sendBeacon: (url, body) => {
      if (beacon) fetch(url, { method: 'POST', body }).then((res) => res.text()).catch(() => {});
      return true;
    },
  });
  t.after(() => page.freeze());
  const states = [];
  const bridge = page.LinkBridge.create({
    url: server.url, ticket: 't', transport, onState: (state) => states.push(state),
  });
  return { page, bridge, states };
};

const inOrder = (accepted) => {
  const last = new Map();
  for (const { session, payload } of accepted) {
    assert.ok(payload.i > (last.get(session) ?? 0), `event ${payload.i} out of order`);
    last.set(session, payload.i);
  }
};

test('two hundred events over five server kills, cut connections, two reloads and a closed tab', async (t) => {
  let server = await startServer();
  t.after(() => server.stop());
  const { port } = server;
  const all = [];
  const storage = new FakeStorage();
  let tab = load(t, server, { storage });
  let sent = 0;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  while (sent < 200) {
    tab.bridge.track('pinwheel', 'screen_transition', { i: ++sent });
    if (sent % 5 === 0) await pause(10);
    if (sent % 33 === 0) server.cut();
    if (sent % 36 === 0) {
      all.push(...server.accepted);
      const { sessions: ids, taken } = server;
      await server.stop();
      await pause(30);
      server = await startServer({ port, taken });
      for (const [id, known] of ids) server.sessions.set(id, known); // as an inbox does
    }
    if (sent === 70 || sent === 140) {
      tab.page.leave();
      tab = load(t, server, { storage });
    }
  }
  tab.page.leave();
  const got = () => [...all, ...server.accepted];
  await pause(300);
  if (got().length < 200) load(t, server, { storage });
  await until('all events', () => new Set(got().map(({ id }) => id)).size === 200);
  assert.equal(got().length, 200, 'each once');
  assert.equal(new Set(got().map(({ session }) => session)).size, 1);
});

test('both transports put the same events on the bus', async (t) => {
  const outcomes = [];
  for (const options of [{}, { upgrade: false }, { silent: true }]) {
    const post = options.upgrade === false || options.silent;
    const server = await startServer(options);
    t.after(() => server.stop());
    const { bridge } = load(t, server, { transport: post ? 'auto' : 'ws' });
    for (let i = 1; i <= 60; i++) bridge.track('pinwheel', 'screen_transition', { i });
    await until('all events', () => server.accepted.length >= 60);
    inOrder(server.accepted);
    outcomes.push(server.accepted.map(({ seq, provider, name, payload }) => ({ seq, provider, name, payload })));
    assert.deepEqual(
      new Set(server.accepted.map(({ via }) => via)),
      new Set([post ? 'post' : 'ws']),
    );
  }
  assert.deepEqual(outcomes[1], outcomes[0]);
  assert.deepEqual(outcomes[2], outcomes[0]);
});

test('a beacon that arrives after the next page said hello neither doubles nor supersedes', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const storage = new FakeStorage();
  const first = load(t, server, { storage, transport: 'ws', beacon: false });
  for (let i = 1; i <= 10; i++) first.bridge.track('pinwheel', 'screen_transition', { i });
  let late;
  first.page.globals.navigator.sendBeacon = (url, body) => {
    late ??= () => fetch(url, { method: 'POST', body });
    return true;
  };
  first.page.leave();
  const second = load(t, server, { storage, transport: 'ws' });
  second.bridge.track('pinwheel', 'screen_transition', { i: 11 });
  await until('the second page', () => server.accepted.length === 11);
  await (await late()).text();
  second.bridge.track('pinwheel', 'screen_transition', { i: 12 });
  await until('the last event', () => server.accepted.length === 12);
  assert.equal(server.sessions.size, 1);
  assert.equal(second.states.filter((state) => state === 'open').length, 1, 'not superseded');
});
