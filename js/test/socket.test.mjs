import assert from 'node:assert/strict';
import test from 'node:test';
import { numbers, protocol, startPage, track } from './kit.mjs';

const { limits, timings_ms: time } = protocol;
const queued = (storage) => Object.values({ ...storage }).length;

test('events from before the connection are sent after the welcome, in order', () => {
  const { bridge, sockets } = startPage();
  track(bridge, 3);
  const socket = sockets.last().open();
  assert.equal(sockets.opened.length, 1);
  assert.equal(socket.url, 'ws://127.0.0.1/link');
  assert.equal(socket.protocols, protocol.subprotocol);
  assert.equal(socket.events().length, 0, 'not before the welcome');
  socket.welcome();
  track(bridge, 2, 4);
  assert.deepEqual(numbers(socket.events()), [1, 2, 3, 4, 5]);
  assert.deepEqual(socket.events().map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  assert.equal(new Set(socket.events().map(({ id }) => id)).size, 5);
  for (const { id } of socket.events()) assert.match(id, /^[0-9a-f]{32}$/);
});

test('an https page talks wss', () => {
  const { sockets } = startPage({ create: { url: 'https://app.example.com/hooks/link' } });
  assert.equal(sockets.last().url, 'wss://app.example.com/hooks/link');
});

test('a reconnect sends what is not acked under the same seq and id, and the rotated resume', async () => {
  const { bridge, sockets, clock } = startPage();
  track(bridge, 5);
  const first = sockets.last().welcome({ resume: 'r-1' });
  first.frame({ type: 'ack', ack: 2 });
  first.drop(1006);
  track(bridge, 1, 6);
  await clock.advance(time.backoff_min);
  const second = sockets.last();
  assert.notEqual(second, first);
  second.open();
  assert.equal(second.hello().resume, 'r-1');
  assert.equal(second.hello().acked, 2);
  assert.equal(second.hello().seq, 6);
  second.welcome({ ack: 3 });
  assert.deepEqual(numbers(second.events()), [4, 5, 6]);
  assert.deepEqual(second.events()[0], first.events()[3]);
});

test('a server that does not know the session gets everything that is not acked', async () => {
  const { bridge, sockets, clock } = startPage();
  track(bridge, 4);
  sockets.last().welcome().frame({ type: 'ack', ack: 1 }).drop();
  await clock.advance(time.backoff_min);
  const again = sockets.last().welcome({ ack: 0, resumed: false, epoch: 'e2' });
  assert.deepEqual(numbers(again.events()), [2, 3, 4]);
});

test('the delay before a reconnect is random, and its bound doubles up to the cap', async () => {
  const { bridge, sockets, clock, world } = startPage({ create: { transport: 'ws' } });
  world.random = () => 0.999999;
  track(bridge, 1);
  const delays = [];
  for (let i = 0; i < 9; i++) {
    sockets.last().drop(1006);
    await clock.advance(0);
    delays.push(Math.round(clock.next));
    await clock.advance(clock.next);
    while (!sockets.last().onopen || sockets.last().readyState === 3) await clock.advance(clock.next);
  }
  assert.deepEqual(delays.slice(0, 3), [500, 1000, 2000]);
  assert.equal(Math.max(...delays), time.backoff_max);
});

test('a connection that held for a while starts the delays anew', async () => {
  const { sockets, clock } = startPage();
  for (let i = 0; i < 4; i++) {
    sockets.last().welcome();
    await clock.advance(6000);
    sockets.last().drop(1011);
    assert.equal(clock.next, time.backoff_min / 2);
    await clock.advance(clock.next);
  }
});

test('a server that closes every connection at once is not hammered', async () => {
  const { sockets, clock } = startPage();
  for (let i = 0; i < 60; i++) {
    sockets.last().welcome().drop(1011);
    const before = sockets.opened.length;
    while (sockets.opened.length === before) await clock.advance(50);
  }
  assert.ok(clock.now - 1_780_000_000_000 > 5 * 60_000, 'sixty connections took over five minutes');
});

test('a nack forgets the event, tells how many were lost, and goes on', () => {
  const { bridge, sockets } = startPage();
  track(bridge, 3);
  const socket = sockets.last().welcome();
  socket.frame({ type: 'nack', seq: 2, code: 'invalid' }).frame({ type: 'nack', seq: 99, code: 'invalid' });
  track(bridge, 1, 4);
  assert.equal(socket.events().at(-1).n, 1);
  assert.equal(socket.closedWith, undefined);
});

test('an event nacked for its rate is sent again later, under a new seq with its id', async () => {
  const { bridge, sockets, clock } = startPage();
  track(bridge, 3);
  const socket = sockets.last().welcome();
  socket.frame({ type: 'nack', seq: 2, code: 'rate' }).frame({ type: 'ack', ack: 3 });
  track(bridge, 1, 4);
  assert.equal(socket.events().length, 3, 'nothing is sent while the server is busy');
  await clock.advance(time.rate_resend);
  assert.deepEqual(numbers(socket.events()), [1, 2, 3, 2, 4]);
  assert.deepEqual(socket.events().map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  assert.equal(socket.events()[3].id, socket.events()[1].id);
});

test('over the cap the oldest event goes, and the next one says how many went', () => {
  const { bridge, sockets } = startPage();
  track(bridge, limits.queue_events + 7);
  const events = sockets.last().welcome().events();
  assert.equal(events.length, limits.queue_events);
  assert.equal(events[0].payload.i, 8);
  assert.equal(events.reduce((lost, { n = 0 }) => lost + n, 0), 7);
});

test('events that were dropped with a count of their own are not lost from the count', () => {
  const { bridge, sockets } = startPage();
  track(bridge, 3 * limits.queue_events);
  const events = sockets.last().welcome().events();
  assert.equal(events.reduce((lost, { n = 0 }) => lost + n, 0), 2 * limits.queue_events);
});

test('an event over the limit travels without its payload', () => {
  const { bridge, sockets } = startPage();
  bridge.track('pinwheel', 'login', { blob: 'é'.repeat(limits.event_bytes / 2) });
  bridge.track('pinwheel', 'login', { blob: 'x'.repeat(limits.event_bytes - 400) });
  const [big, fits] = sockets.last().welcome().events();
  assert.deepEqual(big.payload, { $marker: '[too large]' });
  assert.equal(fits.payload.blob.length, limits.event_bytes - 400);
});

test('a ping is answered, and silence after it ends the connection', async () => {
  const { sockets, clock, states } = startPage();
  const socket = sockets.last().welcome({ ping: 25000 });
  await clock.advance(30_000);
  socket.frame({ type: 'ping' });
  assert.deepEqual(socket.sent.at(-1), { type: 'pong' });
  await clock.advance(34_000);
  assert.equal(states.at(-1), 'open');
  await clock.advance(1001);
  assert.equal(states.at(-1), 'waiting 1006');
  assert.equal(socket.closedWith, 1000);
  await clock.advance(time.backoff_min);
  assert.equal(sockets.opened.length, 2);
});

test('a closed connection that still speaks is not heard', async () => {
  const { bridge, sockets, clock } = startPage();
  track(bridge, 2);
  const old = sockets.last().welcome();
  await clock.advance(40_000);
  sockets.last().welcome();
  old.frame({ type: 'ack', ack: 2 });
  old.drop(4500);
  assert.equal(bridge.state, 'open');
});

test('a bye says when to come back', async () => {
  const { sockets, clock } = startPage();
  const socket = sockets.last().welcome();
  await clock.advance(6000);
  socket.frame({ type: 'bye', code: 1012, reconnect: true, min: 2000, max: 6000 }).drop(1012);
  assert.equal(clock.next, 4000);
});

test('a bye counts when its close frame is lost', async () => {
  const { sockets, states } = startPage();
  sockets.last().welcome().frame({ type: 'bye', code: 4503, reconnect: false, min: 0, max: 0 }).drop(1006);
  assert.match(states.at(-1), /^failed/);
});

test('with 4429 the wait of the bye is kept', async () => {
  const { sockets, clock } = startPage();
  const socket = sockets.last().welcome();
  await clock.advance(6000);
  socket.frame({ type: 'bye', code: 4429, reconnect: true, min: 7000, max: 7000 }).drop(4429);
  assert.equal(clock.next, 7000);
});

test('a fresh ticket is fetched at most once a minute', async () => {
  const asked = [];
  const { sockets, clock } = startPage({
    create: { token: async () => { asked.push(clock?.now); return 't' + asked.length; } },
  });
  for (let i = 0; i < 6; i++) {
    sockets.last().open().drop(4401);
    const before = sockets.opened.length;
    while (sockets.opened.length === before) await clock.advance(500);
  }
  assert.equal(asked.length, 6);
  for (let i = 1; i < 6; i++) assert.ok(asked[i] - asked[i - 1] >= time.token_interval - 500);
});

test('without a way to a fresh ticket a refused one fails the bridge', () => {
  const { bridge, sockets, states } = startPage();
  sockets.last().open().drop(4401);
  assert.equal(states.at(-1), 'failed 4401');
  track(bridge, 1);
  assert.equal(sockets.opened.length, 1);
});

test('a ticket is asked for before the first connection when there is none', async () => {
  let give;
  const { bridge, sockets, states, clock } = startPage({
    create: { ticket: undefined, token: () => new Promise((resolve) => (give = resolve)) },
  });
  track(bridge, 1);
  await clock.advance(60_000);
  assert.equal(sockets.opened.length, 0);
  give('late');
  await clock.advance(0);
  assert.equal(sockets.last().open().hello().ticket, 'late');
  assert.deepEqual(states, ['connecting']);
});

test('a token that rejects is asked again, with growing delays', async () => {
  let asked = 0;
  const { clock, sockets } = startPage({
    create: { ticket: undefined, token: async () => { if (++asked < 4) throw new Error('offline'); return 't'; } },
  });
  await clock.advance(30_000);
  assert.equal(asked, 4);
  assert.equal(sockets.opened.length, 1);
});

test('a fresh ticket goes out on the live connection, and into the next hello', async () => {
  const { bridge, sockets, clock } = startPage();
  const socket = sockets.last().welcome();
  bridge.refresh('ticket-2');
  assert.deepEqual(socket.sent.at(-1), { type: 'refresh', ticket: 'ticket-2' });
  socket.drop();
  await clock.advance(time.backoff_min);
  assert.equal(sockets.last().open().hello().ticket, 'ticket-2');
});

test('close delivers what is held, then ends with 1000 and says nothing more', async () => {
  const { bridge, sockets, states, storage, page } = startPage();
  track(bridge, 2);
  const socket = sockets.last().welcome();
  bridge.close();
  assert.equal(bridge.state, 'open');
  track(bridge, 1, 3);
  assert.equal(socket.events().length, 2, 'no event after close');
  socket.frame({ type: 'ack', ack: 2 });
  assert.equal(states.at(-1), 'closed');
  assert.equal(socket.closedWith, 1000);
  page.leave();
  assert.equal(queued(storage), 0);
});
