import { create } from './bridge.js';
import type { Bridge, Options } from './types.js';

export type * from './types.js';

/** The way in: `LinkBridge.create({ url, ticket })`. */
export const LinkBridge: {
  /**
   * Starts a bridge. The same url and ticket give the same bridge, so initialisers that run twice
   * are harmless. Never throws.
   */
  create(options: Options): Bridge;
} = { create };
