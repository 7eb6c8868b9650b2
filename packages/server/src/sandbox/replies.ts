/** Replies of a sandbox, one JSON object per line. All of them are untrusted. */
import type { SandboxFile } from './sandbox.ts';

export type Reply = Record<string, unknown> & { type: string };

export const MAX_LINE_BYTES = 16 * 1024 ** 2;
/** Images and listings of one call, besides its logs. */
export const MAX_CALL_BYTES = 64 * 1024 ** 2;

const MAX_PATH_CHARS = 4096;

/** Ends where the stream ends or breaks. Throws `RangeError` if a line is too long. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
        parts = [];
        size = 0;
        start = end + 1;
      }
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > MAX_LINE_BYTES) throw new RangeError('The line is too long.');
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
  }
  return undefined;
}

export function parseReply(line: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isReply = typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
    return isReply ? (value as Reply) : undefined;
  } catch {
    return undefined;
  }
}

export function toBytes(data: unknown): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : new Uint8Array();
}

/** Drops what is no file below `/mnt/data`. */
export function toFiles(value: unknown): SandboxFile[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((file: { path?: unknown; bytes?: unknown } | null) =>
    typeof file?.path === 'string' &&
    isRelative(file.path) &&
    Number.isSafeInteger(file.bytes) &&
    Number(file.bytes) >= 0
      ? [{ path: file.path, bytes: file.bytes as number }]
      : [],
  );
}

function isRelative(path: string): boolean {
  const isShort = path !== '' && path.length <= MAX_PATH_CHARS && !path.includes('\0') && path.isWellFormed();
  return isShort && !path.startsWith('/') && !path.split('/').includes('..');
}
