/** Reads files out of a gzipped tar archive, such as a package of the npm registry. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;
const NAME_BYTES = 100;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TYPE_AT = 156;

/** Returns the regular files whose path `accepts` returns true for. Throws an Error for a damaged archive. */
export async function readTarGz(path: string, accepts: (name: string) => boolean): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let unread = Buffer.alloc(0);
  let entry: { name: string; left: number; padding: number; chunks: Buffer[] | undefined } | undefined;
  for await (const chunk of createReadStream(path).pipe(createGunzip())) {
    unread = Buffer.concat([unread, chunk as Buffer]);
    for (;;) {
      if (entry === undefined) {
        if (unread.length < BLOCK) break;
        const header = unread.subarray(0, BLOCK);
        unread = unread.subarray(BLOCK);
        if (header[0] === 0) continue;
        entry = toEntry(header, accepts);
      }
      const taken = unread.subarray(0, entry.left);
      entry.chunks?.push(Buffer.from(taken));
      entry.left -= taken.length;
      unread = unread.subarray(taken.length);
      if (entry.left > 0 || unread.length < entry.padding) break;
      unread = unread.subarray(entry.padding);
      if (entry.chunks !== undefined) files.set(entry.name, Buffer.concat(entry.chunks));
      entry = undefined;
    }
  }
  return files;
}

function toEntry(header: Buffer, accepts: (name: string) => boolean) {
  const text = (start: number, length: number) =>
    header
      .toString('utf8', start, start + length)
      .replace(/\0.*$/s, '')
      .trim();
  const name = text(0, NAME_BYTES);
  const size = Number.parseInt(text(SIZE_AT, SIZE_BYTES), 8);
  if (!Number.isSafeInteger(size)) throw new Error('The archive has a damaged header.');
  const type = text(TYPE_AT, 1);
  const isWanted = (type === '' || type === '0') && accepts(name);
  return {
    name,
    left: size,
    padding: (BLOCK - (size % BLOCK)) % BLOCK,
    chunks: isWanted ? ([] as Buffer[]) : undefined,
  };
}
