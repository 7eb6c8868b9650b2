/** Decodes strict UTF-8 and parses strict JSON. Failures are returned as data, which a thread can post. */

export interface ParsedText {
  value?: unknown;
  /** Set if there is no value: the reason, as a sentence that follows a colon. */
  error?: string;
}

export function decodeText(bytes: Uint8Array): ParsedText {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { error: 'it is not valid UTF-8.' };
  }
}

export function parseText(text: string): ParsedText {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { error: `${(thrown as SyntaxError).message}.` };
  }
}

export function parseBytes(bytes: Uint8Array): ParsedText {
  const decoded = decodeText(bytes);
  return decoded.error === undefined ? parseText(decoded.value as string) : decoded;
}
