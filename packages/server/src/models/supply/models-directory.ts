/** The folder that keeps the models of an installation. */
import { join } from 'node:path';

export function modelsDirectory({ dataDir }: { dataDir: string }): string {
  return join(dataDir, 'models');
}
