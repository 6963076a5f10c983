import assert from 'node:assert/strict';
import test from 'node:test';
import { protocol, startPage } from './kit.mjs';

test('200 pages that a restart sends away come back over the whole window', async () => {
  const bye = protocol.frames.server.bye.find(({ code }) => code === 1012);
  const waits = [];
  for (let i = 0; i < 200; i++) {
    const { sockets, clock, states } = startPage({ world: { random: Math.random } });
    const socket = sockets.last().welcome();
    await clock.advance(6000);
    socket.frame(bye).drop(1012);
    assert.equal(states.at(-1), 'waiting 1012');
    waits.push(clock.next);
  }
  const first = Math.min(...waits);
  const last = Math.max(...waits);
  // Two draws of 200 that are nearer than this happen once in 10^17 runs.
  assert.ok(last - first >= 0.8 * (bye.max - bye.min), `${first} to ${last}`);
  assert.ok(first >= bye.min && last <= bye.max);
  const tenths = new Set(waits.map((wait) => Math.floor((10 * (wait - bye.min)) / (bye.max - bye.min + 1))));
  assert.equal(tenths.size, 10, 'and no tenth of it stays empty');
});
