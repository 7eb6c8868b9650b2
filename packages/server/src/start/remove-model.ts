/** Taking a model away from this installation's models folder. */
import type { Config } from '../config/load.ts';
import { type DeletedModel, deleteModel } from '../models/delete-model.ts';
import { findModels } from './find-models.ts';
import { modelsDirectory } from './models-directory.ts';

/** Throws `DeleteModelError`. */
export async function removeInstalled(
  id: string,
  config: Pick<Config, 'dataDir' | 'models' | 'builtIn'>,
): Promise<DeletedModel> {
  const { models } = await findModels(config);
  return await deleteModel(id, { directory: modelsDirectory(config), installed: models });
}
