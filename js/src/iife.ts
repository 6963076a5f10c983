import { LinkBridge } from './index.js';

/** The one global. A second copy of the script keeps the first: two would split the sessions. */
const scope = globalThis as { LinkBridge?: typeof LinkBridge };
scope.LinkBridge = scope.LinkBridge || LinkBridge;
