import type { argyleEvents, argyleV1Events, pinwheelEvents, pushNames } from './names.js';

/** A name of the catalogue, or any other: providers add names without notice. */
type Open<N extends string> = N | (string & {});

/** Name of a Pinwheel Link event. */
export type PinwheelEvent = Open<(typeof pinwheelEvents)[number]>;
/** Name of an Argyle Link 5 callback or UI event. */
export type ArgyleEvent = Open<(typeof argyleEvents)[number]>;
/** Name of an Argyle Link 3 or 4 callback or UI event. */
export type ArgyleV1Event = Open<(typeof argyleV1Events)[number]>;
/** Name of a webhook event that the server may push to the page. */
export type PushName = Open<(typeof pushNames)[number]>;

/** The event names of each provider, as {@link Bridge.track} takes them. */
export interface EventNames {
  pinwheel: PinwheelEvent;
  argyle: ArgyleEvent;
  'argyle-v1': ArgyleV1Event;
}

/**
 * Where the bridge stands: `connecting`, `open` (websocket), `http` (POST batches),
 * `waiting` (between two tries), `closed`, `failed` (the server refused for good), or
 * `off` (no url, or no window: events are not collected, wrapped options still work).
 */
export type State = 'connecting' | 'open' | 'http' | 'waiting' | 'closed' | 'failed' | 'off';

/** What a signed webhook told the server, reduced to what the page may know. */
export interface Push<N extends string = string> {
  /** Counts 1, 2, 3 … as long as the server remembers. */
  readonly pseq: number;
  readonly name: N;
  readonly provider: string;
  readonly data: {
    readonly account?: string;
    readonly outcome?: string;
    readonly [field: string]: unknown;
  };
  /** When the server received the webhook, in milliseconds since 1970. */
  readonly at: number;
}

export interface Options {
  /** Where the bridge is mounted, absolute or relative to the page. Empty switches the bridge off. */
  url: string;
  /** The signed ticket, written into the page by the server. A new ticket is a new Link session. */
  ticket?: string;
  /** Fetches a ticket; asked when there is none and when the server refuses the old one. */
  token?: () => Promise<string>;
  /** Defaults to `auto`: websocket first, POST when it is blocked. */
  transport?: 'auto' | 'ws' | 'http';
  /** Names to be pushed; `on` and `once` add theirs. The server grants what its host allows. */
  want?: readonly PushName[];
  /** Called after each change of state, with the close code or HTTP status that led to it. */
  onState?: (state: State, code?: number) => void;
  /** Further keys whose text is redacted, at any depth of a payload. */
  redact?: readonly string[];
}

export interface ArgyleOptions {
  /** Generation of the Argyle API: 2 is Link 5 (the default), 1 is Link 3 and 4. */
  version?: 1 | 2;
}

export interface Bridge {
  /** A copy of the options of `Pinwheel.open` that reports every Link event. */
  pinwheel<O extends object>(options: O): O;
  /** A copy of the options of `Argyle.create` that reports every callback and UI event. */
  argyle<O extends object>(options: O, which?: ArgyleOptions): O;
  /** Reports one event. Returns at once and never throws. */
  track<P extends keyof EventNames>(provider: P, name: EventNames[P], payload?: unknown): void;
  /**
   * Calls fn with the latest push of that name, if one came already, and with each that follows.
   * Returns the way to stop it.
   */
  on<N extends PushName>(name: N, fn: (push: Push<N>) => void): () => void;
  /**
   * Resolves to the push of that name: the latest that came already, or the next. Rejects after
   * `timeout` milliseconds; waits for ever without one.
   */
  once<N extends PushName>(name: N, options?: { timeout?: number }): Promise<Push<N>>;
  /** Hands over a fresh ticket, on the live connection if there is one. */
  refresh(ticket: string): void;
  /** Takes no more events, delivers those it holds, forgets the session. For a logout. */
  close(): void;
  readonly state: State;
}
