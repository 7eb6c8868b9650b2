/** The repositories over any SQL database that a dialect opened. A new room is a line here and in the door. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type {
  ProjectRepositories,
  Repositories,
  SystemRepositories,
  Transactional,
} from '../repositories/repositories.ts';
import { apiKeyRepository, scopedApiKeys } from './api-keys.ts';
import { describeDatabase } from './describe-database.ts';
import { fileRepository, scopedFiles } from './files.ts';
import { installationRepository } from './installation.ts';
import { organizationRepository, projectRepository, scopedProject } from './organizations.ts';
import { type SqlDatabase, within } from './sql-database.ts';
import { scopedUsageEvents, usageEventRepository } from './usage-events.ts';

/** What repositories need besides the database. */
export interface Surroundings {
  clock: Clock;
  ids: IdSource;
}

function systemRooms(database: SqlDatabase, { clock }: Surroundings): SystemRepositories {
  return {
    installation: installationRepository(database),
    organizations: organizationRepository(database),
    projects: projectRepository(database),
    apiKeys: apiKeyRepository(database),
    usageEvents: usageEventRepository(database),
    files: fileRepository(database, clock),
  };
}

function projectRooms(database: SqlDatabase, projectId: string, { clock }: Surroundings): ProjectRepositories {
  return {
    project: scopedProject(database, projectId),
    apiKeys: scopedApiKeys(database, projectId),
    usageEvents: scopedUsageEvents(database, projectId),
    files: scopedFiles(database, projectId, clock),
  };
}

/** `rooms` over the database, and over any transaction of it. */
function transactional<R>(database: SqlDatabase, rooms: (database: SqlDatabase) => R): Transactional<R> {
  return {
    ...rooms(database),
    transaction: (work) => database.write((writer, signal) => work(rooms(within(database, writer, signal)))),
  };
}

export function sqlRepositories(database: SqlDatabase, surroundings: Surroundings): Repositories {
  const system = transactional(database, (inner) => systemRooms(inner, surroundings));
  return {
    system: () => system,
    forProject: (projectId) => transactional(database, (inner) => projectRooms(inner, projectId, surroundings)),
    signals: database.signals,
    async ping() {
      await database.reader.selectFrom('installation').select('singleton').execute();
    },
    describe: () => describeDatabase(database),
    close: () => database.close(),
  };
}
