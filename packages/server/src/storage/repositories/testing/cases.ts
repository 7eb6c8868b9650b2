/** Functions that the cases of the conformance suite of repositories share. */
import type { ManualClock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { ApiKeyRecord, ProjectRecord, UsageEventRecord } from '../records.ts';
import type { Repositories } from '../repositories.ts';
import { USAGE_EVENT } from './records.ts';

export interface RepositoriesFixture {
  repositories: Repositories;
  /** Opens the same database again, as another process would. `dispose` closes it too. */
  openAgain(): Promise<Repositories>;
  /** Closes everything and removes the database. */
  dispose(): Promise<void>;
}

export type OpenRepositories = (clock: ManualClock, ids: IdSource) => Promise<RepositoriesFixture>;

/** The fixture of the running case, and functions that create records in it. */
export interface Cases {
  fixture(): RepositoriesFixture;
  clock: ManualClock;
  ids: IdSource;
  installation(): Promise<{ organizationId: string; projectId: string; apiKeyPepper: string; createdAt: number }>;
  createProject(): Promise<ProjectRecord>;
  createKey(fields?: Partial<ApiKeyRecord>): Promise<ApiKeyRecord>;
  usageEvent(fields?: Partial<UsageEventRecord>): Promise<UsageEventRecord>;
}

export function createCases(fixture: () => RepositoriesFixture, clock: ManualClock, ids: IdSource): Cases {
  const system = () => fixture().repositories.system();
  const installation = () => system().installation.retrieve();

  async function createProject(): Promise<ProjectRecord> {
    const organization = { id: ids('org-'), name: 'Other', createdAt: clock.now() };
    await system().organizations.create(organization);
    const project: ProjectRecord = {
      id: ids('proj_'),
      organizationId: organization.id,
      name: 'Other project',
      createdAt: clock.now(),
      archivedAt: null,
    };
    await system().projects.create(project);
    return project;
  }

  async function createKey(fields: Partial<ApiKeyRecord> = {}): Promise<ApiKeyRecord> {
    const id = ids('key_');
    const record: ApiKeyRecord = {
      id,
      projectId: (await installation()).projectId,
      name: 'laptop “ünïcode” 🗝',
      keyHash: `hash of ${id}`,
      redactedValue: 'sk-…abcd',
      createdAt: clock.now(),
      lastUsedAt: null,
      revokedAt: null,
      ...fields,
    };
    await system().apiKeys.create(record);
    return record;
  }

  async function usageEvent(fields: Partial<UsageEventRecord> = {}): Promise<UsageEventRecord> {
    const { organizationId, projectId } = await installation();
    return {
      ...USAGE_EVENT,
      id: ids('usage_'),
      organizationId,
      projectId,
      modelId: 'nano',
      inputTokens: 12,
      outputTokens: 2 ** 40,
      cachedInputTokens: 3,
      requests: 1,
      startedAt: clock.now(),
      durationMs: 250,
      ...fields,
    };
  }

  return { fixture, clock, ids, installation, createProject, createKey, usageEvent };
}
