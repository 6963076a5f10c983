import { attempt } from './env.js';
import type { EventFrame, ServerFrame } from './frame.js';
import * as limit from './limits.js';
import { batch, enqueue, lose, refuse, renew, renumber, settle } from './outbox.js';
import { postBatch } from './post.js';
import { reaction, Reaction, VERSION_REFUSED } from './reaction.js';
import type { Session } from './session.js';
import { openSocket, type Socket } from './socket.js';
import { dropTail } from './tail.js';
import type { Options, Push, State } from './types.js';

/**
 * Carries one link session to the server: websocket first, POST when that is blocked, and decides
 * after each failure what comes next. One attempt is under way at a time; turn numbers them, so
 * that a late answer to an earlier one is ignored.
 */
export const startClient = (
  opts: Options,
  session: Session,
  pushed: (push: Push) => void,
  ended: () => void,
) => {
  const { token, transport } = opts;
  const want = new Set<string>(opts.want);
  const mayPost = transport !== 'ws';
  let state: State;
  let over = false;
  let turn = 0;
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let resting = false;
  let closing = false;
  let attempts = 0;
  let shrunk = 0;
  let most = limit.BATCH_EVENTS;
  let poll = limit.POLL_MIN;
  let probeAt = Infinity;
  let tokenAt = 0;
  let held = false;
  let sent = 0;
  let bye: ServerFrame | undefined;

  const become = (next: State, code?: number): void => {
    if (next === state) return;
    state = next;
    attempt(() => opts.onState!(next, code));
  };

  /** Gives up the connection, if there is one, and whatever is under way. */
  const reset = (): void => {
    clearTimeout(timer);
    resting = false;
    turn++;
    socket?.drop_();
    socket = undefined;
  };

  const end = (next: State, code?: number): void => {
    if (over) return;
    over = true;
    reset();
    dropTail(session);
    become(next, code);
    ended();
  };

  const wake = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(start, ms);
  };

  /** Turns to POST, and to another try of the websocket a minute or two later. */
  const block = (): void => {
    session.http_ = true;
    probeAt = Date.now() + limit.PROBE_MIN * (1 + Math.random());
  };

  const probing = (): boolean => Date.now() >= probeAt;

  /** The fields of a hello, of a POST body and of a beacon. */
  const hello = (events?: EventFrame[], leave?: boolean): string =>
    JSON.stringify({
      type: events ? 'events' : 'hello',
      v: limit.VERSION,
      session: session.session_,
      instance: session.instance_,
      ticket: session.ticket_,
      resume: session.resume_,
      sdk: 'js/' + SDK_VERSION,
      acked: (session.events_[0]?.seq || session.seq_ + 1) - 1,
      seq: session.seq_,
      want: [...want],
      push_after: session.pushed_,
      epoch: session.epoch_,
      events,
      leave,
    });

  /** Sends what was not sent on this connection yet. */
  const flush = (): void => {
    if (state !== 'open' || held) return;
    for (const event of session.events_) if (event.seq > sent) socket!.send_(event);
    sent = client.sent_ = session.seq_;
  };

  const finish = (): void => {
    if (closing && !session.events_.length) end('closed');
  };

  /** Takes one frame, or the answer of a POST, which has the same fields. */
  const take = (frame: ServerFrame): void => {
    const { type, ack, epoch, pseq } = frame;
    if (frame.resume) session.resume_ = frame.resume;
    if (epoch && epoch !== session.epoch_) {
      session.epoch_ = epoch;
      session.pushed_ = 0;
    }
    if (ack) settle(session, ack, client.sent_);
    if (type === 'nack') {
      const again = frame.code === 'rate';
      refuse(session, frame.seq!, again);
      if (again) {
        held = true;
        setTimeout(() => {
          held = false;
          flush();
        }, limit.RATE_RESEND);
      }
    }
    if (type === 'bye') bye = frame;
    if (type === 'push' && pseq! > session.pushed_) {
      session.pushed_ = pseq!;
      poll = limit.POLL_MIN;
      pushed(frame as Push);
    }
    frame.push?.forEach(take);
    finish();
  };

  const react = (next: Reaction, code: number, after = 0): void => {
    const { min = 0, max = limit.SPREAD_MAX, reconnect }: ServerFrame = bye || {};
    let wait = 0;
    if (
      next >= Reaction.fail ||
      (reconnect === false) ||
      (next === Reaction.ticket && !token)
    ) {
      return end(next === Reaction.stop ? 'closed' : 'failed', code);
    }
    if (next === Reaction.spread) {
      wait = min + Math.random() * (max - min);
    } else if (next === Reaction.ticket) {
      wait = Math.max(0, tokenAt + limit.TOKEN_INTERVAL - Date.now());
      tokenAt = Date.now() + wait;
      session.ticket_ = session.resume_ = undefined;
    } else {
      if (next === Reaction.clone) {
        renew(session);
        client.sent_ = 0;
        if (token) session.ticket_ = undefined;
      }
      wait = Math.max(
        min,
        after,
        next === Reaction.overload ? limit.OVERLOAD_MIN : 0,
        Math.random() * Math.min(limit.BACKOFF_MAX, limit.BACKOFF_MIN * 2 ** attempts++),
      );
      if (next === Reaction.shrink) {
        lose(session, 0);
        if (shrunk++ && mayPost) block();
      }
    }
    become('waiting', code);
    wake(wait);
  };

  const open = (): void => {
    sent = 0;
    socket = openSocket(
      session.url_,
      hello,
      (frame) => {
        if (frame.type === 'welcome') {
          session.http_ = false;
          become('open');
          timer = setTimeout(() => (attempts = 0), limit.OVERLOAD_MIN);
        }
        take(frame);
        flush();
      },
      (code, blocked) => {
        socket = undefined;
        if (
          state !== 'open' &&
          mayPost &&
          (session.http_ || blocked || code === VERSION_REFUSED || (code === 1006 && attempts >= limit.OPEN_FAILURES - 1))
        ) {
          block();
          return start();
        }
        react(reaction((bye?.code as number) || code), code);
      },
    );
  };

  const post = async (now: number): Promise<void> => {
    const [body, count] = batch(session, 0, most, (events) => hello(events));
    client.sent_ = session.events_[count - 1]?.seq || session.seq_;
    const [status, answer] = await postBatch(session.url_, body);
    if (now !== turn) return;
    const first = session.events_[0];
    take(answer);
    if (now !== turn) return;
    if (status !== 200) {
      const next = reaction(status);
      if (next !== Reaction.split) return react(next, status, answer.retry_ms);
      if (count > 1) most = count >> 1;
      else lose(session, 0);
      return wake(0);
    }
    most = limit.BATCH_EVENTS;
    become('http');
    const next = session.events_[0];
    if (answer.retry_ms || (count && next === first)) {
      // The number may be what is wrong with it: another page of this session can have used it.
      renumber(session, session.seq_);
      return react(Reaction.backoff, status, answer.retry_ms);
    }
    attempts = 0;
    if (next) return wake(0);
    if (count) poll = limit.POLL_MIN;
    idle();
  };

  /** Nothing to send by POST: polls while the page is visible, and wakes for the next probe. */
  const idle = (): void => {
    resting = true;
    timer = setTimeout(
      () => (probing() || (want.size && !document.hidden) ? start() : idle()),
      poll,
    );
    poll = Math.min(poll * 2, limit.POLL_MAX);
  };

  /** Makes the next try now. */
  const start = (): void => {
    reset();
    const now = turn;
    bye = undefined;
    if (!session.http_) become('connecting');
    if (!session.ticket_ && !session.resume_ && token) {
      Promise.resolve().then(token).then(
        (ticket) => {
          if (now !== turn) return;
          session.ticket_ = ticket;
          start();
        },
        () => now === turn && react(Reaction.backoff, 0),
      );
    } else if (session.http_ && !probing()) {
      post(now);
    } else {
      open();
    }
  };

  const client = {
    session_: session,
    /** The highest seq that the server may have seen; all of a restored session. */
    sent_: session.seq_,
    hello_: hello,
    start_: start,
    state_: (): State => state,
    add_(provider: string, name: string, payload: object): void {
      if (over || closing) return;
      enqueue(session, provider, name, payload);
      flush();
      if (resting) wake(50);
    },
    /** Asks for pushes of one more name. The server learns it with the next hello. */
    wish_(name: string): void {
      if (want.has(name)) return;
      want.add(name);
      if (state === 'open' || resting) wake(0);
    },
    refresh_(ticket: string): void {
      session.ticket_ = ticket;
      socket?.send_({ type: 'refresh', ticket });
    },
    /** Ends as soon as nothing is left to deliver. */
    close_(): void {
      closing = true;
      finish();
    },
  };

  if (/^(ws|http)$/.test(transport!)) session.http_ = mayPost;
  else if (session.http_) block();
  start();
  return client;
};

export type Client = ReturnType<typeof startClient>;
