/**
 * The conformance suite of the repositories door. The test of an adapter calls `describeRepositories` with a function
 * that opens an empty, real database for each case.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { describeBatches } from './batches.conformance.ts';
import { describeChatCompletions } from './chat-completions.conformance.ts';
import { describeContainers } from './containers.conformance.ts';
import { describeConversations } from './conversations.conformance.ts';
import { describeFiles } from './files.conformance.ts';
import { describePages } from './page.conformance.ts';
import type { UsageEventRecord } from './records.ts';
import { ConstraintViolation } from './repositories.ts';
import { describeResponses } from './responses.conformance.ts';
import { describeRuns } from './runs.conformance.ts';
import { describeScope } from './scope.conformance.ts';
import { type Cases, createCases, type OpenRepositories, type RepositoriesFixture } from './testing/cases.ts';
import { describeThreads } from './threads.conformance.ts';
import { describeUploads } from './uploads.conformance.ts';
import { describeVectorStores } from './vector-stores.conformance.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** A page that contains every record of a case. */
const ALL = { limit: 1000 };

/** Call it inside a `describe` that names the database. */
export function describeRepositories(open: OpenRepositories): void {
  const clock = createManualClock(START_MS);
  const ids = createIdSource(clock);
  let fixture: RepositoriesFixture;

  beforeEach(async () => {
    fixture = await open(clock, ids);
  });
  afterEach(() => fixture.dispose());

  const cases = createCases(() => fixture, clock, ids);
  describeFirstStart(cases);
  describeApiKeys(cases);
  describeUsageEvents(cases);
  describeTransactions(cases);
  describeChatCompletions(cases);
  describeBatches(cases);
  describeFiles(cases);
  describeThreads(cases);
  describeRuns(cases);
  describeResponses(cases);
  describeConversations(cases);
  describeContainers(cases);
  describeUploads(cases);
  describeVectorStores(cases);
  describePages(cases);
  describeScope(cases);
}

function describeFirstStart({ fixture, clock, installation, createProject }: Cases): void {
  it('creates an organization and its default project on first start', async () => {
    const { organizationId, projectId, apiKeyPepper, createdAt } = await installation();
    expect(apiKeyPepper).toHaveLength(43);
    expect(createdAt).toBe(clock.now());
    const system = fixture().repositories.system();
    expect(await system.organizations.retrieve(organizationId)).toMatchObject({ id: organizationId, createdAt });
    expect(await system.projects.retrieve(projectId)).toMatchObject({ organizationId, archivedAt: null, createdAt });
  });

  it('finds the same installation when it is opened again', async () => {
    const again = await fixture().openAgain();
    expect(await again.system().installation.retrieve()).toEqual(await installation());
  });

  it('returns undefined for an organization, project and key hash that do not exist', async () => {
    const system = fixture().repositories.system();
    expect(await system.organizations.retrieve('org-none')).toBeUndefined();
    expect(await system.projects.retrieve('proj_none')).toBeUndefined();
    expect(await system.apiKeys.findByHash('none')).toBeUndefined();
  });

  it('refuses a duplicate project and a project of an unknown organization', async () => {
    const project = await createProject();
    const { projects } = fixture().repositories.system();
    await expect(projects.create(project)).rejects.toThrow(ConstraintViolation);
    const orphan = { ...project, id: 'proj_orphan', organizationId: 'org-none' };
    await expect(projects.create(orphan)).rejects.toThrow(ConstraintViolation);
    expect(await projects.retrieve('proj_orphan')).toBeUndefined();
  });

  it('lists projects in order of creation, and archives one once', async () => {
    const first = await createProject();
    const second = await createProject();
    const { projects } = fixture().repositories.system();
    const ids = (await projects.list()).map(({ id }) => id);
    expect(ids.indexOf(first.id)).toBeGreaterThan(0);
    expect(ids.indexOf(second.id)).toBeGreaterThan(ids.indexOf(first.id));
    await projects.archive(first.id, 7);
    await projects.archive(first.id, 8);
    expect(await projects.retrieve(first.id)).toMatchObject({ archivedAt: 7 });
    expect(await projects.retrieve(second.id)).toMatchObject({ archivedAt: null });
  });

  it('resolves a ping, and refuses reads and writes after close', async () => {
    const again = await fixture().openAgain();
    await again.ping();
    await again.close();
    await again.close();
    await expect(again.ping()).rejects.toThrow();
    await expect(again.system().apiKeys.recordUses([])).rejects.toThrow(/closed/);
  });

  it('finishes running writes before it closes', async () => {
    const again = await fixture().openAgain();
    const { apiKeys, organizations } = again.system();
    const writes = ['org-1', 'org-2', 'org-3'].map((id) => organizations.create({ id, name: id, createdAt: 1 }));
    writes.push(apiKeys.recordUses([{ id: 'key_none', lastUsedAt: 1 }]));
    await again.close();
    await Promise.all(writes);
    expect(await fixture().repositories.system().organizations.retrieve('org-3')).toBeDefined();
  });
}

function describeApiKeys({ fixture, clock, createKey, ids }: Cases): void {
  const apiKeys = () => fixture().repositories.system().apiKeys;

  it('keeps every field of an API key, and finds it by its hash', async () => {
    expect(await apiKeys().anyExists()).toBe(false);
    const key = await createKey();
    expect(await apiKeys().findByHash(key.keyHash)).toEqual(key);
    expect(await apiKeys().anyExists()).toBe(true);
  });

  it('shows a written record to another connection at once', async () => {
    const again = await fixture().openAgain();
    const key = await createKey();
    expect(await again.system().apiKeys.findByHash(key.keyHash)).toEqual(key);
  });

  it('lists API keys in order of creation, also when many are created in one millisecond', async () => {
    const keys = [];
    for (let i = 0; i < 20; i += 1) keys.push(await createKey());
    expect(await apiKeys().list()).toEqual(keys);
  });

  it('lists API keys by a literal prefix of the id, wildcard characters included, up to the limit', async () => {
    const first = await createKey({ id: 'key_a1' });
    const second = await createKey({ id: 'key_a%2' });
    expect(await apiKeys().listByIdPrefix('key_a', 5)).toEqual([second, first]);
    expect(await apiKeys().listByIdPrefix('key_a', 1)).toEqual([second]);
    expect(await apiKeys().listByIdPrefix('key_a%', 5)).toEqual([second]);
    expect(await apiKeys().listByIdPrefix('key_a_', 5)).toEqual([]);
    expect(await apiKeys().listByIdPrefix('%', 5)).toEqual([]);
  });

  it('refuses a second API key with the same hash, and a key of an unknown project', async () => {
    const key = await createKey();
    await expect(createKey({ keyHash: key.keyHash })).rejects.toThrow(ConstraintViolation);
    await expect(createKey({ projectId: 'proj_none' })).rejects.toThrow(ConstraintViolation);
    expect(await apiKeys().list()).toEqual([key]);
  });

  it('revokes an API key once and keeps the first time', async () => {
    const key = await createKey();
    const revokedAt = clock.now();
    expect(await apiKeys().revoke(key.id, revokedAt)).toEqual({ ...key, revokedAt });
    expect(await apiKeys().revoke(key.id, revokedAt + 5)).toEqual({ ...key, revokedAt });
    expect(await apiKeys().revoke(ids('key_'), revokedAt)).toBeUndefined();
  });

  it('moves the last use of several API keys forward only, and skips unknown keys', async () => {
    const a = await createKey();
    const b = await createKey();
    await apiKeys().recordUses([
      { id: a.id, lastUsedAt: 200 },
      { id: 'key_none', lastUsedAt: 300 },
      { id: b.id, lastUsedAt: 100 },
    ]);
    await apiKeys().recordUses([
      { id: a.id, lastUsedAt: 150 },
      { id: b.id, lastUsedAt: 400 },
    ]);
    expect((await apiKeys().list()).map((key) => key.lastUsedAt)).toEqual([200, 400]);
  });
}

function describeUsageEvents({ fixture, createKey, createProject, usageEvent }: Cases): void {
  const insert = (events: UsageEventRecord[]) => fixture().repositories.system().usageEvents.insertMany(events);
  const list = async (projectId: string) =>
    (await fixture().repositories.forProject(projectId).usageEvents.list(ALL)).records;

  it('keeps every field of usage events, in order, also of more events than one statement inserts', async () => {
    const key = await createKey();
    const events = [await usageEvent({ apiKeyId: key.id, modelId: null, status: 499 })];
    for (let i = 0; i < 250; i += 1) events.push(await usageEvent());
    await insert(events);
    expect(await list(key.projectId)).toEqual(events);
  });

  it('writes a usage event once, however often it is inserted', async () => {
    const event = await usageEvent();
    await insert([event]);
    const later = await usageEvent();
    await insert([{ ...event, inputTokens: 99 }, later]);
    await insert([]);
    expect(await list(event.projectId)).toEqual([event, later]);
  });

  it('writes no usage event of a group when one violates a constraint', async () => {
    const good = await usageEvent();
    const other = await createProject();
    const otherKey = await createKey({ projectId: other.id });
    const bad: Partial<UsageEventRecord>[] = [
      { projectId: 'proj_none' },
      { organizationId: other.organizationId },
      { apiKeyId: otherKey.id },
      { inputTokens: -1 },
    ];
    for (const fields of bad) {
      await expect(insert([good, await usageEvent(fields)])).rejects.toThrow(ConstraintViolation);
    }
    expect(await list(good.projectId)).toEqual([]);
  });
}

function describeTransactions({ fixture, ids, createProject, usageEvent }: Cases): void {
  const newOrganization = () => ({ id: ids('org-'), name: 'In a transaction', createdAt: 1 });

  it('commits a transaction as a whole or not at all, and lets it read its own writes', async () => {
    const { projects: _projects, organizations, transaction } = fixture().repositories.system();
    const kept = newOrganization();
    const lost = newOrganization();
    await transaction(async (tx) => {
      await tx.organizations.create(kept);
      expect(await tx.organizations.retrieve(kept.id)).toEqual(kept);
      expect(await organizations.retrieve(kept.id)).toBeUndefined();
    });
    const failing = transaction(async (tx) => {
      await tx.organizations.create(lost);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await organizations.retrieve(kept.id)).toEqual(kept);
    expect(await organizations.retrieve(lost.id)).toBeUndefined();
  });

  it('refuses a nested transaction, which would deadlock', async () => {
    const { organizations, transaction } = fixture().repositories.system();
    const nested = transaction(() => organizations.create(newOrganization()));
    await expect(nested).rejects.toThrow(/inside of another/);
  });

  it('writes in a transaction of a project', async () => {
    const { id, organizationId } = await createProject();
    const { organizationId: _o, projectId: _p, ...event } = await usageEvent();
    const scope = fixture().repositories.forProject(id);
    await scope.transaction((tx) => tx.usageEvents.insert(event));
    expect((await scope.usageEvents.list(ALL)).records).toEqual([{ ...event, organizationId, projectId: id }]);
  });
}
