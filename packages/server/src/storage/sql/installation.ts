/**
 * First start: one process creates the organization, its default project and the pepper of API keys, in one
 * transaction.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { InstallationRecord } from '../repositories/records.ts';
import type { InstallationRepository } from '../repositories/repositories.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const PEPPER_BYTES = 32;
const DEFAULT_ORGANIZATION_NAME = 'Default organization';
const DEFAULT_PROJECT_NAME = 'Default project';

function select(db: Reader): Promise<InstallationRecord | undefined> {
  return db
    .selectFrom('installation')
    .select([
      'api_key_pepper as apiKeyPepper',
      'organization_id as organizationId',
      'project_id as projectId',
      'created_at as createdAt',
    ])
    .executeTakeFirst();
}

async function insert(writer: Writer, clock: Clock, ids: IdSource): Promise<void> {
  const createdAt = clock.now();
  const organizationId = ids('org-');
  const projectId = ids('proj_');
  await writer
    .insertInto('organizations')
    .values({ id: organizationId, name: DEFAULT_ORGANIZATION_NAME, created_at: createdAt })
    .execute();
  await writer
    .insertInto('projects')
    .values({
      id: projectId,
      organization_id: organizationId,
      name: DEFAULT_PROJECT_NAME,
      created_at: createdAt,
      archived_at: null,
    })
    .execute();
  await writer
    .insertInto('installation')
    .values({
      singleton: 1,
      api_key_pepper: randomBytes(PEPPER_BYTES).toString('base64url'),
      organization_id: organizationId,
      project_id: projectId,
      created_at: createdAt,
    })
    .execute();
}

/** Creates the installation unless it exists. Processes that start in parallel create one. */
export async function ensureInstallation(database: SqlDatabase, clock: Clock, ids: IdSource): Promise<void> {
  if ((await select(database.reader)) !== undefined) return;
  await database.write(async (writer) => {
    await database.lock(writer, 'installation');
    if ((await select(writer)) === undefined) await insert(writer, clock, ids);
  });
}

export function installationRepository({ reader }: SqlDatabase): InstallationRepository {
  return {
    async retrieve() {
      const record = await select(reader);
      if (record === undefined)
        throw new Error('The database has no installation row: it was not opened by this program.');
      return record;
    },
  };
}
