/** Takes a file that goes out of every store that holds it, in the transaction in which it goes. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

export async function leaveStores(
  { vectorStoreFiles, jobs }: Pick<ProjectRepositories, 'vectorStoreFiles' | 'jobs'>,
  fileId: string,
): Promise<void> {
  for (const storeId of await vectorStoreFiles.listStores(fileId)) {
    const job = await vectorStoreFiles.delete({ storeId, id: fileId });
    if (job !== undefined) await jobs.cancel(job);
  }
}
