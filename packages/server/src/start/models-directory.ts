/** Where the models of an installation are kept. */
import { join } from 'node:path';
import type { Config } from '../config/load.ts';

export function modelsDirectory(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'models');
}
