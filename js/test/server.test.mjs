// The server of these tests keeps the rules of the golden file that a copied tab depends on.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startServer } from './server.mjs';

const start = async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  /** Posts as one page of a session; returns the status and the ack. */
  const post = async (instance, { acked, seq, events = [], leave }) => {
    const body = {
      type: 'events', session: 's', instance, acked, seq, leave, want: [], epoch: '', push_after: 0,
      events: events.map((number) => ({ seq: number, id: `${instance}${number}`, payload: {} })),
    };
    const res = await fetch(server.url, { method: 'POST', body: JSON.stringify(body) });
    return [res.status, (await res.json()).ack];
  };
  return { server, post };
};

test('a superseded instance hears the ack as it stood then', async (t) => {
  const { post } = await start(t);
  assert.deepEqual(await post('a', { acked: 0, seq: 5, events: [1, 2, 3, 4, 5] }), [200, 5]);
  assert.deepEqual(await post('b', { acked: 5, seq: 700, events: [700] }), [200, 5]);
  assert.deepEqual(await post('b', { acked: 699, seq: 701, events: [700, 701] }), [200, 701]);
  assert.deepEqual(await post('a', { acked: 3, seq: 9, events: [6, 7] }), [409, 5]);
});

test('a new instance that has used lower numbers than were taken is an older copy', async (t) => {
  const { server, post } = await start(t);
  await post('a', { acked: 0, seq: 5, events: [1, 2, 3, 4, 5] });
  assert.deepEqual(await post('b', { acked: 2, seq: 4, events: [3, 4] }), [409, 2]);
  assert.equal(server.accepted.length, 5, 'nothing of it is taken in this session');
  assert.deepEqual(await post('a', { acked: 5, seq: 6, events: [6] }), [200, 6], 'the session stays where it is');
});

test('the ack for another instance stops below the numbers that were passed over', async (t) => {
  const { post } = await start(t);
  assert.deepEqual(await post('a', { acked: 0, seq: 500, events: [1, 2, 500] }), [200, 500]);
  assert.deepEqual(await post('b', { acked: 1, seq: 900 }), [200, 2]);
  assert.deepEqual(await post('c', { acked: 2, seq: 901, events: [3, 901] }), [200, 901]);
  assert.deepEqual(await post('d', { acked: 900, seq: 902 }), [200, 901], 'what it is done with itself does not count');
});

test('the beacon of an instance that lost the session is taken without its numbers', async (t) => {
  const { server, post } = await start(t);
  await post('a', { acked: 0, seq: 1, events: [1] });
  await post('b', { acked: 1, seq: 800 });
  assert.deepEqual(await post('a', { acked: 1, seq: 3, events: [2, 3], leave: true }), [200, 1]);
  assert.equal(server.accepted.length, 3);
});
