import { bytes, hex } from './env.js';
import type { EventFrame } from './frame.js';
import { BEACON_BYTES, EVENT_BYTES, QUEUE_EVENTS } from './limits.js';
import { marker } from './redact.js';
import type { Session } from './session.js';

/** Drops an event and counts it, together with those that it counted itself. */
export const lose = (session: Session, index: number): void => {
  const [event] = session.events_.splice(index, 1);
  if (event) session.lost_ += 1 + (event.n || 0);
};

/** Queues an event. Over the cap the oldest goes; the new one's n tells how many went. */
export const enqueue = (
  session: Session,
  provider: string,
  name: string,
  payload: object,
): void => {
  if (session.events_.length >= QUEUE_EVENTS) lose(session, 0);
  const event: EventFrame = {
    type: 'event',
    seq: ++session.seq_,
    id: hex(),
    provider,
    name,
    at: Date.now(),
    mono: Math.round(performance.now()),
    payload,
    n: session.lost_ || undefined,
  };
  session.lost_ = 0;
  if (bytes(JSON.stringify(event)) > EVENT_BYTES) event.payload = marker('[too large]');
  session.events_.push(event);
};

/** Numbers the events anew, after a seq. Their ids stay. */
export const renumber = (session: Session, after: number): void => {
  session.seq_ = after;
  session.events_.forEach((event) => (event.seq = ++session.seq_));
};

/**
 * Forgets what the server has. An ack above the highest seq that this page sent is for events of
 * another page with the same session, so those that wait here take numbers after it.
 */
export const settle = (session: Session, upTo: number, sent: number): void => {
  session.events_ = session.events_.filter((event) => event.seq > Math.min(upTo, sent));
  if (upTo > sent) renumber(session, Math.max(session.seq_, upTo));
};

/** A refused event: for the time being, then it goes behind the others, or for good. */
export const refuse = (session: Session, seq: number, again: boolean): void => {
  const events = session.events_;
  const index = events.findIndex((event) => event.seq === seq);
  if (index < 0) return;
  if (!again) return lose(session, index);
  events[index]!.seq = ++session.seq_;
  events.push(...events.splice(index, 1));
};

/**
 * Starts a new session, because a copy of this tab took the old one over. All that is not acked
 * comes along, with its ids: only the server can tell what the copy delivers as well.
 */
export const renew = (session: Session): void => {
  session.session_ = hex();
  session.resume_ = undefined;
  session.epoch_ = '';
  session.pushed_ = 0;
  renumber(session, 0);
};

/** The body that build makes of the oldest events from an index on, as many as fit, at least one. */
export const batch = (
  session: Session,
  from: number,
  most: number,
  build: (events: EventFrame[]) => string,
): [body: string, count: number] => {
  let count = Math.min(most, session.events_.length - from);
  for (;;) {
    const body = build(session.events_.slice(from, from + count));
    if (count < 2 || bytes(body) <= BEACON_BYTES) return [body, count];
    count >>= 1;
  }
};
