/** Reads the input file of a batch from blob storage. */
import type { BlobRange, BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { readParts } from '../files/read-parts.ts';

export interface OpenInput {
  bytes: number;
  read(range: BlobRange): AsyncIterable<Uint8Array>;
}

/** Returns undefined if the file was deleted; reading throws BlobMissingError if it is deleted meanwhile. */
export async function openInput(
  { files }: Pick<ProjectRepositories, 'files'>,
  blobs: BlobStorage,
  fileId: string,
): Promise<OpenInput | undefined> {
  const file = await files.retrieve(fileId);
  if (file === undefined) return undefined;
  const parts = await files.listBlobs(fileId);
  return { bytes: file.bytes, read: (range) => readParts(blobs, parts, range) };
}
