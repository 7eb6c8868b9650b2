/** Checks that the database opens, and counts its keys. */
import type { Config } from '../../config/load.ts';
import { openStorage, sqlitePath } from '../storage.ts';
import { type Check, inOneLine } from './finding.ts';

export const checkDatabase: Check = async (config) => {
  try {
    const { apiKeys, repositories } = await openStorage(config);
    try {
      const keys = (await apiKeys.list()).filter((key) => key.revokedAt === null);
      const seen = `${await repositories.describe()}, ${keys.length} active API keys`;
      return { what: 'database', state: 'ok', seen };
    } finally {
      await repositories.close();
    }
  } catch (error) {
    return { what: 'database', state: 'problem', seen: inOneLine(error), advice: adviceFor(config) };
  }
};

function adviceFor(config: Config): string {
  if (config.databaseUrl === '') {
    return `Look at ${sqlitePath(config)}, or start with another SELFSAME_DATA_DIR.`;
  }
  return 'Look whether the PostgreSQL of SELFSAME_DATABASE_URL runs, and whether its user may make tables.';
}
