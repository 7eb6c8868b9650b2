/** BM25 search in the server's storage, because the API offers no search by words alone. */
import { countTerms } from '../../packages/server/src/retrieval/terms.ts';
import { openStorage } from '../../packages/server/src/start/storage.ts';

export async function openWordSearch(dataDir: string) {
  const { repositories, owner } = await openStorage({ dataDir });
  const { vectorStores } = repositories.forProject(owner.projectId);
  return {
    /** Names of the files of the best chunks, in order. */
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
