/** Every model this installation can serve: yours, the recommended ones that were pulled, and the built-in one behind them. */
import type { Config } from '../config/load.ts';
import { listBuiltInModels } from '../models/built-in.ts';
import { type InstalledModels, listInstalledModels } from '../models/installed.ts';
import { modelsDirectory } from './models-directory.ts';

/** Best first. */
export async function findModels(config: Pick<Config, 'dataDir' | 'models' | 'builtIn'>): Promise<InstalledModels> {
  const installed = await listInstalledModels(modelsDirectory(config), config.models);
  if (!config.builtIn) return installed;
  const builtIn = await listBuiltInModels();
  const fresh = builtIn.models.filter(({ id }) => !installed.models.some((model) => model.id === id));
  return { models: [...installed.models, ...fresh], refused: [...installed.refused, ...builtIn.refused] };
}
