import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTasks, toTaskName } from './tasks.ts';

describe('tasks', () => {
  let folder: string;
  beforeEach(() => {
    folder = `${mkdtempSync(join(tmpdir(), 'selfsame-tasks-'))}/`;
    mkdirSync(join(folder, 'resources', 'files'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string) =>
    writeFileSync(join(folder, 'resources/files/check.task.ts'), `export default { name: '${name}' };`);

  it('are named by their files', () => {
    expect(toTaskName('resources/vector-stores/file-batches/index.task.ts')).toBe('vector-stores.file-batches.index');
    expect(toTaskName('jobs/sweep-dead.task.ts')).toBe('jobs.sweep-dead');
  });

  it('are found by their files, without a list', async () => {
    write('files.check');
    expect((await loadTasks(folder)).map(({ name }) => name)).toEqual(['files.check']);
  });

  it('stop the start when file and name differ', async () => {
    write('files.chekc');
    await expect(loadTasks(folder)).rejects.toThrow(/check\.task\.ts has no task 'files\.check'/);
  });

  it('of this program all load', async () => {
    expect((await loadTasks()).map(({ name }) => name)).toContain('jobs.sweep-dead');
  });
});
