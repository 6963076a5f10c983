import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { startServer, until } from './server.mjs';

const startDriver = (t) => {
  const driver = spawn(process.execPath, [new URL('driver.mjs', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => driver.kill());
  const said = [];
  createInterface({ input: driver.stdout }).on('line', (line) => said.push(JSON.parse(line)));
  return {
    said,
    tell: (line) => driver.stdin.write(line + '\n'),
    heard: (what, match) => until(what, () => said.some(match)),
  };
};

test('the driver takes a page through drops, reloads, a clone and the back/forward cache', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const { tell, heard, said } = startDriver(t);
  let sent = 0;
  const track = (page, count) => {
    while (count--) tell(`track ${page} pinwheel screen_transition {"screenName": "S ${++sent}"}`);
  };

  tell('speed 10');
  tell(`create ${server.url} ticket-a ws`);
  tell('on 1 account.added');
  track(1, 20);
  await heard('open', ({ state }) => state === 'open');
  tell('drop 1');
  track(1, 20);
  tell('reload 1');
  track(1, 20);
  tell('freeze 1');
  tell('thaw 1');
  track(1, 20);
  tell('clone 1');
  await heard('clone', ({ ok, page }) => ok === 'clone' && page === 2);
  track(1, 10);
  track(2, 10);
  server.push({ name: 'account.added', provider: 'pinwheel', data: {}, at: 1 });
  tell('drop 1');

  const screens = () => server.accepted.map(({ payload }) => payload.screenName);
  await until('all events', () => new Set(screens()).size === sent);
  await heard('the push', ({ push }) => push?.name === 'account.added');
  assert.equal(new Set(screens()).size, sent);
  assert.equal(server.accepted.length, sent);
  tell('close 1');
  await heard('closed', ({ page, state }) => page === 1 && state === 'closed');
  assert.deepEqual(said.filter(({ error }) => error), []);
  tell('track 9 pinwheel open');
  await heard('the error', ({ error }) => error === 'no page 9');
});
