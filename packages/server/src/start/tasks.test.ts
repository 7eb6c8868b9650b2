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

  it('a task is named by its file', () => {
    expect(toTaskName('resources/vector-stores/file-batches/index.task.ts')).toBe('vector-stores.file-batches.index');
    expect(toTaskName('jobs/sweep-dead.task.ts')).toBe('jobs.sweep-dead');
  });

  it('tasks are found by their files', async () => {
    write('files.check');
    expect((await loadTasks(folder)).map(({ name }) => name)).toEqual(['files.check']);
  });

  it('a task whose name differs from its file stops the start', async () => {
    write('files.chekc');
    await expect(loadTasks(folder)).rejects.toThrow(/check\.task\.ts has no task 'files\.check'/);
  });

  it('all tasks of the program load', async () => {
    expect((await loadTasks()).map(({ name }) => name)).toContain('jobs.sweep-dead');
  });
});
