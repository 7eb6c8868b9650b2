import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inTemporaryFolder } from './temporary-folder.ts';

it('removes the folder after its work, and folders that killed processes left hours ago', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'selfsame-sweep-'));
  try {
    for (const name of ['selfsame-extract-old', 'selfsame-extract-young', 'other']) {
      await mkdir(join(parent, name));
      await writeFile(join(parent, name, 'content'), 'x');
      if (!name.endsWith('young')) await utimes(join(parent, name), 0, 0);
    }
    const failing = inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'content'), 'x');
      expect((await readdir(parent)).length).toBe(3);
      throw new Error('failed');
    }, parent);
    await expect(failing).rejects.toThrow('failed');
    expect((await readdir(parent)).sort()).toEqual(['other', 'selfsame-extract-young']);
  } finally {
    await rm(parent, { recursive: true });
  }
});
