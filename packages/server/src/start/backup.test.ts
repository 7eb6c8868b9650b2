import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backup, restore } from './backup.ts';
import { databaseStatus, migrate } from './database.ts';
import { openStorage } from './storage.ts';

describe('an installation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-installation-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a backup restores the keys and blobs of an installation', async () => {
    const old = { dataDir: join(folder, 'old') };
    const storage = await openStorage(old);
    const { secret } = await storage.apiKeys.create({ name: 'k' });
    mkdirSync(join(old.dataDir, 'blobs', 'ab'), { recursive: true });
    writeFileSync(join(old.dataDir, 'blobs', 'ab', 'blob_1'), 'bytes');
    const target = join(folder, 'backup');
    expect(await backup(old, target)).toMatchObject({ blobs: 1 });
    await storage.repositories.close();
    await expect(backup(old, target)).rejects.toThrow(/is there already/);

    const renewed = { dataDir: join(folder, 'new') };
    await restore(renewed, target);
    const restored = await openStorage(renewed);
    expect(await restored.apiKeys.authenticate(secret)).toMatchObject({ via: 'key' });
    await restored.apiKeys.flush();
    expect(readFileSync(join(renewed.dataDir, 'blobs', 'ab', 'blob_1'), 'utf8')).toBe('bytes');
    await restored.repositories.close();
    await expect(restore(renewed, target)).rejects.toThrow(/not empty/);
    await expect(restore(renewed, folder)).rejects.toThrow(/not a backup/);
  });

  it('db status lists pending migrations and db migrate runs them', async () => {
    const settings = { dataDir: folder };
    const { applied, pending } = await databaseStatus(settings);
    expect(applied).toEqual([]);
    expect(await migrate(settings)).toEqual(pending.map(({ name }) => name));
    expect((await databaseStatus(settings)).pending).toEqual([]);
    expect(await migrate(settings)).toEqual([]);
    expect(readFileSync(join(folder, 'selfsame.db')).subarray(0, 6).toString()).toBe('SQLite');
  });
});
