import { attempt } from './env.js';
import type { Push } from './types.js';

type Listener = (push: Push) => void;

/** Who waits for which push, and the latest of each name, for those who ask after it came. */
export const listeners = () => {
  const waiting = new Set<[name: string, fn: Listener]>();
  const latest = new Map<string, Push>();

  const on = (name: string, fn: Listener): (() => void) => {
    const entry: [string, Listener] = [name, fn];
    waiting.add(entry);
    const known = latest.get(name);
    if (known) attempt(() => fn(known));
    return () => void waiting.delete(entry);
  };
  const once = (name: string, timeout?: number): Promise<Push> =>
    new Promise((resolve, reject) => {
      const off = on(name, (push) => {
        resolve(push);
        // Throws, and is swallowed, when the push was known; the next one of that name gets here too.
        off();
      });
      if (timeout) setTimeout(reject, timeout, new Error('linkbridge: no ' + name));
    });
  const emit = (push: Push): void => {
    latest.set(push.name, push);
    waiting.forEach(([name, fn]) => name === push.name && attempt(() => fn(push)));
  };
  return { on_: on, once_: once, emit_: emit };
};
