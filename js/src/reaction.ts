/** What the client does next; the words are those of protocol.json. */
export const enum Reaction {
  backoff,
  spread,
  overload,
  shrink,
  ticket,
  clone,
  split,
  fail,
  stop,
}

const byCode: Record<number, Reaction> = {
  1000: Reaction.stop,
  1003: Reaction.shrink,
  1009: Reaction.shrink,
  1012: Reaction.spread,
  1013: Reaction.overload,
  4401: Reaction.ticket,
  4409: Reaction.clone,
  401: Reaction.ticket,
  408: Reaction.backoff,
  409: Reaction.clone,
  413: Reaction.split,
  429: Reaction.backoff,
};

/** Close code of a server that does not speak our version; a client that may post goes on by POST. */
export const VERSION_REFUSED = 4501;

/** The reaction to a close code, or to an HTTP status (0 when there was no answer). */
export const reaction = (code: number): Reaction =>
  byCode[code] ?? (code > 4499 || (code > 299 && code < 500) ? Reaction.fail : Reaction.backoff);
