/** Finds the file of a request. */
import { errors } from '../../errors/catalogue.ts';
import type { FileRecord } from '../../storage/repositories/files.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

/** @throws ApiError 404 if the project has no file with that id. */
export async function findFile({ files }: Pick<ProjectRepositories, 'files'>, id: string): Promise<FileRecord> {
  const record = await files.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('File', id);
  return record;
}
