/** Where the bytes of files lie, and how those that come with a request get there. */
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { FileReceiver } from '../http/read-form.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { BlobStorage } from '../storage/blobs/blob-storage.ts';
import { openFileSystemBlobs } from '../storage/blobs/file-system/file-system-blobs.ts';

export async function openBlobs(
  { dataDir }: Pick<Config, 'dataDir'>,
  { clock, ids }: { clock: Clock; ids: IdSource },
): Promise<{ blobs: BlobStorage; files: FileReceiver }> {
  const blobs = await openFileSystemBlobs({ folder: join(dataDir, 'blobs'), now: clock.now });
  const files: FileReceiver = {
    receive: (source, signal) => blobs.write(ids('blob_'), source, signal),
    discard: (keys) => blobs.delete(keys),
  };
  return { blobs, files };
}
