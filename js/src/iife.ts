import { create } from './bridge.js';

declare global {
  var LinkBridge: typeof import('./index.js').LinkBridge | undefined;
}

/** The one global. A second copy of the script keeps the first: two would split the sessions. */
globalThis.LinkBridge = globalThis.LinkBridge || { create };
