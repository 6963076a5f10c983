import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeStorage, fakeSockets, numbers, protocol, startPage, storedSessions, track, Clock } from './kit.mjs';

const { limits, timings_ms: time } = protocol;
const bodies = (beacons) => beacons.map((body) => JSON.parse(body));
const ids = (events) => events.map(({ id }) => id);

test('a page that is left stores its session and beacons what is not acked', () => {
  for (const leave of [(page) => page.hide(), (page) => page.fire('pagehide', { persisted: false })]) {
    const { bridge, sockets, page, beacons, storage } = startPage();
    track(bridge, 5);
    const socket = sockets.last().welcome({ resume: 'r-1' }).frame({ type: 'ack', ack: 2 });
    leave(page);
    const [body] = bodies(beacons);
    assert.deepEqual(numbers(body.events), [3, 4, 5]);
    assert.deepEqual(
      { ...body, events: 0 },
      { ...socket.hello(), type: 'events', leave: true, events: 0, acked: 2, seq: 5, resume: 'r-1', epoch: 'e1' },
    );
    const [stored] = storedSessions(storage);
    assert.equal(stored.s, body.session);
    assert.deepEqual(stored.e, body.events);
    assert.equal(storedSessions(storage).length, 1);
  }
});

test('nothing is registered on unload or beforeunload', () => {
  const { page } = startPage();
  assert.deepEqual(page.handlerTypes().sort(), ['pagehide', 'pageshow', 'visibilitychange']);
});

test('nothing is stored while the page is visible', () => {
  const { bridge, page, sockets, storage } = startPage();
  track(bridge, 1);
  sockets.last().welcome();
  assert.equal(storedSessions(storage).length, 0);
  page.hide();
  assert.equal(storedSessions(storage).length, 1);
  page.show();
  assert.equal(storedSessions(storage).length, 0);
});

test('a reload goes on with the session, its numbers and its events', () => {
  const first = startPage();
  track(first.bridge, 3);
  const before = first.sockets.last().welcome({ resume: 'r-1' }).frame({ type: 'ack', ack: 1 });
  first.page.leave();
  const second = startPage({ storage: first.storage });
  assert.equal(storedSessions(first.storage).length, 0, 'removed after the load');
  track(second.bridge, 1, 4);
  const after = second.sockets.last().open();
  assert.equal(after.hello().session, before.hello().session);
  assert.notEqual(after.hello().instance, before.hello().instance);
  assert.equal(after.hello().resume, 'r-1');
  assert.equal(after.hello().acked, 1);
  after.welcome({ ack: 2, resumed: true });
  assert.deepEqual(after.events().map(({ seq }) => seq), [3, 500_004], 'a copy of the tab would leap elsewhere');
  assert.equal(after.events()[0].id, before.events()[2].id);
});

test('a reload remembers that websockets are blocked', async () => {
  const first = startPage();
  first.sockets.last().fail();
  await first.clock.advance(1000);
  first.page.leave();
  const second = startPage({ storage: first.storage, clock: first.clock });
  await second.clock.advance(1000);
  assert.equal(second.sockets.opened.length, 0);
  assert.equal(second.posts.length, 1);
  const third = startPage({ storage: new FakeStorage(), create: { transport: 'ws' } });
  assert.equal(third.sockets.opened.length, 1);
});

test('a page with a new ticket is a new session, and what the old one left is delivered', async () => {
  const first = startPage();
  track(first.bridge, 3);
  const old = first.sockets.last().welcome({ resume: 'r-1' });
  first.page.leave();
  const second = startPage({ storage: first.storage, create: { ticket: 'ticket-2' } });
  const [own] = second.sockets.opened;
  assert.notEqual(own.open().hello().session, old.hello().session);
  await second.clock.advance(6000);
  assert.equal(second.sockets.opened.length, 2);
  const orphan = second.sockets.last().open();
  assert.equal(orphan.hello().session, old.hello().session);
  assert.equal(orphan.hello().ticket, 'ticket-1');
  assert.equal(orphan.hello().resume, 'r-1');
  orphan.welcome();
  assert.deepEqual(numbers(orphan.events()), [1, 2, 3]);
  orphan.frame({ type: 'ack', ack: 3 });
  assert.equal(orphan.closedWith, 1000);
  assert.equal(storedSessions(second.storage).length, 0);
});

test('an event stored by the first of two bridges of a page is not taken by the second', async () => {
  const first = startPage();
  const other = first.create({ ticket: 'ticket-2' });
  track(first.bridge, 1);
  track(other, 1, 2);
  first.page.leave();
  assert.equal(storedSessions(first.storage).length, 2);
  const second = startPage({ storage: first.storage });
  second.create({ ticket: 'ticket-2' });
  const [a, b] = second.sockets.opened;
  assert.deepEqual(numbers(a.welcome().events()), [1]);
  assert.deepEqual(numbers(b.welcome().events()), [2]);
});

test('no beacon is over the byte limit or the batch, and a refused one is halved', () => {
  const { bridge, page, beacons, world } = startPage();
  for (let i = 1; i <= 180; i++) {
    bridge.track('pinwheel', 'x', { i, filler: '€'.repeat(i > 100 ? 2000 : 10) });
  }
  world.takesBeacon = (body) => JSON.parse(body).events.length <= 7;
  page.fire('pagehide', { persisted: false });
  const all = bodies(beacons);
  assert.deepEqual(numbers(all.flatMap(({ events }) => events)), Array.from({ length: 180 }, (_, i) => i + 1));
  for (const body of beacons) assert.ok(new Blob([body]).size <= limits.beacon_bytes);
  for (const { events } of all) assert.ok(events.length <= 7);
});

test('a browser that refuses or lacks beacons ends the attempt, and the session is stored', () => {
  for (const sendBeacon of [() => false, () => { throw new Error('no'); }, undefined]) {
    const { bridge, page, storage } = startPage({ globals: { navigator: { sendBeacon } } });
    track(bridge, 20);
    page.fire('pagehide', { persisted: false });
    assert.equal(storedSessions(storage)[0].e.length, 20);
  }
});

test('a page with nothing to say sends no beacon', () => {
  const { page, sockets, beacons } = startPage();
  sockets.last().welcome();
  page.leave();
  assert.equal(beacons.length, 0);
});

test('a page that comes back from the back/forward cache reconnects at once', () => {
  const { bridge, page, sockets, clock } = startPage();
  track(bridge, 2);
  const dead = sockets.last().welcome();
  page.hide();
  page.fire('pagehide', { persisted: true });
  clock.now += 600_000; // frozen: no timer runs
  page.show();
  page.fire('pageshow', { persisted: true });
  const again = sockets.last();
  assert.notEqual(again, dead);
  assert.equal(again.open().hello().session, dead.hello().session);
  again.welcome();
  assert.deepEqual(numbers(again.events()), [1, 2]);
});

test('an ordinary pageshow does not reconnect', () => {
  const { page, sockets } = startPage();
  page.fire('pageshow', { persisted: false });
  assert.equal(sockets.opened.length, 1);
});

test('a page that comes back goes on where the page in between stopped', () => {
  const storage = new FakeStorage();
  const first = startPage({ storage });
  track(first.bridge, 2);
  first.sockets.last().welcome({ resume: 'r-1' });
  first.page.hide();
  first.page.fire('pagehide', { persisted: true });
  const between = startPage({ storage });
  track(between.bridge, 2, 3);
  between.sockets.last().welcome({ ack: 2, resume: 'r-2' });
  between.page.leave();
  first.page.show();
  first.page.fire('pageshow', { persisted: true });
  track(first.bridge, 1, 5);
  const again = first.sockets.last().open();
  assert.equal(again.hello().resume, 'r-2');
  assert.equal(again.hello().instance, first.sockets.opened[0].hello()?.instance);
  again.welcome({ ack: 2, resume: 'r-3' });
  assert.deepEqual(again.events().map(({ seq, payload }) => [seq, payload.i]), [[500_003, 3], [500_004, 4], [1_000_005, 5]]);
});

/** A tab that was hidden when it was copied, and its copy, both with the same stored session. */
const copyTab = () => {
  const original = startPage();
  track(original.bridge, 4);
  original.sockets.last().welcome().frame({ type: 'ack', ack: 2 });
  original.page.hide();
  const copy = startPage({ storage: new FakeStorage(original.storage) });
  original.page.show();
  return { original, copy };
};

test('of a copied tab the superseded page takes a new session, with all that is not acked under the same ids', async () => {
  const { original, copy } = copyTab();
  track(original.bridge, 3, 5);
  track(copy.bridge, 1, 100);
  const old = original.sockets.last();
  copy.sockets.last().welcome({ ack: 2 });
  assert.deepEqual(numbers(copy.sockets.last().events()), [3, 4, 100], 'the copy delivers what both had');
  old.frame({ type: 'ack', ack: 5 }).drop(4409);
  await original.clock.advance(time.backoff_min);
  const fresh = original.sockets.last().welcome();
  assert.notEqual(fresh.hello().session, old.hello().session);
  assert.equal(fresh.hello().resume, undefined);
  assert.deepEqual(fresh.events().map(({ seq }) => seq), [1, 2]);
  assert.deepEqual(ids(fresh.events()), ids(old.events().slice(-2)));
});

test('when the copy is the one superseded, it loses nothing', async () => {
  const { copy } = copyTab();
  track(copy.bridge, 2, 100);
  copy.sockets.last().welcome({ ack: 2 }).drop(4409);
  await copy.clock.advance(time.backoff_min);
  assert.deepEqual(numbers(copy.sockets.last().welcome().events()), [3, 4, 100, 101]);
});

test('an ack for numbers that another page used does not swallow events that wait here', () => {
  const { original, copy } = copyTab();
  track(original.bridge, 6, 5);
  track(copy.bridge, 2, 100);
  const socket = copy.sockets.last().welcome({ ack: 700_000 });
  assert.deepEqual(socket.events().map(({ seq, payload }) => [seq, payload.i]), [[700_001, 100], [700_002, 101]]);
});

test('a session superseded again and again does not hammer the server', async () => {
  const sockets = fakeSockets();
  const clock = new Clock();
  let tokens = 0;
  startPage({ sockets, clock, create: { token: async () => `t${++tokens}` } });
  while (clock.now < 1_780_000_000_000 + 60_000) {
    const socket = sockets.last();
    if (socket.readyState === 0) socket.open().drop(4409);
    await clock.advance(25);
  }
  assert.ok(sockets.opened.length < 30, `${sockets.opened.length} connections in a minute`);
});
