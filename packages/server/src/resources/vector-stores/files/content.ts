/**
 * `GET /vector_stores/{vector_store_id}/files/{file_id}/content`: returns the extracted text without the overlaps of
 * its chunks.
 */
import { vectorStores } from '@selfsame/contract';
import type { StoredChunk } from '../../../storage/repositories/vector-store-files.ts';
import { implement } from '../../handler.ts';
import { findStoreFile } from '../find-store.ts';

/** Returns the text of each chunk without the part that it shares with earlier chunks. */
export function withoutOverlap(chunks: readonly StoredChunk[]): string[] {
  let end = 0;
  return chunks.flatMap((chunk) => {
    const fresh = chunk.text.slice(Math.max(0, end - chunk.start));
    end = Math.max(end, chunk.end);
    return fresh === '' ? [] : [fresh];
  });
}

export default implement(vectorStores.files.content, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const ref = { storeId: params.vector_store_id, id: params.file_id };
  await findStoreFile(scope, ref);
  const texts = withoutOverlap(await scope.vectorStoreFiles.listChunks(ref));
  return {
    object: 'vector_store.file_content.page' as const,
    data: texts.map((text) => ({ type: 'text' as const, text })),
    has_more: false,
    next_page: null,
  };
});
