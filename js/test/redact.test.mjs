import assert from 'node:assert/strict';
import test from 'node:test';
import { protocol, source } from './kit.mjs';

const { redact } = await source('redact');
const { redaction } = protocol;
const { marker } = redaction;

test('every key of the golden list is redacted, at any depth', () => {
  for (const key of redaction.keys) {
    const payload = { [key]: 'secret', deep: [{ [key]: { also: 'secret' }, kept: 1 }] };
    assert.deepEqual(redact('any', payload), { [key]: marker, deep: [{ [key]: marker, kept: 1 }] });
  }
});

test('a key that is secret in one event only is redacted there only', () => {
  for (const [event, keys] of Object.entries(redaction.event_keys)) {
    const name = event.split('/')[1];
    for (const key of keys) {
      assert.deepEqual(redact(name, { [key]: 'https://x' }), { [key]: marker });
      assert.deepEqual(redact(name.toUpperCase(), { [key]: 'https://x' }), { [key]: marker });
      assert.deepEqual(redact('other', { [key]: 'https://x' }), { [key]: 'https://x' });
    }
  }
});

test('free text is cut', () => {
  for (const key of redaction.shortened_keys) {
    const [copy] = Object.values(redact('error', { [key]: 'é'.repeat(300) }));
    assert.equal(copy, 'é'.repeat(protocol.limits.message_chars));
  }
});

test('the key and value pairs of other_event are redacted by what they say', () => {
  const pairs = (value) => ({ name: 'x', payload: [{ key: 'accountName', value }, { key: 'a', value: 'b' }] });
  assert.deepEqual(redact('other_event', pairs('Savings')), pairs(marker));
});

test('the host can name further keys', () => {
  assert.deepEqual(redact('login', { accountId: 'a', platformId: 'p' }, ['accountId']), {
    accountId: marker,
    platformId: 'p',
  });
});

test('empty values stay, they tell nothing', () => {
  const payload = { term: '', linkToken: null, errorMessage: null };
  assert.deepEqual(redact('x', payload), payload);
});

test('functions are left out, and what is empty becomes an object', () => {
  assert.deepEqual(redact('onTokenExpired', () => 'token'), {});
  assert.deepEqual(redact('x', { a: 1, f() {} }), { a: 1 });
  for (const nothing of [undefined, null, [], {}, 7, true, Symbol('s')]) {
    assert.deepEqual(redact('x', nothing), {});
  }
});

test('a text alone is a search term and is redacted', () => {
  assert.deepEqual(redact('onCantFindItemClicked', 'walmart'), { term: marker });
});

test('what JSON cannot hold becomes a marker', () => {
  const loop = {};
  loop.loop = loop;
  const hostile = [
    loop,
    { big: 1n },
    { get boom() { throw new Error('boom'); } },
    { toJSON() { throw new Error('boom'); } },
    new Proxy({}, { ownKeys() { throw new Error('boom'); } }),
  ];
  for (const payload of hostile) {
    assert.deepEqual(redact('x', payload), { [redaction.marker_key]: redaction.unserialisable });
  }
});

test('the payload is not touched, and the copy does not follow it', () => {
  const payload = { linkToken: 'secret', list: [1] };
  const copy = redact('x', payload);
  payload.list.push(2);
  assert.equal(payload.linkToken, 'secret');
  assert.deepEqual(copy, { linkToken: marker, list: [1] });
});
