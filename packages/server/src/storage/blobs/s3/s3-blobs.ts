/**
 * Blobs as objects of an S3-compatible storage. An object appears when its upload is completed, so an existing object
 * is complete. A few parts of an upload are held in memory.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { BLOB_KEY, type BlobEntry, BlobMissingError, type BlobRange, type BlobStorage } from '../blob-storage.ts';
import { translateS3Error } from './translate-s3-error.ts';

/** Size of a part, above the minimum of S3 (5 MiB). With at most 10,000 parts an object has up to 78 GiB. */
const PART_BYTES = 8 * 1024 ** 2;
const PARTS_AT_ONCE = 3;
/** Maximum number of keys per delete request. */
const DELETED_AT_ONCE = 1000;
/** Uploads that started this long ago were interrupted. */
const STALE_MS = 24 * 3_600_000;

export interface S3BlobsOptions {
  bucket: string;
  /** Prefix of every key: empty, or ending in `/`. */
  prefix: string;
  /** URL of a storage other than Amazon S3. The bucket is then part of the path. */
  endpoint?: string | undefined;
  region: string;
  /** Unix milliseconds. */
  now(): number;
}

/** Takes credentials from the usual sources of the AWS SDK: environment, profile, instance role. */
export function openS3Blobs({ bucket, prefix, endpoint, region, now }: S3BlobsOptions): BlobStorage {
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Many storages other than Amazon S3 do not support trailing checksums. The database stores SHA-256 hashes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const nameOf = (key: string) => {
    if (!BLOB_KEY.test(key)) throw new Error(`'${key}' is not a key of a blob.`);
    return prefix + key;
  };

  return {
    async write(key, source, signal) {
      const name = nameOf(key);
      signal.throwIfAborted();
      const counted = count(source, signal);
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key: name, Body: counted.bytes },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
      });
      const abort = () => void upload.abort();
      signal.addEventListener('abort', abort);
      try {
        await upload.done();
      } catch (error) {
        throw signal.aborted ? signal.reason : translateS3Error(error);
      } finally {
        signal.removeEventListener('abort', abort);
      }
      return { key, ...counted.result() };
    },
    read: (key, range) => read(client, { Bucket: bucket, Key: nameOf(key) }, range),
    async delete(keys) {
      for (let start = 0; start < keys.length; start += DELETED_AT_ONCE) {
        const objects = keys.slice(start, start + DELETED_AT_ONCE).map((key) => ({ Key: nameOf(key) }));
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
      }
    },
    async *list() {
      await abortStale(client, { bucket, prefix, before: now() - STALE_MS });
      yield* list(client, bucket, prefix);
    },
  };
}

/** Passes bytes through and computes their length and hash. */
function count(source: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      signal.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
    signal.throwIfAborted();
  }
  return {
    bytes: Readable.from(pass(), { objectMode: false }),
    result: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

async function* read(
  client: S3Client,
  object: { Bucket: string; Key: string },
  range?: BlobRange,
): AsyncGenerator<Uint8Array> {
  if (range?.length === 0) return;
  const Range = range === undefined ? undefined : `bytes=${range.start}-${range.start + range.length - 1}`;
  const stop = new AbortController();
  try {
    const { Body } = await client.send(new GetObjectCommand({ ...object, Range }), { abortSignal: stop.signal });
    yield* Body as AsyncIterable<Uint8Array>;
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') throw new BlobMissingError('The stored bytes are missing.');
    throw translateS3Error(error);
  } finally {
    // A reader that stops early must not leave a connection open.
    stop.abort();
  }
}

async function* list(client: S3Client, bucket: string, prefix: string): AsyncGenerator<BlobEntry> {
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      const key = Key.slice(prefix.length);
      if (BLOB_KEY.test(key)) yield { key, bytes: Size, writtenAt: LastModified?.getTime() ?? 0 };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

/**
 * Aborts interrupted uploads, whose invisible parts use storage. Storages that cannot list uploads have lifecycle rules
 * for them.
 */
async function abortStale(
  client: S3Client,
  { bucket, prefix, before }: { bucket: string; prefix: string; before: number },
) {
  const uploads = await client
    .send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }))
    .then((page) => page.Uploads ?? [])
    .catch((error: Error) => {
      if (error.name === 'NotImplemented') return [];
      throw error;
    });
  for (const { Key, UploadId, Initiated } of uploads) {
    if ((Initiated?.getTime() ?? before) >= before) continue;
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
}
