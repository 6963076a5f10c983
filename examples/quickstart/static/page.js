// The page of a host: it asks its own server for a Link session, opens Link with the bridge around the options, and shows
// what reaches the handlers.
'use strict';

const byId = (id) => document.getElementById(id);

const say = (text) => { byId('status').textContent = text; };
const proven = (text) => { byId('proven').textContent = text; };

// What the server learned from signed webhooks comes back over the bridge: the name, the account, the outcome and the time.
const want = ['account.added', 'paystubs.added', 'paystubs.fully_synced'];

const openLink = async () => {
  const answer = await fetch('/api/link-session', { method: 'POST' });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const session = await answer.json();
  const bridge = LinkBridge.create({ url: '/hooks/link', ticket: session.ticket, want });
  proven('');
  bridge.on('account.added', () => proven('Account proven by a signed webhook. Reading paystubs…'));
  bridge.on('paystubs.fully_synced', ({ data }) => proven(data.outcome === 'success' ? 'paystubs ready' : 'no paystubs'));
  await new Promise((resolve) => {
    Pinwheel.open(bridge.pinwheel({
      linkToken: session.link_token,
      onLogin: () => say('Logged in. Waiting for the signed webhook that proves it.'),
      onSuccess: ({ job }) => { if (job !== 'login') say('Done, says the browser. The webhook decides.'); },
      onError: ({ message }) => say(message),
      onExit: resolve,
    }));
  });
};

byId('open').addEventListener('click', async ({ currentTarget: button }) => {
  button.disabled = true;
  try {
    await openLink();
  } catch (err) {
    say(`Link cannot be opened: ${err.message}`);
  } finally {
    button.disabled = false;
  }
});

const cell = (row, text, className) => {
  const td = row.insertCell();
  td.textContent = text;
  if (className) td.className = className;
  return td;
};

const show = (event) => {
  const row = byId('rows').insertRow(0);
  row.dataset.kind = event.kind;
  const kind = cell(row, '', 'kind');
  for (const part of event.kind.split(/(?<=\/)/)) kind.append(part, document.createElement('wbr')); // breaks at its slashes
  cell(row, event.source);
  const badge = document.createElement('span');
  badge.className = `badge ${event.trust}`;
  badge.textContent = event.trust;
  cell(row, '').append(badge);
  cell(row, event.account_id || event.end_user_id || event.link_token_id || '–', 'id');
  cell(row, event.handler);
  cell(row, `${event.duration_us} µs`, 'number');
  byId('count').textContent = byId('rows').rows.length;
};

new EventSource('/live').onmessage = ({ data }) => show(JSON.parse(data));
