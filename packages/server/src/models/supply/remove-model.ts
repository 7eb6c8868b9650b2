/** Deletes a model from this installation's models folder. */
import { type DeletedModel, deleteModel } from '../delete-model.ts';
import { findModels, type ModelSources } from './find-models.ts';
import { modelsDirectory } from './models-directory.ts';

/** Throws `DeleteModelError`. */
export async function removeInstalledModel(id: string, sources: ModelSources): Promise<DeletedModel> {
  const { models } = await findModels(sources);
  return await deleteModel(id, { directory: modelsDirectory(sources), installed: models });
}
