/** BM25 alone, which the API has no word for: the words' half of a search, asked of the storage that the server keeps. */
import { countTerms } from '../../packages/server/src/retrieval/terms.ts';
import { openStorage } from '../../packages/server/src/start/storage.ts';

export async function openWordSearch(dataDir: string) {
  const { repositories, owner } = await openStorage({ dataDir });
  const { vectorStores } = repositories.forProject(owner.projectId);
  return {
    /** Names of the files of the best chunks, in their order. */
    async search(storeId: string, query: string, limit: number): Promise<string[]> {
      const found = await vectorStores.search({ storeId, terms: [...countTerms(query).keys()], limit });
      const keys = found.map(({ chunkKey }) => chunkKey);
      const chunks = await vectorStores.listChunks(storeId, keys);
      const names = new Map(chunks.map(({ chunkKey, filename }) => [chunkKey, filename]));
      return keys.flatMap((key) => names.get(key) ?? []);
    },
    close: () => repositories.close(),
  };
}
