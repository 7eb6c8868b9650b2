/** Bytes → text → JSON value, as data: a thread can return it. Strict UTF-8, strict JSON. */

export interface ParsedText {
  value?: unknown;
  /** Why there is no value. */
  fault?: string;
}

export function decodeText(bytes: Uint8Array): ParsedText {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { fault: 'it is not valid UTF-8.' };
  }
}

export function parseText(text: string): ParsedText {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `${(error as SyntaxError).message}.` };
  }
}

export function parseBytes(bytes: Uint8Array): ParsedText {
  const decoded = decodeText(bytes);
  return decoded.fault === undefined ? parseText(decoded.value as string) : decoded;
}
