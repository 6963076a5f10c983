// The numbers of protocol.json that the client needs. The test limits.test.mjs compares them.

/** Protocol version and websocket subprotocol. */
export const VERSION = 1;
export const SUBPROTOCOL = 'linkbridge.v1';

/** Most bytes of one event frame; replaced by the server's own limit when it is lower. */
export const EVENT_BYTES = 16384;
/** Most bytes of one POST or beacon body: browsers refuse 65,537 and share that quota. */
export const BEACON_BYTES = 60000;
/** Most events of one POST or beacon. */
export const BATCH_EVENTS = 50;
/** Most events held; after that the oldest is dropped and counted. */
export const QUEUE_EVENTS = 200;
/** Free text is cut to this many characters. */
export const MESSAGE_CHARS = 200;
/** Websockets that must fail to open, one after the other, before POST takes over. */
export const OPEN_FAILURES = 3;

/** Milliseconds. */
export const BACKOFF_MIN = 500;
export const BACKOFF_MAX = 20000;
export const OVERLOAD_MIN = 5000;
export const SPREAD_MAX = 10000;
export const PING = 25000;
export const PING_GRACE = 10000;
export const RATE_RESEND = 1000;
export const WELCOME_TIMEOUT = 8000;
/** The least time between two probes of the websocket; the most is twice that. */
export const PROBE_MIN = 60000;
export const POLL_MIN = 5000;
export const POLL_MAX = 30000;
export const TOKEN_INTERVAL = 60000;
/** An error without a close within this time is a refusal by the page's policy. */
export const CLOSE_DELAY = 500;
/** A page that goes on with a stored session leaps ahead by up to this many numbers. */
export const SEQ_LEAP = 1000000;
/** How long the sessions of earlier pages wait for a create of their own. */
export const ORPHAN_DELAY = 5000;
