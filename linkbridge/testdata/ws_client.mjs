// A whole session of npm's ws. Arguments: URL, origin, hello, event.
import { createRequire } from 'node:module';

const { WebSocket } = createRequire(new URL('../../js/package.json', import.meta.url))('ws');
const [url, origin, hello, event] = process.argv.slice(2);
const ws = new WebSocket(url, 'linkbridge.v1', { origin });

const heard = {
  welcome() {
    console.log('welcome');
    const bytes = Buffer.from(event);
    ws.send(bytes.subarray(0, 50), { binary: false, fin: false });
    ws.send(bytes.subarray(50, 100), { binary: false, fin: false });
    ws.send(bytes.subarray(100), { binary: false, fin: true });
  },
  ack({ ack }) {
    console.log('ack', ack);
    ws.ping();
  },
  bye: ({ code, reconnect }) => console.log('bye', code, reconnect),
};

ws.on('open', () => {
  console.log('subprotocol', ws.protocol);
  ws.send(hello);
});
ws.on('message', (data, binary) => {
  const frame = JSON.parse(String(data));
  if (!binary) heard[frame.type]?.(frame);
});
ws.on('pong', () => {
  console.log('pong');
  ws.send(JSON.stringify({ type: 'refresh', ticket: 'none' }));
});
ws.on('close', (code) => console.log('closed', code));
