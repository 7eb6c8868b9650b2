import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource, type IdSource } from '../../lib/ids.ts';
import { openBatches } from '../../start/testing/open-batches.ts';
import type { BatchRecord } from '../../storage/repositories/batches.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { createApiKeys, KEY_CACHE_MS } from '../../tenancy/api-keys.ts';
import { createCaller } from './caller.ts';

let folder: string;
let fixture: SqliteFixture;
let clock: ManualClock;
let ids: IdSource;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-callers-'));
  clock = createManualClock(Date.now());
  ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
});

afterEach(async () => {
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

describe('a batch whose caller has lost access', () => {
  it('fails a batch when its key is revoked, keeps its answers and sends no more requests', async () => {
    const { repositories } = fixture;
    const batches = await openBatches({ repositories, clock, ids, folder });
    const pool = await batches.startPool();
    const keys = createApiKeys(repositories, { clock, ids });
    const { key } = await keys.create({ name: 'for batches' });
    const principal = { ...batches.principal, apiKeyId: key.id, via: 'key' } as const;
    const contents = Array.from({ length: 200 }, (_, i) => `@script {"startDelayMs":20}\nhello ${i}`);
    const id = await batches.begin(contents, principal);
    await expect.poll(async () => (await batches.find(id))?.completed, { timeout: 15_000 }).toBeGreaterThan(0);
    await keys.revoke(key.id);
    clock.advance(KEY_CACHE_MS);
    await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe('failed');
    const batch = await batches.find(id);
    expect(batch?.errors).toMatchObject([{ code: 'invalid_api_key', line: null }]);
    const [answered, lost] = [await batches.read(batch?.outputFileId), await batches.read(batch?.errorFileId)];
    expect(answered.length).toBeGreaterThan(0);
    expect(lost.length).toBeGreaterThan(0);
    expect(answered.length + lost.length).toBe(200);
    expect(new Set(lost.map(({ error }) => error?.code))).toEqual(new Set(['batch_failed']));
    expect(batches.busy.seen.length).toBeLessThan(200);
    await pool.stop(0);
    await batches.services.models.close();
  });

  it('refuses the caller of a batch when its project is archived or its key does not exist', async () => {
    const { organizationId, projectId } = await fixture.repositories.system().installation.retrieve();
    const archived = { id: ids('proj_'), organizationId, name: 'old', createdAt: 1, archivedAt: 2 };
    await fixture.repositories.system().projects.create(archived);
    const callerOf = (batch: Pick<BatchRecord, 'projectId' | 'apiKeyId'>) =>
      createCaller(batch as BatchRecord, fixture.repositories.forProject(batch.projectId), clock)();
    await expect(callerOf({ projectId: archived.id, apiKeyId: null })).rejects.toMatchObject({
      code: 'project_archived',
    });
    await expect(callerOf({ projectId, apiKeyId: 'key_none' })).rejects.toMatchObject({ code: 'invalid_api_key' });
    await expect(callerOf({ projectId, apiKeyId: null })).resolves.toMatchObject({ projectId, via: 'loopback' });
  });
});
