/** The conformance suite of blob storages. `open` returns an empty one. */
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BlobEntry, BlobMissingError, type BlobStorage } from './blob-storage.ts';

const NEVER = new AbortController().signal;

async function* pieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}

async function* breaking(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('the source broke');
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function entries(blobs: BlobStorage): Promise<BlobEntry[]> {
  const found: BlobEntry[] = [];
  for await (const entry of blobs.list()) found.push(entry);
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

export function describeBlobStorage(name: string, open: () => Promise<BlobStorage>): void {
  describe(`${name} as blob storage`, () => {
    let blobs: BlobStorage;
    beforeEach(async () => {
      blobs = await open();
    });

    it.each([0, 1, 65_536, 3_000_001])(
      'reads %i bytes as they were written, and returns their length and hash',
      async (size) => {
        const bytes = randomBytes(size);
        const stored = await blobs.write('blob_a', pieces(bytes), NEVER);
        expect(stored).toEqual({
          key: 'blob_a',
          bytes: size,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        });
        expect((await collect(blobs.read('blob_a'))).equals(bytes)).toBe(true);
      },
    );

    it('reads any range of a blob, cut at its end', async () => {
      const bytes = randomBytes(200_000);
      await blobs.write('blob_a', pieces(bytes), NEVER);
      for (const [start, length] of [
        [0, 2],
        [70_000, 65_537],
        [199_999, 1],
        [150_000, 100_000],
        [5, 0],
      ] as const) {
        const part = await collect(blobs.read('blob_a', { start, length }));
        expect(part.equals(bytes.subarray(start, start + length)), `${start}+${length}`).toBe(true);
      }
    });

    it('leaves no blob after a write whose source fails', async () => {
      await expect(blobs.write('blob_a', breaking(randomBytes(100_000)), NEVER)).rejects.toThrow('the source broke');
      await expect(collect(blobs.read('blob_a'))).rejects.toBeInstanceOf(BlobMissingError);
      expect(await entries(blobs)).toEqual([]);
    });

    it('leaves no blob after an aborted write', async () => {
      const stop = new AbortController();
      async function* endless() {
        yield randomBytes(1000);
        stop.abort(new Error('enough'));
        yield randomBytes(1000);
      }
      await expect(blobs.write('blob_a', endless(), stop.signal)).rejects.toThrow('enough');
      expect(await entries(blobs)).toEqual([]);
    });

    it('lists existing blobs, and deletes blobs idempotently', async () => {
      const before = Date.now() - 5000;
      await blobs.write('blob_b', pieces(randomBytes(10)), NEVER);
      await blobs.write('blob_a', pieces(randomBytes(20)), NEVER);
      const listed = await entries(blobs);
      expect(listed).toMatchObject([
        { key: 'blob_a', bytes: 20 },
        { key: 'blob_b', bytes: 10 },
      ]);
      for (const { writtenAt } of listed) expect(writtenAt).toBeGreaterThan(before);
      await blobs.delete(['blob_a', 'blob_none']);
      await blobs.delete(['blob_a']);
      expect(await entries(blobs)).toMatchObject([{ key: 'blob_b' }]);
      await expect(collect(blobs.read('blob_a'))).rejects.toBeInstanceOf(BlobMissingError);
    });

    it('keeps concurrent writes separate', async () => {
      const bodies = Array.from({ length: 24 }, () => randomBytes(50_000));
      await Promise.all(bodies.map((bytes, i) => blobs.write(`blob_${i}`, pieces(bytes, 1000), NEVER)));
      for (const [i, bytes] of bodies.entries()) {
        expect((await collect(blobs.read(`blob_${i}`))).equals(bytes)).toBe(true);
      }
    });

    it.each(['../etc', 'a/b', '', '.', 'a\u0000b'])('refuses %j as the key of a blob', async (key) => {
      await expect(blobs.write(key, pieces(randomBytes(1)), NEVER)).rejects.toThrow('is not a key');
    });
  });
}
