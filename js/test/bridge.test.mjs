import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import * as esm from '../dist/linkbridge.js';
import { startPage, track } from './kit.mjs';

const cjs = createRequire(import.meta.url)('../dist/linkbridge.cjs');

test('the same url and ticket give the same bridge', () => {
  const { bridge, create, sockets } = startPage();
  assert.equal(create(), bridge);
  assert.equal(create({ url: 'http://127.0.0.1/link' }), bridge);
  assert.notEqual(create({ ticket: 'ticket-2' }), bridge);
  assert.notEqual(create({ url: '/other' }), bridge);
  assert.equal(sockets.opened.length, 3);
});

test('after close or failure the next create starts anew', () => {
  const { bridge, create, sockets } = startPage();
  bridge.close();
  const next = create();
  assert.notEqual(next, bridge);
  sockets.last().open().drop(4503);
  assert.equal(next.state, 'failed');
  assert.notEqual(create(), next);
});

for (const [format, { LinkBridge }] of Object.entries({ esm, cjs })) {
  test(`${format}: on a server the bridge is off and its options still work`, () => {
    const bridge = LinkBridge.create({ url: '/link', ticket: 't' });
    assert.equal(bridge.state, 'off');
    let calls = 0;
    bridge.pinwheel({ onEvent: () => calls++ }).onEvent('open', {});
    bridge.argyle({ onUIEvent: () => calls++ }).onUIEvent({ name: 'intro - opened' });
    bridge.track('pinwheel', 'open');
    bridge.refresh('t');
    bridge.close();
    assert.equal(calls, 2);
  });
  test(`${format}: LinkBridge is the only export`, () => {
    assert.deepEqual(Object.keys(format === 'esm' ? esm : cjs), ['LinkBridge']);
  });
}

test('misuse of create gives a bridge that is off', () => {
  for (const options of [undefined, null, {}, { url: undefined }, 7]) {
    assert.equal(esm.LinkBridge.create(options).state, 'off');
  }
});

test('the script adds one global, and a second copy keeps the first', () => {
  const { page } = startPage({ create: false });
  const { LinkBridge } = page.globals;
  const again = startPage({ create: false, globals: { LinkBridge } });
  assert.equal(again.page.globals.LinkBridge, LinkBridge);
  const bare = startPage({ create: false });
  const known = new Set(Object.keys(again.page.globals));
  assert.deepEqual(Object.keys(bare.page.globals).filter((name) => !known.has(name)), []);
});

test('onState tells each change once', async () => {
  const { bridge, sockets, states, clock } = startPage();
  sockets.last().welcome();
  track(bridge, 1);
  sockets.last().frame({ type: 'ack', ack: 1 }).drop(1006);
  await clock.advance(500);
  sockets.last().welcome();
  bridge.close();
  assert.deepEqual(states, ['connecting', 'open', 'waiting 1006', 'connecting', 'open', 'closed']);
});
