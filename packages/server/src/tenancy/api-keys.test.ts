import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { openSqliteFixture, type SqliteFixture } from '../storage/sql/testing/sqlite-fixture.ts';
import { createApiKeys, KEY_CACHE_MS } from './api-keys.ts';
import { loopbackPrincipal } from './principal.ts';

/** Counts calls of the database. */
function countingReads(repositories: Repositories) {
  const counts = { findByHash: 0, anyExists: 0, recordUses: 0, installation: 0 };
  const system = repositories.system();
  const { apiKeys, installation } = system;
  const counted: Repositories = {
    ...repositories,
    system: () => ({
      ...system,
      installation: {
        retrieve() {
          counts.installation += 1;
          return installation.retrieve();
        },
      },
      apiKeys: {
        ...apiKeys,
        findByHash(hash) {
          counts.findByHash += 1;
          return apiKeys.findByHash(hash);
        },
        anyExists() {
          counts.anyExists += 1;
          return apiKeys.anyExists();
        },
        recordUses(uses) {
          counts.recordUses += 1;
          return apiKeys.recordUses(uses);
        },
      },
    }),
  };
  return { counts, counted };
}

describe('API keys', () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const ids = createIdSource(clock);
  let fixture: SqliteFixture;

  beforeEach(async () => {
    fixture = await openSqliteFixture(clock, ids);
  });
  afterEach(() => fixture.dispose());

  const open = (repositories = fixture.repositories) => createApiKeys(repositories, { clock, ids });
  const installation = () => fixture.repositories.system().installation.retrieve();

  it('creates an API key whose secret authenticates as its project', async () => {
    const keys = open();
    const { key, secret } = await keys.create({ name: ' laptop ' });
    const { organizationId, projectId } = await installation();
    expect(secret).toMatch(/^sk-[A-Za-z0-9_-]{48}$/);
    expect(key).toMatchObject({ name: 'laptop', projectId, createdAt: clock.now(), lastUsedAt: null, revokedAt: null });
    expect(await keys.authenticate(secret)).toEqual({
      organizationId,
      projectId,
      apiKeyId: key.id,
      via: 'key',
      roles: new Set(['project']),
    });
  });

  it('stores and lists no secret of an API key', async () => {
    const { key, secret } = await open().create({ name: 'laptop' });
    const stored = JSON.stringify(await fixture.repositories.system().apiKeys.list());
    expect(stored).not.toContain(secret.slice(3));
    expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    const [listed] = await open().list();
    expect(listed).toEqual(key);
    expect(listed).not.toHaveProperty('keyHash');
    expect(listed?.redactedValue).toBe(`sk-…${secret.slice(-4)}`);
  });

  it('hashes the same secret differently in different installations', async () => {
    const { secret } = await open().create({ name: 'laptop' });
    const [record] = await fixture.repositories.system().apiKeys.list();
    const other = await openSqliteFixture(clock, ids);
    const { projectId } = await other.repositories.system().installation.retrieve();
    if (record !== undefined) await other.repositories.system().apiKeys.create({ ...record, projectId });
    expect(await open(other.repositories).authenticate(secret)).toBeNull();
    await other.dispose();
  });

  it('refuses secrets that are not a key of this server', async () => {
    const keys = open();
    const { secret } = await keys.create({ name: 'laptop' });
    const changed = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A');
    const wrong = ['', 'sk-', changed, secret.slice(0, -1), `${secret}x`, secret.slice(3), ` ${secret}`];
    for (const value of [...wrong, 'sk-'.padEnd(100_000, 'x'), 'sk-ünïcode', 'sk-\0']) {
      expect(await keys.authenticate(value), value.slice(0, 60)).toBeNull();
    }
  });

  it('refuses to create an API key with a bad name or for an unknown or archived project', async () => {
    const keys = open();
    const { organizationId } = await installation();
    const archived = { id: ids('proj_'), organizationId, name: 'old', createdAt: 1, archivedAt: 2 };
    await fixture.repositories.system().projects.create(archived);
    const bad = [{ name: '  ' }, { name: 'x'.repeat(201) }];
    for (const params of bad) {
      await expect(keys.create(params)).rejects.toMatchObject({ code: 'invalid_value', param: 'name' });
    }
    for (const projectId of ['proj_none', archived.id]) {
      await expect(keys.create({ name: 'x', projectId })).rejects.toMatchObject({ status: 400, param: 'project_id' });
    }
    expect(await keys.list()).toEqual([]);
  });

  it('refuses API keys of an archived project', async () => {
    const { secret } = await open().create({ name: 'laptop' });
    const system = fixture.repositories.system();
    const { projectId } = await installation();
    const project = await system.projects.retrieve(projectId);
    if (project === undefined) return expect.fail('there is no default project');
    const projects = { ...system.projects, retrieve: async () => ({ ...project, archivedAt: 2 }) };
    const archived: Repositories = { ...fixture.repositories, system: () => ({ ...system, projects }) };
    expect(await open(archived).authenticate(secret)).toBeNull();
    expect(await open().authenticate(secret)).not.toBeNull();
  });

  it('refuses an API key at once after it was revoked in this process', async () => {
    const keys = open();
    const { key, secret } = await keys.create({ name: 'laptop' });
    expect(await keys.authenticate(secret)).not.toBeNull();
    expect(await keys.revoke(key.id)).toMatchObject({ outcome: 'revoked', key: { revokedAt: clock.now() } });
    expect(await keys.authenticate(secret)).toBeNull();
    expect(await keys.revoke(key.id)).toMatchObject({ outcome: 'already_revoked' });
  });

  it('refuses an API key within the cache time after another process revoked it', async () => {
    const server = open();
    const commandLine = open(await fixture.openAgain());
    const { key, secret } = await commandLine.create({ name: 'laptop' });
    expect(await server.authenticate(secret)).not.toBeNull();
    await commandLine.revoke(key.id);
    clock.advance(KEY_CACHE_MS);
    expect(await server.authenticate(secret)).toBeNull();
    expect(KEY_CACHE_MS).toBeLessThanOrEqual(5000);
  });

  it('revokes an API key by a prefix of its id only if the prefix is unique', async () => {
    const keys = open();
    const { key: first } = await keys.create({ name: 'first' });
    clock.advance(1000);
    const { key: second } = await keys.create({ name: 'second' });
    expect(await keys.revoke('key_')).toEqual({ outcome: 'ambiguous', matches: [first, second] });
    expect(await keys.revoke('')).toEqual({ outcome: 'not_found' });
    expect(await keys.revoke(first.id.slice(0, 15))).toMatchObject({ outcome: 'revoked', key: { id: first.id } });
    expect(await keys.revoke(`${second.id}x`)).toEqual({ outcome: 'not_found' });
  });

  it('authenticates without a read or write per request, for right and wrong secrets', async () => {
    const { counts, counted } = countingReads(fixture.repositories);
    const keys = open(counted);
    const { secret } = await keys.create({ name: 'laptop' });
    counts.installation = 0;
    for (let i = 0; i < 500; i += 1) {
      expect(await keys.authenticate(secret)).not.toBeNull();
      expect(await keys.authenticate('sk-wrong-but-tried-again-and-again')).toBeNull();
      await keys.anyKeyExists();
    }
    expect(counts).toEqual({ findByHash: 2, anyExists: 0, recordUses: 0, installation: 0 });
    await keys.flush();
    await keys.flush();
    expect(counts.recordUses).toBe(1);
  });

  it('writes the last use of API keys in groups', async () => {
    const keys = open();
    const { secret } = await keys.create({ name: 'laptop' });
    await keys.authenticate(secret);
    clock.advance(500);
    await keys.authenticate(secret);
    expect((await keys.list())[0]?.lastUsedAt).toBeNull();
    await keys.flush();
    expect((await keys.list())[0]?.lastUsedAt).toBe(clock.now());
  });

  it('keeps times of last use that could not be written for the next try', async () => {
    let fails = true;
    const errors: unknown[] = [];
    const system = fixture.repositories.system();
    const failing: Repositories = {
      ...fixture.repositories,
      system: () => ({
        ...system,
        apiKeys: {
          ...system.apiKeys,
          recordUses: (uses) => (fails ? Promise.reject(new Error('disk full')) : system.apiKeys.recordUses(uses)),
        },
      }),
    };
    const keys = createApiKeys(failing, { clock, ids, onError: (error) => errors.push(error) });
    const { secret } = await keys.create({ name: 'laptop' });
    await keys.authenticate(secret);
    await expect(keys.flush()).rejects.toThrow('disk full');
    expect(errors).toHaveLength(1);
    fails = false;
    await keys.flush();
    expect((await keys.list())[0]?.lastUsedAt).toBe(clock.now());
  });

  it('reports the first key permanently, and to other processes within the cache time', async () => {
    const { counts, counted } = countingReads(fixture.repositories);
    const server = open(counted);
    const commandLine = open(await fixture.openAgain());
    expect(await server.anyKeyExists()).toBe(false);
    for (let i = 0; i < 100; i += 1) await server.anyKeyExists();
    expect(counts.anyExists).toBe(1);
    const { key } = await commandLine.create({ name: 'laptop' });
    expect(await commandLine.anyKeyExists()).toBe(true);
    clock.advance(KEY_CACHE_MS);
    expect(await server.anyKeyExists()).toBe(true);
    await commandLine.revoke(key.id);
    clock.advance(KEY_CACHE_MS);
    expect(await server.anyKeyExists()).toBe(true);
    expect(await open().anyKeyExists()).toBe(true);
  });

  it('uses the default project for the loopback principal, without a key', async () => {
    const { organizationId, projectId } = await installation();
    expect(await loopbackPrincipal(fixture.repositories)).toEqual({
      organizationId,
      projectId,
      apiKeyId: null,
      via: 'loopback',
      roles: new Set(['project', 'admin']),
    });
  });
});
