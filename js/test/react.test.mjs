// React in development mode, with StrictMode, and the real @pinwheel/react-modal against a stub of
// Pinwheel's script.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { Window } from 'happy-dom';
import { recorded, startPage } from './kit.mjs';

const window = new Window({ url: 'http://127.0.0.1/' });
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });

const require = createRequire(import.meta.url);
const React = require('react');
const { createRoot } = require('react-dom/client');
const { default: PinwheelModal } = require('@pinwheel/react-modal');
const { act, createElement: h, StrictMode, useEffect, useState } = React;

const mount = async (t, element) => {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  t.after(() => act(() => root.unmount()));
  await act(async () => root.render(h(StrictMode, null, element)));
  return root;
};

test('an initialiser that StrictMode runs twice makes one bridge and one connection', async (t) => {
  const { page, sockets } = startPage({ create: false });
  const made = new Set();
  let calls = 0;
  const App = () => {
    const [bridge] = useState(() => {
      calls++;
      return page.LinkBridge.create({ url: '/link', ticket: 't' });
    });
    useEffect(() => void made.add(bridge), [bridge]);
    return null;
  };
  await mount(t, h(App));
  assert.equal(calls, 2, 'StrictMode is at work');
  assert.equal(made.size, 1);
  assert.equal(sockets.opened.length, 1);
});

test('the real PinwheelModal hands its events to the bridge, and to the host what it asked for', async (t) => {
  const { bridge, sockets } = startPage();
  sockets.last().welcome();
  const opened = [];
  window.Pinwheel = globalThis.Pinwheel = { open: (options) => opened.push(options), close() {} };
  t.after(() => delete globalThis.Pinwheel);
  const got = [];
  const options = { linkToken: 'token', onSuccess: (payload) => got.push(payload) };
  const props = (open) => ({ ...bridge.pinwheel(options), open, _srcUrl: 'about:blank' });
  const root = await mount(t, h(PinwheelModal, props(true)));
  for (const script of document.querySelectorAll('script')) {
    await act(async () => script.dispatchEvent(new window.Event('load')));
  }
  window.Pinwheel ??= globalThis.Pinwheel;
  await act(async () => root.render(h(StrictMode, null, h(PinwheelModal, props(true)))));
  assert.ok(opened.length >= 1, 'the modal was opened');
  const link = opened[0];
  assert.equal(link.linkToken, 'token');
  for (const { callbackName, callbackArguments } of recorded.pinwheel) {
    link[callbackName](...callbackArguments);
  }
  const events = recorded.pinwheel.filter(({ callbackName }) => callbackName === 'onEvent');
  assert.deepEqual(
    sockets.last().events().map(({ name }) => name),
    events.map(({ callbackArguments: [name] }) => name),
  );
  assert.equal(got.length, 1);
});
