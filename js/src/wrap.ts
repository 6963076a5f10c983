import { attempt } from './env.js';

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type Bag = Record<string, unknown>;

type How = [
  always: readonly string[],
  present: readonly string[],
  report: (name: string, ...args: unknown[]) => void,
];

/** Everything this module made, objects and functions: wrapping it again does nothing. */
const ours = new WeakSet<object>();

/**
 * Returns a maker of wrapped options. It adds the callbacks of always, wraps those of present only
 * when the host set them, and leaves every other key alone. Each wrapped callback reports first,
 * then calls the host's synchronously with the same this and arguments, and hands back what it
 * returns or throws. The host's function is read when the event comes, so options that the host
 * changes later are honoured. The same object in gives the same object out. Options that cannot be
 * copied are returned as they are.
 */
export const wrapper = () => {
  const made = new WeakMap<object, [copy: Bag, callbacks: Bag]>();

  const wrap = (host: Bag, ...[always, present, report]: How): Bag => {
    if (ours.has(host)) return host;
    let [copy, callbacks]: [Bag, Bag?] = made.get(host) || [{}];
    if (!callbacks) {
      callbacks = {};
      for (const name of always.concat(present)) {
        const first = host[name];
        if (typeof first === 'function' ? ours.has(first) : present.includes(name)) continue;
        const callback: Callback = function (...args) {
          attempt(() => report(name, ...args));
          const now = host[name] === callback ? first : host[name];
          return typeof now === 'function' ? now.apply(this, args) : undefined;
        };
        ours.add((callbacks[name] = callback));
      }
      made.set(host, [copy, callbacks]);
      ours.add(copy);
    }
    return Object.assign(copy, host, callbacks);
  };

  return <O extends object>(options: O, ...how: How): O =>
    (attempt(() => wrap(options as Bag, ...how)) as O) || options;
};
