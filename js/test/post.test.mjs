import assert from 'node:assert/strict';
import test from 'node:test';
import { numbers, protocol, startPage, track } from './kit.mjs';

const { limits, timings_ms: time } = protocol;

/** Answers POSTs as a server does, and lists the events that it took. */
const takes = (more = {}) => {
  const taken = [];
  const answer = (body) => {
    taken.push(...body.events);
    return [200, { ack: body.seq, resume: 'r', epoch: 'e1', push: [], ...more }];
  };
  return { taken, answer };
};

test('three websockets that do not open turn to POST', async () => {
  const { taken, answer } = takes();
  const { bridge, sockets, states, clock } = startPage({ world: { answer } });
  track(bridge, 2);
  for (let i = 0; i < limits.open_failures; i++) {
    assert.equal(taken.length, 0);
    sockets.last().drop(1006);
    await clock.advance(time.backoff_min * 4);
  }
  assert.equal(sockets.opened.length, limits.open_failures);
  assert.deepEqual(numbers(taken), [1, 2]);
  assert.equal(states.at(-1), 'http');
});

test('eight seconds of silence turn to POST, and the events are there within ten', async () => {
  for (const opens of [true, false]) {
    const { taken, answer } = takes();
    const { bridge, sockets, clock } = startPage({ world: { answer } });
    track(bridge, 1);
    if (opens) sockets.last().open();
    await clock.advance(10_000);
    assert.deepEqual(numbers(taken), [1]);
  }
});

test('a websocket blocked by policy fires error without close, and turns to POST', async () => {
  const { taken, answer } = takes();
  const { bridge, sockets, clock } = startPage({ world: { answer } });
  track(bridge, 1);
  sockets.last().fail();
  await clock.advance(1000);
  assert.deepEqual(numbers(taken), [1]);
});

test('an error with a close is an ordinary failure', async () => {
  const { sockets, clock, states, posts } = startPage();
  sockets.last().fail();
  sockets.last().drop(1006);
  await clock.advance(time.backoff_min);
  assert.equal(sockets.opened.length, 2);
  assert.deepEqual(states, ['connecting', 'waiting 1006', 'connecting']);
  assert.equal(posts.length, 0);
});

test('transport ws never posts, transport http never opens a websocket', async () => {
  const ws = startPage({ create: { transport: 'ws' } });
  for (let i = 0; i < 6; i++) {
    ws.sockets.last().drop(1006);
    await ws.clock.advance(time.backoff_max);
  }
  assert.equal(ws.posts.length, 0);
  const http = startPage({ create: { transport: 'http' }, world: takes() });
  track(http.bridge, 1);
  await http.clock.advance(300_000);
  assert.equal(http.sockets.opened.length, 0);
  assert.equal(http.bridge.state, 'http');
});

test('the websocket is tried again a minute or two later, and taken when it works', async () => {
  const { answer } = takes();
  const { bridge, sockets, clock, states, posts } = startPage({ world: { answer } });
  sockets.last().fail();
  await clock.advance(30_000);
  const probe = async () => {
    const { length } = sockets.opened;
    const start = clock.now;
    while (sockets.opened.length === length) await clock.advance(1000);
    assert.ok(clock.now - start <= time.probe_max + time.poll_max);
  };
  await probe();
  track(bridge, 1);
  sockets.last().fail();
  await clock.advance(1000);
  assert.equal(posts.at(-1).body.events.length, 1, 'the failed probe falls back at once');
  await probe();
  sockets.last().welcome({ ack: 1 });
  assert.equal(states.at(-1), 'open');
  track(bridge, 1, 2);
  assert.deepEqual(numbers(sockets.last().events()), [2]);
});

/** Why websockets do not work, as the page sees each attempt. */
const causes = {
  'a proxy strips the upgrade': (socket) => {
    socket.fail();
    socket.drop(1006);
  },
  'a policy blocks it': (socket) => socket.fail(),
  'it opens and stays silent': (socket) => socket.open(),
  'it neither opens nor fails': () => {},
};

for (const [cause, block] of Object.entries(causes)) {
  for (const luck of [0, 0.999999]) {
    test(`${cause}: delivered by POST within ten seconds, by websocket later, with delays of ${luck}`, async () => {
      const { taken, answer } = takes();
      const { bridge, sockets, clock, states, posts, world } = startPage({ world: { answer } });
      world.random = () => luck;
      sockets.WebSocket.onOpen = (socket) => clock.setTimeout(() => block(socket));
      // The first attempt was made before its end was known.
      block(sockets.last());
      const start = clock.now;
      track(bridge, 3);
      await clock.advance(10_000);
      assert.deepEqual(numbers(taken), [1, 2, 3]);
      assert.ok(posts[0].at - start <= 10_000, `${posts[0].at - start} ms`);
      assert.equal(bridge.state, 'http');

      // While it stays blocked a probe costs what it holds up no more than the first attempt did.
      const { length } = sockets.opened;
      while (sockets.opened.length === length) await clock.advance(1000);
      track(bridge, 1, 4);
      await clock.advance(10_000);
      assert.deepEqual(numbers(taken), [1, 2, 3, 4]);

      // As soon as it works the next probe takes it.
      sockets.WebSocket.onOpen = (socket) => clock.setTimeout(() => socket.welcome({ ack: 4 }));
      const works = clock.now;
      while (bridge.state !== 'open') await clock.advance(1000);
      assert.ok(clock.now - works <= time.probe_max + time.poll_max, `${clock.now - works} ms`);
      assert.deepEqual(states.filter((state, i) => state === states[i - 1]), []);
      track(bridge, 1, 5);
      assert.deepEqual(numbers(sockets.last().events()), [5]);
    });
  }
}

test('an idle bridge does not post', async () => {
  const { answer } = takes();
  const { clock, posts } = startPage({ create: { transport: 'http' }, world: { answer } });
  await clock.advance(600_000);
  assert.equal(posts.length, 1);
});

test('events that come together travel together, at most a batch at a time and under the byte limit', async () => {
  const { taken, answer } = takes();
  const sizes = [];
  const { bridge, clock, posts } = startPage({
    create: { transport: 'http' },
    world: { answer: (body, init) => { sizes.push(new Blob([init.body]).size); taken.push(...body.events); return [200, { ack: body.events.at(-1)?.seq ?? 0 }]; } },
  });
  await clock.advance(0);
  for (let i = 1; i <= 120; i++) bridge.track('pinwheel', 'x', { i, filler: '€'.repeat(i > 60 ? 1000 : 1) });
  await clock.advance(1000);
  assert.deepEqual(numbers(taken), Array.from({ length: 120 }, (_, i) => i + 1));
  assert.ok(Math.max(...sizes) <= limits.beacon_bytes);
  assert.ok(posts.every(({ body }) => body.events.length <= limits.batch_events));
  assert.ok(posts.length < 15);
  assert.equal(typeof answer, 'function');
});

test('a resume token in the answer is used in the next body', async () => {
  const { answer } = takes();
  const { bridge, clock, posts } = startPage({ create: { transport: 'http' }, world: { answer } });
  await clock.advance(0);
  track(bridge, 1);
  await clock.advance(100);
  assert.equal(posts[0].body.resume, undefined);
  assert.equal(posts[1].body.resume, 'r');
});

for (const { status, reaction } of [
  ...protocol.http,
  { status: 500, reaction: 'backoff' },
  { status: 404, reaction: 'fail' },
  { status: 0, reaction: 'backoff' },
].filter(({ reaction }) => reaction)) {
  test(`status ${status || 'none'}: ${reaction}`, async () => {
    let refuse = true;
    const { taken, answer } = takes();
    const tokens = [];
    const refuses = ({ events }) => {
      const no = refuse && events.length > 0;
      if (no) refuse = false;
      return no;
    };
    const { bridge, clock, posts, states } = startPage({
      create: { transport: 'http', token: async () => { tokens.push(0); return 'fresh'; } },
      world: { answer: (body) => (refuses(body) ? [status, '<html>'] : answer(body)) },
    });
    await clock.advance(0);
    track(bridge, 4);
    await clock.advance(51);
    const refused = posts.find(({ body }) => body.events.length === 4).body;
    if (reaction === 'fail') {
      assert.equal(states.at(-1), `failed ${status}`);
      await clock.advance(300_000);
      assert.equal(posts.at(-1).body, refused);
      return;
    }
    await clock.advance(1000);
    assert.deepEqual(numbers(taken), [1, 2, 3, 4]);
    const next = posts[posts.findIndex(({ body }) => body === refused) + 1].body;
    if (reaction === 'split') assert.equal(next.events.length, 2);
    if (reaction === 'ticket') assert.equal(next.ticket, 'fresh');
    if (reaction === 'clone') assert.notEqual(next.session, refused.session);
    else assert.equal(next.session, refused.session);
    assert.equal(tokens.length, ['ticket', 'clone'].includes(reaction) ? 1 : 0);
  });
}

test('a single event that is too large for the server is dropped and counted', async () => {
  const { taken, answer } = takes();
  const { bridge, clock } = startPage({
    create: { transport: 'http' },
    world: { answer: (body) => (body.events.some(({ payload }) => payload.i === 2) ? [413, {}] : answer(body)) },
  });
  await clock.advance(0);
  track(bridge, 3);
  await clock.advance(5000);
  track(bridge, 1, 4);
  await clock.advance(5000);
  assert.deepEqual(numbers(taken), [1, 3, 4]);
  assert.equal(taken.at(-1).n, 1);
});

test('the wait of a refusal and of a busy answer is kept', async () => {
  for (const [status, object] of [[429, { retry_ms: 9000 }], [503, { retry_ms: 9000 }], [200, { ack: 0, retry_ms: 9000 }]]) {
    const { bridge, clock, posts } = startPage({
      create: { transport: 'http' },
      world: { answer: (body) => (body.events.length ? [status, object] : [200, {}]) },
    });
    await clock.advance(0);
    track(bridge, 1);
    await clock.advance(60);
    const { length } = posts;
    await clock.advance(8900);
    assert.equal(posts.length, length);
    await clock.advance(200);
    assert.equal(posts.length, length + 1);
  }
});

test('an answer that takes nothing is not asked again at once', async () => {
  const { bridge, clock, posts } = startPage({
    create: { transport: 'http' },
    world: { answer: () => [200, { ack: 0 }] },
  });
  track(bridge, 1);
  await clock.advance(60_000);
  assert.ok(posts.length < 20, `${posts.length} posts in a minute`);
});

test('a server that hangs is given up after eight seconds', async () => {
  const { bridge, clock, posts, states } = startPage({
    create: { transport: 'http' },
    world: { answer: (body, init) => new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(new Error('aborted')))) },
  });
  track(bridge, 1);
  await clock.advance(8001);
  assert.equal(states.at(-1), 'waiting 0');
  assert.ok(posts[0].init.signal.aborted);
});

test('without AbortSignal.timeout POST still works', async () => {
  const { taken, answer } = takes();
  const { bridge, clock } = startPage({
    create: { transport: 'http' },
    world: { answer },
    globals: { AbortSignal: function AbortSignal() {} },
  });
  track(bridge, 1);
  await clock.advance(1000);
  assert.deepEqual(numbers(taken), [1]);
});

test('a copied tab that posts keeps what was never stored, and drops what the ack of the 409 names', async () => {
  let superseded = false;
  const { taken, answer } = takes();
  const { bridge, clock, posts } = startPage({
    create: { transport: 'http' },
    world: { answer: (body) => (superseded && body.session === superseded ? [409, { ack: 3 }] : answer({ ...body, seq: 0 })) },
  });
  await clock.advance(0);
  track(bridge, 5);
  superseded = posts[0].body.session;
  await clock.advance(60);
  assert.equal(posts.at(-1).body.session, superseded);
  await clock.advance(1000);
  const fresh = posts.find(({ body }) => body.session !== superseded).body;
  assert.deepEqual(numbers(fresh.events), [4, 5]);
  assert.deepEqual(fresh.events.map(({ seq }) => seq), [1, 2]);
  assert.ok(taken.length);
});
