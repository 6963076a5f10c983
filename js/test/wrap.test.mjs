import assert from 'node:assert/strict';
import test from 'node:test';
import { recorded, startPage } from './kit.mjs';

const argyleAlways = [
  'onAccountCreated', 'onAccountConnected', 'onAccountError', 'onAccountRemoved', 'onDDSSuccess',
  'onDDSError', 'onFormSubmitted', 'onDocumentsSubmitted', 'onUIEvent', 'onError', 'onClose',
];
const argylePresent = ['onCantFindItemClicked', 'onExitIntroClicked', 'onTokenExpired'];
const argyleV1Always = [
  'onUserCreated', 'onAccountCreated', 'onAccountConnected', 'onAccountUpdated', 'onAccountRemoved',
  'onAccountError', 'onPayDistributionSuccess', 'onPayDistributionError', 'onUIEvent', 'onError', 'onClose',
];
const argyleV1Present = ['onCantFindLinkItemClicked', 'onExitIntroClicked', 'onTokenExpired'];

const names = (sockets) => sockets.last().events().map(({ provider, name }) => `${provider}/${name}`);

test('Pinwheel: a host with onSuccess alone has every recorded event forwarded once', () => {
  const { bridge, sockets } = startPage();
  sockets.last().welcome();
  const got = [];
  const options = bridge.pinwheel({ linkToken: 't', onSuccess: (payload) => got.push(payload) });
  for (const { callbackName, callbackArguments } of recorded.pinwheel) {
    options[callbackName]?.(...callbackArguments);
  }
  const events = recorded.pinwheel.filter(({ callbackName }) => callbackName === 'onEvent');
  assert.deepEqual(names(sockets), events.map(({ callbackArguments: [name] }) => `pinwheel/${name}`));
  assert.deepEqual(
    sockets.last().events().map(({ payload }) => payload),
    events.map(({ callbackArguments: [, payload] }) => payload),
  );
  assert.equal(got.length, 1);
});

test('Argyle: both recorded sessions arrive under the names of the callbacks and UI events', () => {
  for (const session of recorded.argyle) {
    const { bridge, sockets } = startPage();
    sockets.last().welcome();
    const options = bridge.argyle({ userToken: 't' });
    for (const { callbackName, callbackArguments } of session) options[callbackName](...callbackArguments);
    assert.deepEqual(names(sockets), [
      'argyle/login - opened', 'argyle/login - form submitted', 'argyle/onAccountCreated',
      'argyle/mfa - opened', 'argyle/onAccountConnected', 'argyle/link closed',
    ]);
    assert.deepEqual(sockets.last().events()[0].payload, session[0].callbackArguments[0].properties);
    assert.deepEqual(sockets.last().events()[4].payload, session[4].callbackArguments[0]);
  }
});

test('Argyle: callbacks that only report are added, those that change Link only wrapped', () => {
  const { bridge } = startPage();
  const onlyFunctions = (options) => Object.keys(options).filter((key) => typeof options[key] === 'function');
  assert.deepEqual(onlyFunctions(bridge.argyle({})).sort(), [...argyleAlways].sort());
  assert.deepEqual(onlyFunctions(bridge.argyle({}, { version: 1 })).sort(), [...argyleV1Always].sort());
  const all = (names) => Object.fromEntries(names.map((name) => [name, () => name]));
  const host = all(argylePresent);
  const wrapped = bridge.argyle(host);
  for (const name of argylePresent) assert.notEqual(wrapped[name], host[name]);
  const old = bridge.argyle(all(argyleV1Present), { version: 1 });
  for (const name of argyleV1Present) assert.equal(old[name](), name);
});

test('Argyle: names, terms and tokens of what is reported', () => {
  const { bridge, sockets } = startPage();
  sockets.last().welcome();
  let fresh;
  const options = bridge.argyle({
    onTokenExpired: (update) => update('new'),
    onCantFindItemClicked: () => 'mine',
    onExitIntroClicked() {},
  });
  options.onTokenExpired((token) => (fresh = token));
  assert.equal(options.onCantFindItemClicked('walmart'), 'mine');
  options.onExitIntroClicked();
  options.onClose([]);
  options.onUIEvent({ no: 'name' });
  options.onUIEvent();
  bridge.argyle({}, { version: 1 }).onUserCreated({ userId: 'u', userToken: 'secret' });
  assert.equal(fresh, 'new');
  assert.deepEqual(
    sockets.last().events().map(({ provider, name, payload }) => [provider, name, payload]),
    [
      ['argyle', 'onTokenExpired', {}],
      ['argyle', 'onCantFindItemClicked', { term: '[redacted]' }],
      ['argyle', 'onExitIntroClicked', {}],
      ['argyle', 'onClose', {}],
      ['argyle', 'onUIEvent', { no: 'name' }],
      ['argyle', 'onUIEvent', {}],
      ['argyle-v1', 'onUserCreated', { userId: 'u', userToken: '[redacted]' }],
    ],
  );
});

test('the copy differs from the original in the callbacks only, and the original is not touched', () => {
  const { bridge } = startPage();
  const onEvent = () => {};
  const host = Object.freeze({ linkToken: 't', modalStyling: { width: '1px' }, onEvent, onExit() {}, [Symbol.for('s')]: 1 });
  const wrapped = bridge.pinwheel(host);
  assert.notEqual(wrapped, host);
  assert.deepEqual(Reflect.ownKeys(wrapped), Reflect.ownKeys(host));
  for (const key of Reflect.ownKeys(host)) if (key !== 'onEvent') assert.equal(wrapped[key], host[key]);
  assert.equal(host.onEvent, onEvent);
  assert.deepEqual(Object.keys(bridge.pinwheel({ linkToken: 't' })), ['linkToken', 'onEvent']);
});

test('the same object gives the same copy, with what the host changed in it since', () => {
  const { bridge } = startPage();
  const host = { linkToken: 'a' };
  const first = bridge.pinwheel(host);
  const { onEvent } = first;
  host.linkToken = 'b';
  assert.equal(bridge.pinwheel(host), first);
  assert.equal(first.linkToken, 'b');
  assert.equal(first.onEvent, onEvent);
});

test('wrapping twice forwards once', () => {
  const { bridge, sockets } = startPage();
  sockets.last().welcome();
  let calls = 0;
  const once = bridge.pinwheel({ onEvent: () => calls++ });
  assert.equal(bridge.pinwheel(once), once);
  bridge.pinwheel({ ...once, extra: 1 }).onEvent('open', {});
  assert.equal(calls, 1);
  assert.equal(sockets.last().events().length, 1);
});

test('a host that copies the wrapped options over its own is called once, not for ever', () => {
  const { bridge, sockets } = startPage();
  sockets.last().welcome();
  let calls = 0;
  const host = { onEvent: () => calls++ };
  Object.assign(host, bridge.pinwheel(host));
  host.onEvent('open', {});
  assert.equal(calls, 1);
  assert.equal(sockets.last().events().length, 1);
});

test('the callback that the host has set when the event comes is called', () => {
  const { bridge } = startPage();
  const calls = [];
  const host = { onEvent: () => calls.push('old') };
  const wrapped = bridge.pinwheel(host);
  host.onEvent = () => calls.push('new');
  wrapped.onEvent('open', {});
  host.onEvent = undefined;
  wrapped.onEvent('open', {});
  assert.deepEqual(calls, ['new']);
});

test('options that cannot be copied come back as they are', () => {
  const { bridge } = startPage();
  const boom = { get linkToken() { throw new Error('boom'); } };
  for (const odd of [undefined, null, 7, 'x', boom]) assert.equal(bridge.pinwheel(odd), odd);
});

const loop = {};
loop.loop = loop;
const throwing = new Proxy({}, { get() { throw new Error('storage'); }, ownKeys() { throw new Error('storage'); } });
const nothing = () => new Promise(() => {});

/** Everything that can be broken around the script. */
const broken = {
  'nothing broken': {},
  'no WebSocket': { globals: { WebSocket: undefined } },
  'a WebSocket that throws': { globals: { WebSocket: class { constructor() { throw new Error('SecurityError'); } } } },
  'no fetch': { globals: { WebSocket: undefined, fetch: undefined } },
  'a fetch that hangs': { globals: { WebSocket: undefined, fetch: nothing } },
  'storage that throws': { globals: { sessionStorage: throwing } },
  'no storage': { globals: { sessionStorage: undefined } },
  'no sendBeacon': { globals: { navigator: {} } },
  'no crypto': { globals: { crypto: undefined } },
  'no performance': { globals: { performance: undefined } },
  'no TextEncoder': { globals: { TextEncoder: undefined } },
  'no URL': { globals: { URL: undefined } },
  'no document': { globals: { document: undefined } },
  'no timers': { globals: { setTimeout: undefined } },
  'a JSON that throws': { globals: { JSON: { stringify() { throw new Error('JSON'); }, parse() { throw new Error('JSON'); } } } },
  'an onState that throws': { create: { onState() { throw new Error('onState'); } } },
  'a token that throws': { create: { ticket: undefined, token() { throw new Error('token'); } } },
  'a token that rejects': { create: { ticket: undefined, token: async () => { throw new Error('token'); } } },
  'no url': { create: { url: '' } },
  'a url that is none': { create: { url: 'http://[' } },
};

for (const [what, options] of Object.entries(broken)) {
  test(`with ${what}, every host callback runs once, at once, with this, arguments, return and exception`, async () => {
    const page = startPage(options);
    const { bridge, clock } = page;
    const argumentSets = [[], ['open'], ['login', { accountId: 'a' }], [undefined, null, 7], [loop, loop], [throwing, throwing], [() => {}, Symbol('s'), 1n]];
    const phases = [
      () => {},
      () => page.sockets.opened[0]?.readyState === 0 && page.sockets.last().welcome(),
      () => page.sockets.opened[0]?.drop(1006),
      () => page.page.leave(),
      () => bridge.close(),
    ];
    for (const phase of phases) {
      try { phase(); } catch { /* the page's own globals may be what is broken */ }
      for (const [wrap, name] of [['pinwheel', 'onEvent'], ['argyle', 'onUIEvent'], ['argyle', 'onTokenExpired']]) {
        for (const args of argumentSets) {
          const calls = [];
          const result = {};
          const error = new Error('host');
          const host = {
            [name](...got) {
              calls.push([this, got]);
              if (calls.length === 2) throw error;
              return result;
            },
          };
          const wrapped = bridge[wrap](host);
          const self = { self: true };
          assert.equal(wrapped[name].apply(self, args), result);
          assert.equal(calls.length, 1, 'called before the wrapper returned');
          assert.equal(calls[0][0], self);
          assert.equal(calls[0][1].length, args.length);
          args.forEach((arg, i) => assert.equal(calls[0][1][i], arg));
          assert.throws(() => wrapped[name].apply(undefined, args), (got) => got === error);
          assert.equal(calls[1][0], undefined, 'this is not replaced');
          assert.equal(calls.length, 2);
        }
      }
      bridge.track('pinwheel', 'open', loop);
      await clock.advance(1000);
    }
    assert.equal(typeof bridge.state, 'string');
  });
}
