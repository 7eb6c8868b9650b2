/** The repositories over any SQL database that a dialect opened. A new room is a line here and in the door. */
import type {
  ProjectRepositories,
  Repositories,
  SystemRepositories,
  Transactional,
} from '../repositories/repositories.ts';
import { apiKeyRepository, scopedApiKeys } from './api-keys.ts';
import { scopedAssistants } from './assistants.ts';
import { batchRepository, scopedBatches } from './batches.ts';
import { scopedChatCompletions } from './chat-completions.ts';
import { describeDatabase } from './describe-database.ts';
import { eventRepository, systemEventRepository } from './events.ts';
import { fileRepository, scopedFiles } from './files.ts';
import { installationRepository } from './installation.ts';
import { systemJobRepository } from './job-housekeeping.ts';
import { jobRepository } from './jobs.ts';
import { scopedMessages } from './messages.ts';
import { organizationRepository, projectRepository, scopedProject } from './organizations.ts';
import { scopedRunSteps } from './run-steps.ts';
import { runRepository, scopedRuns } from './runs.ts';
import { type SqlDatabase, within } from './sql-database.ts';
import type { Surroundings } from './surroundings.ts';
import { scopedThreads } from './threads.ts';
import { scopedUploads, uploadRepository } from './uploads.ts';
import { scopedUsageEvents, usageEventRepository } from './usage-events.ts';
import { scopedVectorStoreFiles } from './vector-store-files.ts';
import { scopedVectorStores, vectorStoreRepository } from './vector-stores.ts';

function systemRooms(database: SqlDatabase, surroundings: Surroundings): SystemRepositories {
  return {
    installation: installationRepository(database),
    organizations: organizationRepository(database),
    projects: projectRepository(database),
    apiKeys: apiKeyRepository(database),
    usageEvents: usageEventRepository(database),
    jobs: systemJobRepository({ ...surroundings, database, scope: null }),
    events: systemEventRepository(database),
    forProject: (projectId) => projectRooms(database, projectId, surroundings),
    batches: batchRepository(database, surroundings.clock),
    files: fileRepository(database, surroundings.clock),
    uploads: uploadRepository(database, surroundings.clock),
    runs: runRepository(database, surroundings.clock),
    vectorStores: vectorStoreRepository(database, surroundings.clock),
  };
}

function projectRooms(database: SqlDatabase, projectId: string, surroundings: Surroundings): ProjectRepositories {
  return {
    project: scopedProject(database, projectId),
    apiKeys: scopedApiKeys(database, projectId),
    usageEvents: scopedUsageEvents(database, projectId),
    jobs: jobRepository({ ...surroundings, database, scope: projectId }),
    events: eventRepository(database, projectId),
    chatCompletions: scopedChatCompletions(database, projectId),
    batches: scopedBatches(database, projectId),
    assistants: scopedAssistants(database, projectId),
    threads: scopedThreads(database, projectId),
    messages: scopedMessages(database, projectId),
    runs: scopedRuns(database, projectId),
    runSteps: scopedRunSteps(database, projectId),
    files: scopedFiles(database, projectId, surroundings.clock),
    uploads: scopedUploads(database, projectId),
    vectorStores: scopedVectorStores(database, projectId),
    vectorStoreFiles: scopedVectorStoreFiles(database, projectId),
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
    async close() {
      await database.accelerator?.close();
      await database.close();
    },
  };
}
