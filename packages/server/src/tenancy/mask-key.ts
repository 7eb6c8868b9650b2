/** What may be shown of a secret in messages and logs. Invariant: at most 8 characters of it, none of a short one. */

const SHOWN_AT_EACH_END = 4;
/** Below this length the shown ends would be too large a part of the secret. */
const MIN_SHOWN_LENGTH = 20;

/**
 * `sk-a***wxyz`; only `***` for anything shorter than 20 characters. What is not printable ASCII shows as `?`, so that the
 * result is safe in a header, a log line and a terminal.
 */
export function maskKey(secret: string): string {
  if (secret.length < MIN_SHOWN_LENGTH) return '***';
  const masked = `${secret.slice(0, SHOWN_AT_EACH_END)}***${secret.slice(-SHOWN_AT_EACH_END)}`;
  return masked.replace(/[^\x21-\x7e]/g, '?');
}
