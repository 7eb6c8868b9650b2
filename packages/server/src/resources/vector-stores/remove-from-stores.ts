/** Removes a deleted file from every vector store, in the transaction of its deletion. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

export async function removeFromStores(
  { vectorStoreFiles, jobs }: Pick<ProjectRepositories, 'vectorStoreFiles' | 'jobs'>,
  fileId: string,
): Promise<void> {
  for (const storeId of await vectorStoreFiles.listStores(fileId)) {
    const job = await vectorStoreFiles.delete({ storeId, id: fileId });
    if (job !== undefined) await jobs.cancel(job);
  }
}
