// React on a server: no window, no document. The bridge is off, and what is rendered is what the page
// will take over.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import * as esm from '../dist/linkbridge.js';

const require = createRequire(import.meta.url);
const cjs = require('../dist/linkbridge.cjs');
const { createElement: h, useState } = require('react');
const { renderToString } = require('react-dom/server');
const { default: PinwheelModal } = require('@pinwheel/react-modal');

for (const [format, { LinkBridge }] of Object.entries({ esm, cjs })) {
  test(`${format}: a component that makes a bridge renders on a server, and starts nothing there`, (t) => {
    const asked = [];
    const states = [];
    t.mock.method(globalThis, 'fetch', () => asked.push('fetch'));
    const { WebSocket } = globalThis; // Node has it from 22 on
    globalThis.WebSocket = class { constructor() { asked.push('WebSocket'); } };
    t.after(() => void (globalThis.WebSocket = WebSocket));
    const App = () => {
      const [bridge] = useState(() =>
        LinkBridge.create({
          url: 'https://app.example.com/hooks/link',
          token: async () => asked.push('token'),
          want: ['account.added'],
          onState: (state) => states.push(state),
        }),
      );
      bridge.on('account.added', () => asked.push('push'));
      bridge.track('pinwheel', 'open', {});
      const options = bridge.pinwheel({ linkToken: 'a-token', onEvent: () => asked.push('event') });
      return h('p', null, bridge.state, h(PinwheelModal, { ...options, open: false }));
    };
    assert.match(renderToString(h(App)), /^<p>off/);
    assert.deepEqual([asked, states], [[], []]);
  });
}
