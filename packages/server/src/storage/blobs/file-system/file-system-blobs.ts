/**
 * Blobs as files, spread over 256 folders by the hash of their key. A blob is written to a staging folder,
 * synchronised, then renamed, so that a file under its final name is complete.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { StoredBytes } from '../../../lib/received-file.ts';
import { BLOB_KEY, type BlobEntry, BlobMissingError, type BlobRange, type BlobStorage } from '../blob-storage.ts';
import { translateDiskError } from './translate-disk-error.ts';

const STAGING = 'staging';
/** Staged files that have not grown for this long belong to interrupted writes. */
const STALE_MS = 3_600_000;
const READ_BYTES = 256 * 1024;
/** Write buffer per file. */
const WRITE_BYTES = 1024 * 1024;

export interface FileSystemBlobsOptions {
  /** Created if absent, readable by its owner only. */
  folder: string;
  /** Unix milliseconds. */
  now(): number;
}

export async function openFileSystemBlobs({ folder, now }: FileSystemBlobsOptions): Promise<BlobStorage> {
  const staging = join(folder, STAGING);
  await mkdir(staging, { recursive: true, mode: 0o700 });
  const shards = new Map<string, Promise<string>>();
  const shardOf = (key: string) => {
    if (!BLOB_KEY.test(key)) throw new Error(`'${key}' is not a key of a blob.`);
    return createHash('sha256').update(key).digest('hex').slice(0, 2);
  };
  const pathOf = (key: string) => join(folder, shardOf(key), key);
  const createShard = async (shard: string) => {
    const path = join(folder, shard);
    await mkdir(path, { recursive: true, mode: 0o700 });
    await synchroniseFolder(folder);
    return path;
  };
  const shardFolder = (key: string): Promise<string> => {
    const shard = shardOf(key);
    const creating = shards.get(shard) ?? createShard(shard);
    shards.set(shard, creating);
    creating.catch(() => shards.delete(shard));
    return creating;
  };

  return {
    async write(key, source, signal) {
      const staged = join(staging, key);
      try {
        const path = join(await shardFolder(key), key);
        const stored = await writeFile(staged, source, signal);
        await rename(staged, path);
        await synchroniseFolder(join(path, '..'));
        return { key, ...stored };
      } catch (error) {
        await rm(staged, { force: true }).catch(() => undefined);
        throw translateDiskError(error);
      }
    },
    read: (key, range) => read(pathOf(key), range),
    async delete(keys) {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
    },
    async *list() {
      for await (const entry of await opendir(folder)) {
        if (entry.name === STAGING) await clearStaging(staging, now());
        else if (entry.isDirectory()) yield* listFolder(join(folder, entry.name));
      }
    },
  };
}

async function writeFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Omit<StoredBytes, 'key'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  // The write buffer lets receiving and writing overlap. `flush` synchronises the file before it is closed.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true, highWaterMark: WRITE_BYTES });
  try {
    await pipeline(counted(), file, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A rename survives a loss of power only after its folder is synchronised. */
async function synchroniseFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* read(path: string, range?: BlobRange): AsyncGenerator<Uint8Array> {
  if (range?.length === 0) return;
  const bounds = range === undefined ? {} : { start: range.start, end: range.start + range.length - 1 };
  try {
    yield* createReadStream(path, { ...bounds, highWaterMark: READ_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new BlobMissingError('The stored bytes are missing.');
    throw error;
  }
}

async function* listFolder(folder: string): AsyncGenerator<BlobEntry> {
  for await (const entry of await opendir(folder)) {
    const facts = await stat(join(folder, entry.name)).catch(() => undefined);
    if (facts !== undefined) yield { key: entry.name, bytes: facts.size, writtenAt: facts.mtimeMs };
  }
}

async function clearStaging(staging: string, nowMs: number): Promise<void> {
  for await (const { key, writtenAt } of listFolder(staging)) {
    if (nowMs - writtenAt > STALE_MS) await rm(join(staging, key), { force: true });
  }
}
