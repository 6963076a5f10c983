import { attempt } from './env.js';
import type { ServerFrame } from './frame.js';
import { CLOSE_DELAY, PING, PING_GRACE, SUBPROTOCOL, WELCOME_TIMEOUT } from './limits.js';

export interface Socket {
  send_(frame: object): void;
  /** Closes with 1000 and forgets: nothing is reported any more. */
  drop_(): void;
}

/**
 * Opens a websocket and keeps watch over it: no welcome in time, no ping in time. lost is called
 * once, with the close code; blocked says that websockets as such do not work here (no WebSocket,
 * silence, or an error without a close, which is how a Content-Security-Policy refuses).
 */
export const openSocket = (
  url: string,
  hello: () => string,
  take: (frame: ServerFrame) => void,
  lost: (code: number, blocked: boolean) => void,
): Socket => {
  let ws: WebSocket | undefined;
  let watch: ReturnType<typeof setTimeout> | undefined;
  let patience = 0;
  let dead = false;

  const drop = (): void => {
    dead = true;
    clearTimeout(watch);
    attempt(() => ws!.close(1000));
  };
  const over = (code: number, blocked: boolean): void => {
    if (dead) return;
    drop();
    lost(code, blocked);
  };
  const expire = (ms: number): void => {
    clearTimeout(watch);
    watch = setTimeout(() => over(1006, !patience), ms);
  };
  const send = (text: string): void => {
    attempt(() => ws!.send(text));
  };

  expire(WELCOME_TIMEOUT);
  try {
    ws = new WebSocket(url.replace(/^http/, 'ws'), SUBPROTOCOL);
    ws.onopen = () => send(hello());
    ws.onclose = (event) => over(event.code, false);
    ws.onerror = () => expire(CLOSE_DELAY);
    ws.onmessage = (event) => {
      if (dead) return;
      const frame: ServerFrame = attempt(() => JSON.parse(event.data)) || {};
      if (frame.type === 'welcome') patience = (frame.ping || PING) + PING_GRACE;
      if (patience) expire(patience);
      if (frame.type === 'ping') send('{"type":"pong"}');
      take(frame);
    };
  } catch {
    expire(0);
  }
  return { send_: (frame) => send(JSON.stringify(frame)), drop_: drop };
};
