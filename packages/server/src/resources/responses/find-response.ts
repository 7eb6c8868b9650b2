/** The stored response of a request. */
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';

/** @throws ApiError 404 if it does not exist in the project, or is not stored. */
export async function findResponse(
  { responses }: Pick<ProjectRepositories, 'responses'>,
  id: string,
): Promise<ResponseRecord> {
  const record = await responses.retrieve(id);
  if (record?.stored !== true) throw errors.objectNotFound('Response', id);
  return record;
}
