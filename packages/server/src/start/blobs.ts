/** Opens the storage of file contents, and stores the files of requests in it. */
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { FileReceiver } from '../http/read-form.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { BlobStorage } from '../storage/blobs/blob-storage.ts';
import { openFileSystemBlobs } from '../storage/blobs/file-system/file-system-blobs.ts';

type BlobConfig = Pick<Config, 'dataDir' | 'blobUrl'>;

const DEFAULT_REGION = 'us-east-1';

/** @throws Error that names the problem of `blobUrl`. */
export async function openBlobs(
  config: BlobConfig,
  { clock, ids }: { clock: Clock; ids: IdSource },
): Promise<{ blobs: BlobStorage; files: FileReceiver }> {
  const blobs = await open(config, clock);
  const files: FileReceiver = {
    receive: (source, signal) => blobs.write(ids('blob_'), source, signal),
    discard: (keys) => blobs.delete(keys),
  };
  return { blobs, files };
}

async function open({ dataDir, blobUrl }: BlobConfig, { now }: Clock): Promise<BlobStorage> {
  if (blobUrl === '') return openFileSystemBlobs({ folder: join(dataDir, 'blobs'), now });
  const url = URL.parse(blobUrl);
  if (url?.protocol !== 's3:' || url.hostname === '') {
    throw new Error(`blobUrl is '${blobUrl}', and expected is s3://BUCKET/PREFIX?endpoint=URL&region=NAME.`);
  }
  const path = url.pathname.replace(/^\//, '');
  // The S3 client is large, so it is loaded only if it is used.
  const { openS3Blobs } = await import('../storage/blobs/s3/s3-blobs.ts');
  return openS3Blobs({
    bucket: url.hostname,
    prefix: path === '' || path.endsWith('/') ? path : `${path}/`,
    endpoint: url.searchParams.get('endpoint') ?? undefined,
    region: url.searchParams.get('region') ?? DEFAULT_REGION,
    now,
  });
}
