/**
 * Door: the repositories of records. Invariants: acknowledged writes are durable, also after kill -9; repositories of
 * `forProject` read and write one project only; `system()` accesses all projects and is used by tenancy and jobs only.
 */

import type { AssistantRepository } from './assistants.ts';
import type { BatchRepository, SystemBatchRepository } from './batches.ts';
import type { ChatCompletionRepository } from './chat-completions.ts';
import type { ContainerRepository, SystemContainerRepository } from './containers.ts';
import type { ConversationItemRepository } from './conversation-items.ts';
import type { ConversationRepository } from './conversations.ts';
import type { EventRepository, SystemEventRepository } from './events.ts';
import type { FileRepository, SystemFileRepository } from './files.ts';
import type { JobRepository, SystemJobRepository } from './jobs.ts';
import type { MessageRepository } from './messages.ts';
import type { Listed, ListPage } from './page.ts';
import type {
  ApiKeyRecord,
  InstallationRecord,
  OrganizationRecord,
  ProjectRecord,
  UsageEventRecord,
} from './records.ts';
import type { ResponseItemRepository } from './response-items.ts';
import type { ResponseRepository } from './responses.ts';
import type { RunStepRepository } from './run-steps.ts';
import type { RunRepository, SystemRunRepository } from './runs.ts';
import type { ThreadRepository } from './threads.ts';
import type { SystemUploadRepository, UploadRepository } from './uploads.ts';
import type { VectorStoreFileRepository } from './vector-store-files.ts';
import type { SystemVectorStoreRepository, VectorStoreRepository } from './vector-stores.ts';

/** A write violated a constraint: a duplicate, or a reference to a row that does not exist. A retry cannot succeed. */
export class ConstraintViolation extends Error {
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.name = 'ConstraintViolation';
  }
}

export interface InstallationRepository {
  retrieve(): Promise<InstallationRecord>;
}

export interface OrganizationRepository {
  /** Throws ConstraintViolation when the id exists. */
  create(record: OrganizationRecord): Promise<void>;
  retrieve(id: string): Promise<OrganizationRecord | undefined>;
}

export interface ProjectRepository {
  /** Throws ConstraintViolation when the id exists or the organization does not. */
  create(record: ProjectRecord): Promise<void>;
  retrieve(id: string): Promise<ProjectRecord | undefined>;
  /** All projects in order of creation, archived ones included. */
  list(): Promise<ProjectRecord[]>;
  /** Does nothing if the project is archived already or does not exist. */
  archive(id: string, archivedAt: number): Promise<void>;
}

/** A key was used at `lastUsedAt`. */
export interface ApiKeyUse {
  id: string;
  lastUsedAt: number;
}

export interface ApiKeyRepository {
  /** Throws ConstraintViolation when id or hash exists, or the project does not. */
  create(record: ApiKeyRecord): Promise<void>;
  /** All keys in order of creation, revoked ones included. */
  list(): Promise<ApiKeyRecord[]>;
  /** At most `limit` keys whose id starts with the literal `prefix`, in order of creation. */
  listByIdPrefix(prefix: string, limit: number): Promise<ApiKeyRecord[]>;
  findByHash(keyHash: string): Promise<ApiKeyRecord | undefined>;
  /** Whether a key was ever created. Revoked keys count. */
  anyExists(): Promise<boolean>;
  /** Sets `revokedAt` unless it is set already, and returns the record. Undefined when there is none. */
  revoke(id: string, revokedAt: number): Promise<ApiKeyRecord | undefined>;
  /** Moves `lastUsedAt` forward only, in one transaction. Unknown ids are skipped. */
  recordUses(uses: readonly ApiKeyUse[]): Promise<void>;
}

export interface UsageEventRepository {
  /**
   * Inserts all events in one transaction. An event whose id is already stored is skipped, so that a retry is harmless.
   * Throws ConstraintViolation when the project, organization and key of an event do not belong together.
   */
  insertMany(events: readonly UsageEventRecord[]): Promise<void>;
}

export interface SystemRepositories {
  readonly installation: InstallationRepository;
  readonly organizations: OrganizationRepository;
  readonly projects: ProjectRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly usageEvents: UsageEventRepository;
  readonly jobs: SystemJobRepository;
  readonly events: SystemEventRepository;
  /** The repositories of one project in the same transaction. */
  forProject(projectId: string): ProjectRepositories;
  readonly batches: SystemBatchRepository;
  readonly containers: SystemContainerRepository;
  readonly files: SystemFileRepository;
  readonly uploads: SystemUploadRepository;
  readonly runs: SystemRunRepository;
  readonly vectorStores: SystemVectorStoreRepository;
}

/** Repositories of one project. A record of another project does not exist for them. */
export interface ProjectRepositories {
  readonly project: { retrieve(): Promise<ProjectRecord | undefined> };
  readonly apiKeys: {
    retrieve(id: string): Promise<ApiKeyRecord | undefined>;
    /** Includes revoked keys. */
    list(page: ListPage): Promise<Listed<ApiKeyRecord>>;
  };
  readonly usageEvents: {
    /**
     * Inserts an event of this project in the transaction of the record that the invocation created. See `insertMany`.
     */
    insert(event: Omit<UsageEventRecord, 'organizationId' | 'projectId'>): Promise<void>;
    /** In order of `startedAt`. */
    list(page: ListPage): Promise<Listed<UsageEventRecord>>;
  };
  readonly jobs: JobRepository;
  readonly events: EventRepository;
  readonly chatCompletions: ChatCompletionRepository;
  readonly batches: BatchRepository;
  readonly assistants: AssistantRepository;
  readonly threads: ThreadRepository;
  readonly messages: MessageRepository;
  readonly runs: RunRepository;
  readonly runSteps: RunStepRepository;
  readonly responses: ResponseRepository;
  readonly responseItems: ResponseItemRepository;
  readonly conversations: ConversationRepository;
  readonly conversationItems: ConversationItemRepository;
  readonly containers: ContainerRepository;
  readonly files: FileRepository;
  readonly uploads: UploadRepository;
  readonly vectorStores: VectorStoreRepository;
  readonly vectorStoreFiles: VectorStoreFileRepository;
}

/**
 * Adds transactions to repositories. `work` receives the same repositories in one transaction, which is committed as a
 * whole or not at all and reads its own writes. `work` awaits nothing but these repositories, may run again after a
 * deadlock, and starts no other transaction.
 */
export type Transactional<R> = R & { transaction<T>(work: (repositories: R) => Promise<T>): Promise<T> };

/**
 * Wakes subscribers when a transaction of any process has written something. Invariant: a wake carries no data and may
 * be spurious, so the subscriber reads the database.
 */
export interface Signals {
  /**
   * Calls `wake` after each commit that signalled `topic`: in this process at once, in others soon after. Returns
   * `unsubscribe`.
   */
  subscribe(topic: string, wake: () => void): () => void;
}

export interface Repositories {
  system(): Transactional<SystemRepositories>;
  forProject(projectId: string): Transactional<ProjectRepositories>;
  /** Wakes subscribers after commits of any process. */
  readonly signals: Signals;
  /** Resolves when a read succeeds; rejects with the error of the database otherwise. */
  ping(): Promise<void>;
  /** Human-readable product, version and schema of the database. */
  describe(): Promise<string>;
  /** Waits for running writes, then closes the database. Idempotent. */
  close(): Promise<void>;
}
