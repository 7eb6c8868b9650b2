/** `GET /vector_stores/{vector_store_id}/files/{file_id}/content`: the text that was read, every stretch of it once. */
import { vectorStores } from '@selfsame/contract';
import type { StoredChunk } from '../../../storage/repositories/vector-store-files.ts';
import { implement } from '../../handler.ts';
import { findStoreFile } from '../find-store.ts';

/** Chunks share text with their neighbours: of each, what the ones before did not have. */
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
  const place = { storeId: params.vector_store_id, id: params.file_id };
  await findStoreFile(scope, place);
  const texts = withoutOverlap(await scope.vectorStoreFiles.listChunks(place));
  return {
    object: 'vector_store.file_content.page' as const,
    data: texts.map((text) => ({ type: 'text' as const, text })),
    has_more: false,
    next_page: null,
  };
});
