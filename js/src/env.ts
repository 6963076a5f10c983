// What the script asks of its surroundings.

/** Runs fn and swallows what it throws: nothing of ours may reach Link or the host. */
export const attempt = <T>(fn: () => T): T | undefined => {
  try {
    return fn();
  } catch {}
};

/** A new 128-bit id as 32 hex digits. */
export const hex = (): string =>
  crypto
    .getRandomValues(new Uint8Array(16))
    .reduce((text, byte) => text + (byte + 256).toString(16).slice(1), '');

/** Bytes of a text in UTF-8. */
export const bytes = (text: string): number => new TextEncoder().encode(text).length;
