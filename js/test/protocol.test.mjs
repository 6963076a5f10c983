import assert from 'node:assert/strict';
import test from 'node:test';
import { protocol, source, startPage, track } from './kit.mjs';

test('the limits and timings of the client are those of the golden file', async () => {
  const limits = await source('limits');
  assert.equal(limits.VERSION, protocol.version);
  assert.equal(limits.SUBPROTOCOL, protocol.subprotocol);
  const { limits: bound, timings_ms: time } = protocol;
  for (const name of ['EVENT_BYTES', 'BEACON_BYTES', 'BATCH_EVENTS', 'QUEUE_EVENTS', 'MESSAGE_CHARS', 'OPEN_FAILURES']) {
    assert.equal(limits[name], bound[name.toLowerCase()], name);
  }
  for (const name of [
    'BACKOFF_MIN', 'BACKOFF_MAX', 'OVERLOAD_MIN', 'SPREAD_MAX', 'PING', 'PING_GRACE', 'RATE_RESEND',
    'WELCOME_TIMEOUT', 'PROBE_MIN', 'POLL_MIN', 'POLL_MAX', 'TOKEN_INTERVAL',
  ]) {
    assert.equal(limits[name], time[name.toLowerCase()], name);
  }
  assert.equal(2 * limits.PROBE_MIN, time.probe_max);
});

test('the client sends the fields of the example frames and no others', () => {
  const { sockets, bridge } = startPage({ create: { want: ['account.added'] } });
  track(bridge, 1);
  const socket = sockets.last().welcome();
  bridge.refresh('ticket-2');
  socket.frame({ type: 'ping' });
  for (const sent of socket.sent) {
    const [example] = protocol.frames.client[sent.type];
    assert.deepEqual(Object.keys(sent).sort(), Object.keys(example).sort(), sent.type);
    for (const key of Object.keys(sent)) assert.equal(typeof sent[key], typeof example[key], key);
  }
  assert.deepEqual(
    new Set(socket.sent.map(({ type }) => type)),
    new Set(['hello', 'event', 'refresh', 'pong']),
  );
});

test('a POST has the fields of the example request', async () => {
  const { bridge, posts, clock } = startPage({ create: { transport: 'http', want: ['account.added'] } });
  track(bridge, 1);
  await clock.advance(100);
  const { body, init } = posts.find(({ body }) => body.events.length);
  const { request } = protocol.post;
  assert.deepEqual(Object.keys(body).sort(), Object.keys(request).sort());
  assert.deepEqual(Object.keys(body.events[0]).sort(), Object.keys(request.events[0]).sort());
  assert.equal(typeof init.body, 'string', 'a string body travels as text/plain');
  assert.equal(init.headers, undefined, 'a header of its own would need a preflight');
});

test('the client understands every example frame of the server', () => {
  const { sockets, bridge, states } = startPage({ create: { want: ['account.added'] } });
  const got = [];
  bridge.on('account.added', (push) => got.push(push));
  track(bridge, 20);
  const socket = sockets.last().open();
  for (const frame of protocol.frames.server.welcome) socket.frame(frame);
  for (const type of ['ack', 'nack', 'push', 'ping', 'bye']) {
    for (const frame of protocol.frames.server[type]) socket.frame(frame);
  }
  socket.frame({ type: 'a type of next year', ack: 'x', extra: {} }).frame('not json').frame('null').frame('7');
  assert.deepEqual(got.map(({ pseq }) => pseq), [1, 1], 'the second one is of another numbering');
  assert.deepEqual(states, ['connecting', 'open']);
});

/** What is seen of each reaction of the golden file after a welcomed connection closed. */
const seen = {
  stop: ({ states, after }) => {
    assert.match(states.at(-1), /^closed \d+$/);
    assert.equal(after(200_000), 0);
  },
  fail: ({ states, after }) => {
    assert.match(states.at(-1), /^failed \d+$/);
    assert.equal(after(200_000), 0);
  },
  backoff: ({ states, next }) => {
    assert.match(states.at(-1), /^waiting \d+$/);
    assert.equal(next, protocol.timings_ms.backoff_min / 2);
  },
  spread: ({ next }) => assert.equal(next, protocol.timings_ms.spread_max / 2),
  overload: ({ next }) => assert.equal(next, protocol.timings_ms.overload_min),
  shrink: async ({ next, reconnect }) => {
    assert.equal(next, protocol.timings_ms.backoff_min / 2);
    const again = await reconnect();
    assert.deepEqual(again.events().map(({ seq }) => seq), [2, 3]);
  },
  ticket: async ({ next, tokens, reconnect }) => {
    assert.equal(next, 0);
    const again = await reconnect();
    assert.equal(tokens.length, 1);
    assert.equal(again.hello().ticket, 'fresh-1');
    assert.equal(again.hello().resume, undefined);
  },
  clone: async ({ tokens, reconnect, before }) => {
    const again = await reconnect();
    assert.notEqual(again.hello().session, before.hello().session);
    assert.equal(again.hello().instance, before.hello().instance);
    assert.equal(tokens.length, 1);
    assert.deepEqual(again.events().map(({ seq }) => seq), [1, 2, 3]);
    assert.deepEqual(again.events().map(({ id }) => id), before.events().map(({ id }) => id));
  },
  version: null,
};

const drop = async (code) => {
  const tokens = [];
  const token = async () => {
    tokens.push(0);
    return `fresh-${tokens.length}`;
  };
  const page = startPage({ create: { token } });
  const { sockets, bridge, clock } = page;
  track(bridge, 3);
  const before = sockets.last().welcome();
  await clock.advance(6000);
  before.drop(code);
  const { next } = clock;
  const after = () => sockets.opened.length - 1;
  const reconnect = async () => {
    await clock.advance(next + 1);
    return sockets.last().welcome();
  };
  return { ...page, before, tokens, next, after, reconnect };
};

for (const { code, name, reaction } of protocol.close) {
  if (!seen[reaction]) continue;
  test(`close code ${code} ${name}: ${reaction}`, async () => seen[reaction](await drop(code)));
}

for (const { from, to, reaction } of protocol.close_ranges) {
  test(`an unknown close code of ${from} to ${to}: ${reaction}`, async () => {
    const known = new Set(protocol.close.map(({ code }) => code));
    let code = to;
    while (known.has(code)) code--;
    return seen[reaction](await drop(code));
  });
}

test('every reaction of the golden file is explained, and every explained one is used', () => {
  const used = [...protocol.close, ...protocol.close_ranges, ...protocol.http, ...protocol.http_ranges];
  const names = new Set(used.map(({ reaction }) => reaction).filter(Boolean));
  assert.deepEqual([...names].sort(), Object.keys(protocol.reactions).sort());
});

test('a server of another version is asked by POST', async () => {
  const { sockets, bridge, posts, clock } = startPage();
  track(bridge, 2);
  sockets.last().open().drop(4501);
  await clock.advance(1);
  assert.equal(posts[0].body.events.length, 2);
});

test('a server of another version fails a bridge that may not post', () => {
  const { sockets, states } = startPage({ create: { transport: 'ws' } });
  sockets.last().open().drop(4501);
  assert.equal(states.at(-1), 'failed 4501');
});
