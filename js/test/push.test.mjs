import assert from 'node:assert/strict';
import test from 'node:test';
import { protocol, settle, startPage } from './kit.mjs';

const push = (pseq, name = 'account.added') => ({
  type: 'push', pseq, name, provider: 'pinwheel', data: { account: 'a' }, at: pseq,
});

test('names asked for before the hello are in it', () => {
  const { bridge, sockets } = startPage({ create: { want: ['account.added'] } });
  bridge.on('paystubs.added', () => {});
  bridge.once('paystubs.fully_synced');
  assert.deepEqual(sockets.last().open().hello().want, [
    'account.added', 'paystubs.added', 'paystubs.fully_synced',
  ]);
});

test('a name asked for later is told by a new hello', async () => {
  const { bridge, sockets, clock } = startPage();
  sockets.last().welcome();
  bridge.on('account.added', () => {});
  bridge.on('account.added', () => {});
  await clock.advance(1);
  assert.equal(sockets.opened.length, 2);
  assert.deepEqual(sockets.last().open().hello().want, ['account.added']);
});

test('each push is heard once, whatever is replayed', async () => {
  const { bridge, sockets, clock } = startPage();
  const got = [];
  const off = bridge.on('account.added', ({ pseq }) => got.push(pseq));
  sockets.last().welcome().frame(push(1)).frame(push(2)).frame(push(2)).drop();
  await clock.advance(protocol.timings_ms.backoff_min);
  const again = sockets.last().open();
  assert.equal(again.hello().push_after, 2);
  assert.equal(again.hello().epoch, 'e1');
  again.welcome().frame(push(1)).frame(push(3));
  assert.deepEqual(got, [1, 2, 3]);
  off();
  again.frame(push(4));
  assert.deepEqual(got, [1, 2, 3]);
});

test('a server with another memory starts from the start', async () => {
  const { bridge, sockets, clock } = startPage();
  const got = [];
  bridge.on('account.added', ({ pseq }) => got.push(pseq));
  sockets.last().welcome().frame(push(7)).drop();
  await clock.advance(protocol.timings_ms.backoff_min);
  sockets.last().welcome({ epoch: 'e2' }).frame(push(1));
  assert.deepEqual(got, [7, 1]);
});

test('who asks after the push came gets the latest', async () => {
  const { bridge, sockets } = startPage({ create: { want: ['account.added'] } });
  sockets.last().welcome().frame(push(1)).frame(push(2));
  assert.equal((await bridge.once('account.added')).pseq, 2);
  const got = [];
  bridge.on('account.added', ({ pseq }) => got.push(pseq));
  sockets.last().frame(push(3));
  assert.deepEqual(got, [2, 3]);
});

test('once resolves to the next push, or rejects when its time is over', async () => {
  const { bridge, sockets, clock } = startPage();
  const came = bridge.once('account.added', { timeout: 1000 });
  const missed = bridge.once('paystubs.added', { timeout: 1000 });
  const rejected = assert.rejects(missed, /no paystubs\.added/);
  sockets.last().welcome().frame(push(1));
  assert.equal((await came).data.account, 'a');
  await clock.advance(1000);
  await rejected;
});

test('a listener that throws harms nobody', () => {
  const { bridge, sockets } = startPage();
  const got = [];
  bridge.on('account.added', () => { throw new Error('host'); });
  bridge.on('account.added', ({ pseq }) => got.push(pseq));
  sockets.last().welcome().frame(push(1));
  assert.deepEqual(got, [1]);
});

test('by POST a page that asked polls, from five to thirty seconds, and only while it is visible', async () => {
  const due = [];
  const { bridge, page, clock, posts } = startPage({
    create: { transport: 'http' },
    world: { answer: () => [200, { epoch: 'e1', push: due }] },
  });
  const got = [];
  bridge.on('account.added', ({ pseq }) => got.push(pseq));
  await clock.advance(120_000);
  const gaps = posts.slice(1).map(({ at }, i) => at - posts[i].at);
  assert.deepEqual(gaps.slice(-5), [5000, 10_000, 20_000, 30_000, 30_000]);
  due.push(push(1));
  const { length: before } = posts;
  while (posts.length < before + 2) await clock.advance(1000);
  assert.deepEqual(got, [1]);
  assert.deepEqual(posts.slice(before).map(({ body }) => body.push_after), [0, 1]);
  assert.equal(posts[before + 1].at - posts[before].at, 5000, 'a push makes the polls frequent again');
  page.hide();
  const { length } = posts;
  await clock.advance(300_000);
  assert.equal(posts.length, length);
  page.show();
  await clock.advance(30_000);
  assert.ok(posts.length > length);
});

test('without a bridge nothing is ever pushed', async () => {
  const { bridge } = startPage({ create: { url: '' } });
  assert.equal(bridge.state, 'off');
  bridge.on('account.added', () => assert.fail())();
  bridge.once('account.added').then(() => assert.fail());
  await settle();
});
