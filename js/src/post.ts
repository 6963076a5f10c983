import type { ServerFrame } from './frame.js';
import { WELCOME_TIMEOUT } from './limits.js';

/**
 * Posts one body as text/plain, which needs no preflight. Resolves to the status (0 without an
 * answer) and the answer (empty when it is no JSON). Never rejects. Browsers before 2022 have no
 * AbortSignal.timeout; there a hanging server is given up when the browser does.
 */
export const postBatch = async (
  url: string,
  body: string,
): Promise<[status: number, answer: ServerFrame]> => {
  try {
    const signal = AbortSignal.timeout?.(WELCOME_TIMEOUT);
    const res = await fetch(url, { method: 'POST', body, signal });
    return [res.status, (await res.json().catch(() => 0)) || {}];
  } catch {
    return [0, {}];
  }
};
