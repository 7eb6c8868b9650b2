/** The repositories over an SQL database. A new repository needs a line here and in the door. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
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
import { containerRepository, scopedContainers } from './containers.ts';
import { scopedConversationItems } from './conversation-items.ts';
import { scopedConversations } from './conversations.ts';
import { describeDatabase } from './describe-database.ts';
import { eventRepository, systemEventRepository } from './events.ts';
import { fileRepository, scopedFiles } from './files.ts';
import { installationRepository } from './installation.ts';
import { systemJobRepository } from './job-housekeeping.ts';
import { jobRepository } from './jobs.ts';
import { scopedMessages } from './messages.ts';
import { organizationRepository, projectRepository, scopedProject } from './organizations.ts';
import { scopedResponseItems } from './response-items.ts';
import { scopedResponses } from './responses.ts';
import { scopedRunSteps } from './run-steps.ts';
import { runRepository, scopedRuns } from './runs.ts';
import { type ChunkIndex, createChunkIndex } from './search/chunk-index.ts';
import { type SqlDatabase, within } from './sql-database.ts';
import { scopedThreads } from './threads.ts';
import { scopedUploads, uploadRepository } from './uploads.ts';
import { scopedUsageEvents, usageEventRepository } from './usage-events.ts';
import { scopedVectorStoreFiles } from './vector-store-files.ts';
import { scopedVectorStores, vectorStoreRepository } from './vector-stores.ts';

interface RepositoryDeps {
  clock: Clock;
  ids: IdSource;
  search: ChunkIndex;
}

function systemRepositories(database: SqlDatabase, deps: RepositoryDeps): SystemRepositories {
  const { clock, ids } = deps;
  return {
    installation: installationRepository(database),
    organizations: organizationRepository(database),
    projects: projectRepository(database),
    apiKeys: apiKeyRepository(database),
    usageEvents: usageEventRepository(database),
    jobs: systemJobRepository({ clock, ids, database, scope: null }),
    events: systemEventRepository(database),
    forProject: (projectId) => projectRepositories(database, projectId, deps),
    batches: batchRepository(database, clock),
    containers: containerRepository(database, clock),
    files: fileRepository(database, clock),
    uploads: uploadRepository(database, clock),
    runs: runRepository(database, clock),
    vectorStores: vectorStoreRepository(database, clock),
  };
}

function projectRepositories(database: SqlDatabase, projectId: string, deps: RepositoryDeps): ProjectRepositories {
  const { clock, ids, search } = deps;
  return {
    project: scopedProject(database, projectId),
    apiKeys: scopedApiKeys(database, projectId),
    usageEvents: scopedUsageEvents(database, projectId),
    jobs: jobRepository({ clock, ids, database, scope: projectId }),
    events: eventRepository(database, projectId),
    chatCompletions: scopedChatCompletions(database, projectId),
    batches: scopedBatches(database, projectId),
    assistants: scopedAssistants(database, projectId),
    threads: scopedThreads(database, projectId),
    messages: scopedMessages(database, projectId),
    runs: scopedRuns(database, projectId),
    runSteps: scopedRunSteps(database, projectId),
    responses: scopedResponses(database, projectId),
    responseItems: scopedResponseItems(database, projectId),
    conversations: scopedConversations(database, projectId),
    conversationItems: scopedConversationItems(database, projectId),
    containers: scopedContainers(database, projectId, clock),
    files: scopedFiles(database, projectId, clock),
    uploads: scopedUploads(database, projectId),
    vectorStores: scopedVectorStores(database, search, projectId),
    vectorStoreFiles: scopedVectorStoreFiles(database, search, projectId),
  };
}

/** Creates repositories over the database, and over its transactions. */
function transactional<R>(
  database: SqlDatabase,
  deps: RepositoryDeps,
  create: (database: SqlDatabase, deps: RepositoryDeps) => R,
): Transactional<R> {
  const inTransaction = (inner: SqlDatabase) => create(inner, { ...deps, search: createChunkIndex(inner) });
  return {
    ...create(database, deps),
    transaction: (work) => database.write((writer, signal) => work(inTransaction(within(database, writer, signal)))),
  };
}

export function sqlRepositories(database: SqlDatabase, deps: RepositoryDeps): Repositories {
  const system = transactional(database, deps, systemRepositories);
  return {
    system: () => system,
    forProject: (projectId) =>
      transactional(database, deps, (inner, innerDeps) => projectRepositories(inner, projectId, innerDeps)),
    signals: database.signals,
    async ping() {
      await database.reader.selectFrom('installation').select('singleton').execute();
    },
    describe: () => describeDatabase(database),
    async close() {
      await deps.search.close();
      await database.close();
    },
  };
}
