/** All models that this installation can serve: the user's, pulled recommended ones, and the built-in ones. */
import { listBuiltInModels } from '../built-in.ts';
import { type InstalledModels, listInstalledModels } from '../installed.ts';
import { modelsDirectory } from './models-directory.ts';

export interface ModelSources {
  dataDir: string;
  /** Paths of model files and folders outside of the data folder. */
  models: readonly string[];
  /** Whether the built-in models are offered. */
  builtIn: boolean;
}

/** Best first. */
export async function findModels(sources: ModelSources): Promise<InstalledModels> {
  const installed = await listInstalledModels(modelsDirectory(sources), sources.models);
  if (!sources.builtIn) return installed;
  const builtIn = await listBuiltInModels();
  const others = builtIn.models.filter(({ id }) => !installed.models.some((model) => model.id === id));
  return { models: [...installed.models, ...others], refused: [...installed.refused, ...builtIn.refused] };
}
