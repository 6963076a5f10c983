import { attempt } from './env.js';
import type { Client } from './client.js';
import { BATCH_EVENTS } from './limits.js';
import { batch } from './outbox.js';
import { adopt, keepTail } from './tail.js';

/** The clients of this page that have not ended. */
export const clients = new Set<Client>();

/** Sends what is not acked as beacons, and halves what the browser refuses. */
const beacon = (client: Client): void => {
  const session = client.session_;
  let most = BATCH_EVENTS;
  let from = 0;
  while (from < session.events_.length) {
    const [body, count] = batch(session, from, most, (events) => client.hello_(events, true));
    if (attempt(() => navigator.sendBeacon(session.url_, body)) || count < 2) from += count;
    else most = count >> 1;
  }
};

const listen = (event: Event): void =>
  clients.forEach((client) => {
    const session = client.session_;
    if (event.type === 'pagehide' || document.hidden) {
      keepTail(session);
      beacon(client);
      client.sent_ = session.seq_;
      return;
    }
    if (adopt(session)) client.sent_ = session.seq_;
    if ((event as PageTransitionEvent).persisted) client.start_();
  });

/**
 * Watches the page come and go. A page that is hidden or left stores its sessions and beacons what
 * is not acked; one that comes back from the back/forward cache goes on where the pages in between
 * stopped. unload and beforeunload are not used: they fail on tab close and cost that cache.
 */
export const watchPage = (): void => {
  for (const type of ['pagehide', 'pageshow', 'visibilitychange']) {
    addEventListener(type, listen, true);
  }
};
