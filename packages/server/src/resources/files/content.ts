/** `GET /files/{file_id}/content`: the bytes as they were sent, or a range of them. */
import { files } from '@selfsame/contract';
import type { BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';
import { implement } from '../handler.ts';
import { findFile } from './find-file.ts';

export default implement(files.content, ({ repositories, blobs }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id, bytes, filename, contentType } = await findFile(scope, params.file_id);
  const parts = await scope.files.listBlobs(id);
  return { contentType, bytes, filename, tag: id, open: (range) => readParts(blobs, parts, range) };
});

/** The bytes of `range` in the concatenation of `parts`. */
export async function* readParts(
  blobs: BlobStorage,
  parts: readonly BlobRecord[],
  range: { start: number; length: number },
): AsyncGenerator<Uint8Array> {
  let { start, length } = range;
  for (const { key, bytes } of parts) {
    const here = Math.min(length, bytes - start);
    if (here > 0) yield* blobs.read(key, { start, length: here });
    length -= Math.max(0, here);
    start = Math.max(0, start - bytes);
    if (length <= 0) return;
  }
}
