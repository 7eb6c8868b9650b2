/** Masks secrets for messages and logs. Invariant: at most 8 characters are shown, none of a short secret. */

const SHOWN_AT_EACH_END = 4;
/** Shorter secrets are masked completely. */
const MIN_SHOWN_LENGTH = 20;

/**
 * Returns e.g. `sk-a***wxyz`, or `***` for secrets shorter than 20 characters. Characters that are not printable ASCII
 * become `?`, so that the result is safe in headers, logs and terminals.
 */
export function maskKey(secret: string): string {
  if (secret.length < MIN_SHOWN_LENGTH) return '***';
  const masked = `${secret.slice(0, SHOWN_AT_EACH_END)}***${secret.slice(-SHOWN_AT_EACH_END)}`;
  return masked.replace(/[^\x21-\x7e]/g, '?');
}
