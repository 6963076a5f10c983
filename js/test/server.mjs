// A server of linkbridge.v1 for the tests: node:http and ws, everything in memory. It follows
// protocol.json and keeps what it was told, so that the tests can look.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { Progress } from './progress.mjs';

/**
 * Starts a server on a free port of the loopback. options: upgrade (false refuses websockets with
 * 404), silent (accepts a websocket and says nothing), ackDelay in ms, ackEvery in events.
 */
export const startServer = async (options = {}) => {
  const sessions = new Map();
  const accepted = [];
  const pushes = [];
  const sockets = new Set();
  const taken = options.taken || new Set();
  let tokens = 0;

  const session = (id) => {
    if (!sessions.has(id)) {
      sessions.set(id, { progress: new Progress(), ids: new Set(), via: new Set(), old: new Map() });
    }
    return sessions.get(id);
  };
  /** Takes an event of an instance; the numbers of one that lost the session mean nothing any more. */
  const take = ({ session: id, instance }, event, via) => {
    const known = session(id);
    known.via.add(via);
    known.ids.add(event.id);
    if (!known.instance || known.instance === instance) known.progress.take(event.seq, via === 'ws');
    if (taken.has(event.id)) return;
    taken.add(event.id);
    accepted.push({ ...event, session: id, via });
  };
  const due = (hello) =>
    pushes
      .map((push, i) => ({ type: 'push', pseq: i + 1, ...push }))
      .filter(({ pseq, name }) => hello.want.includes(name))
      .filter(({ pseq }) => hello.epoch !== 'e1' || pseq > hello.push_after);
  /** Gives the session to an instance; undefined when a younger one has it, or it is an older copy. */
  const claim = (hello) => {
    const known = session(hello.session);
    const { progress, instance } = known;
    if (known.old.has(hello.instance)) return undefined;
    if (instance !== hello.instance && hello.seq < progress.taken) return undefined;
    if (instance && instance !== hello.instance) {
      known.old.set(instance, progress.ack);
      for (const ws of sockets) {
        if (ws.instance !== instance || ws.session !== hello.session) continue;
        ws.send(JSON.stringify({ type: 'ack', ack: progress.ack }));
        ws.close(4409);
        sockets.delete(ws);
      }
      progress.pass(hello.acked);
    }
    known.instance = hello.instance;
    progress.cover(hello.acked);
    return known;
  };

  const superseded = ({ session: id, instance, acked }) => ({
    ack: session(id).old.get(instance) ?? acked,
  });

  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += chunk));
    req.on('end', () => {
      if (req.method !== 'POST') return res.writeHead(404).end();
      const hello = JSON.parse(body);
      const known = hello.leave ? session(hello.session) : claim(hello);
      if (!known) return res.writeHead(409).end(JSON.stringify(superseded(hello)));
      let last = 0;
      for (const event of hello.events) {
        if (last && known.instance === hello.instance) known.progress.bridge(last, event.seq);
        take(hello, event, 'post');
        last = event.seq;
      }
      const answer = { ack: known.progress.ack, resume: `r${++tokens}`, epoch: 'e1', push: due(hello) };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('linkbridge.v1') ? 'linkbridge.v1' : false),
  });
  server.on('upgrade', (req, socket, head) => {
    if (options.upgrade === false) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    wss.handleUpgrade(req, socket, head, serve);
  });

  const serve = (ws) => {
    sockets.add(ws);
    let unacked = 0;
    let timer;
    const send = (frame) => ws.readyState === 1 && ws.send(JSON.stringify(frame));
    const ack = () => {
      clearTimeout(timer);
      timer = undefined;
      unacked = 0;
      send({ type: 'ack', ack: sessions.get(ws.session).progress.ack });
    };
    ws.on('error', () => {});
    ws.on('close', () => {
      clearTimeout(timer);
      sockets.delete(ws);
    });
    ws.on('message', (data) => {
      if (options.silent) return;
      const frame = JSON.parse(String(data));
      if (frame.type === 'hello') {
        ws.session = frame.session;
        ws.instance = frame.instance;
        const known = claim(frame);
        if (!known) {
          send({ type: 'ack', ...superseded(frame) });
          return ws.close(4409);
        }
        const resumed = known.ids.size > 0;
        send({
          type: 'welcome', session: frame.session, ack: known.progress.ack, resumed, resume: `r${++tokens}`,
          ping: 25000, limits: {}, now: Date.now(), subs: frame.want, epoch: 'e1',
        });
        for (const push of due(frame)) send(push);
      } else if (frame.type === 'event') {
        if (!sockets.has(ws)) return;
        take(ws, frame, 'ws');
        if (++unacked >= (options.ackEvery || 16)) ack();
        else timer ??= setTimeout(ack, options.ackDelay ?? 20);
      }
    });
  };

  const port = options.port || 0;
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    accepted,
    sessions,
    taken,
    sockets,
    port: server.address().port,
    url: `http://127.0.0.1:${server.address().port}/link`,
    /** Lets the given names be pushed to whoever wants them. */
    push: (push) => pushes.push(push),
    /** Cuts every connection in the middle of whatever it does. */
    cut() {
      for (const ws of sockets) ws.terminate();
    },
    async stop() {
      for (const ws of sockets) ws.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Waits until a condition holds; looks every few milliseconds. The bound only passes in a test that fails. */
export const until = async (what, condition, ms = 120_000) => {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited in vain: ' + what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
