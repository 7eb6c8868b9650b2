/** Finds the batch that a request names. */
import { errors } from '../../errors/catalogue.ts';
import type { BatchRecord } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

/** @throws ApiError 404 naming the batch if the project has no batch of that id. */
export async function findBatch({ batches }: Pick<ProjectRepositories, 'batches'>, id: string): Promise<BatchRecord> {
  const record = await batches.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Batch', id);
  return record;
}
