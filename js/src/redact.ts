import { MESSAGE_CHARS } from './limits.js';

/** What stands in the payload for a text that must not leave the page. */
export const REDACTED = '[redacted]';

/** Matches event name, slash, key. */
const SECRET =
  /(^dd_form_create\/url|\/(linkToken|userToken|term|query|accountName|institutionName))$/i;
const FREE_TEXT = /^(message|errorMessage|errorDetails)$/;

/** A payload that says why the real one is not here. */
export const marker = (why: string): object => ({ $marker: why });

/**
 * A deep copy of a payload that is safe to send: secrets redacted, free text cut, functions left
 * out. Never a bare value: what is empty (native wrappers pass []) becomes {}, and text alone, as
 * Argyle passes a search term, becomes {term}. What JSON cannot hold, a loop say, becomes a marker.
 */
export const redact = (name: string, payload: unknown, extra: readonly string[] = []): object => {
  const clean = function (this: { key?: string }, key: string, value: unknown): unknown {
    // Pinwheel's other_event holds {key, value} pairs.
    const label = (key === 'value' && this.key) || key;
    if (value && (SECRET.test(name + '/' + label) || extra.includes(label))) return REDACTED;
    return typeof value === 'string' && FREE_TEXT.test(label)
      ? value.slice(0, MESSAGE_CHARS)
      : value;
  };
  try {
    const whole = typeof payload === 'string' ? { term: payload } : payload;
    const copy = JSON.parse(JSON.stringify(whole, clean) || '{}');
    return Object.keys(Object(copy)).length ? copy : {};
  } catch {
    return marker('[unserialisable]');
  }
};
