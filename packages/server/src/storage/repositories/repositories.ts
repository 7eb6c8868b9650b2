/**
 * Door: where records are kept. Invariants: whatever a method acknowledged survives kill -9; what `forProject` gives reads
 * and writes one project only; `system()` sees all projects and is for tenancy and jobs alone.
 */

import type { AssistantRepository } from './assistants.ts';
import type { BatchRepository, SystemBatchRepository } from './batches.ts';
import type { ChatCompletionRepository } from './chat-completions.ts';
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
import type { RunStepRepository } from './run-steps.ts';
import type { RunRepository, SystemRunRepository } from './runs.ts';
import type { ThreadRepository } from './threads.ts';
import type { SystemUploadRepository, UploadRepository } from './uploads.ts';
import type { VectorStoreFileRepository } from './vector-store-files.ts';
import type { SystemVectorStoreRepository, VectorStoreRepository } from './vector-stores.ts';

/** A write broke a rule of the database: a duplicate, or a reference to something that does not exist. Retrying cannot help. */
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
  /** All of them, archived ones too, in order of creation. */
  list(): Promise<ProjectRecord[]>;
  /** Does nothing to a project that is archived already, or is not there. */
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
  /** Revoked keys too, in order of creation. */
  list(): Promise<ApiKeyRecord[]>;
  /** At most `limit` keys whose id begins with `prefix` (literally: no wildcards), in order of creation. */
  listByIdPrefix(prefix: string, limit: number): Promise<ApiKeyRecord[]>;
  findByHash(keyHash: string): Promise<ApiKeyRecord | undefined>;
  /** Whether any key was ever created; a revoked one counts. */
  anyExists(): Promise<boolean>;
  /** Sets `revokedAt` unless it is set already; answers the record as it is then, undefined when there is none. */
  revoke(id: string, revokedAt: number): Promise<ApiKeyRecord | undefined>;
  /** Moves `lastUsedAt` forward, never back; unknown ids are passed over. One transaction. */
  recordUses(uses: readonly ApiKeyUse[]): Promise<void>;
}

export interface UsageEventRepository {
  /**
   * All or none, in one transaction. An id that is stored already is left as it is, so that a retry is harmless.
   * Throws ConstraintViolation when an event names a project, organization or key that does not belong together.
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
  /** One project's records within the same transaction. */
  forProject(projectId: string): ProjectRepositories;
  readonly batches: SystemBatchRepository;
  readonly files: SystemFileRepository;
  readonly uploads: SystemUploadRepository;
  readonly runs: SystemRunRepository;
  readonly vectorStores: SystemVectorStoreRepository;
}

/** Everything here is of one project; another project's record is as good as absent. */
export interface ProjectRepositories {
  readonly project: { retrieve(): Promise<ProjectRecord | undefined> };
  readonly apiKeys: {
    retrieve(id: string): Promise<ApiKeyRecord | undefined>;
    /** Revoked keys too. */
    list(page: ListPage): Promise<Listed<ApiKeyRecord>>;
  };
  readonly usageEvents: {
    /** Written with the record that the invocation made, in its transaction; as `insertMany` with events of this project. */
    insert(event: Omit<UsageEventRecord, 'organizationId' | 'projectId'>): Promise<void>;
    /** By the time at which the invocation began. */
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
  readonly files: FileRepository;
  readonly uploads: UploadRepository;
  readonly vectorStores: VectorStoreRepository;
  readonly vectorStoreFiles: VectorStoreFileRepository;
}

/**
 * Adds the way to do several things at once to what can be done one by one.
 * `work` gets the same repositories, reading and writing in one transaction: all of it is kept, or none, and it sees what it wrote.
 * It awaits nothing but them, may run twice when the database ends it for a deadlock, and begins no other transaction.
 */
export type Transactional<R> = R & { transaction<T>(work: (repositories: R) => Promise<T>): Promise<T> };

/**
 * Wakes subscribers when a transaction of any process has written something. Invariant: a wake carries no data and may be spurious, so the
 * subscriber reads the database.
 */
export interface Signals {
  /** Calls `wake` after each commit that signalled `topic`: in this process at once, in others soon after. Returns `unsubscribe`. */
  subscribe(topic: string, wake: () => void): () => void;
}

export interface Repositories {
  system(): Transactional<SystemRepositories>;
  forProject(projectId: string): Transactional<ProjectRepositories>;
  /** Whoever subscribes is woken by what transactions of any process wrote. */
  readonly signals: Signals;
  /** Resolves when the database answers a read; rejects with its error otherwise. */
  ping(): Promise<void>;
  /** The product with its version and the state of the schema, in a few words for people. */
  describe(): Promise<string>;
  /** Waits for writes under way, then lets go of the database. Idempotent. */
  close(): Promise<void>;
}
