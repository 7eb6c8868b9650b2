/**
 * Finds every task by its file: `resources/files/validate.task.ts` is `files.validate`, `jobs/sweep-dead.task.ts` is
 * `jobs.sweep-dead`. A task with another name stops the start.
 */
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyTask } from '../jobs/task.ts';

const SOURCE = fileURLToPath(new URL('..', import.meta.url));
const TASK_FILE = import.meta.url.endsWith('.ts') ? /\.task\.ts$/ : /\.task\.js$/;

/** `resources/vector-stores/file-batches/index.task.ts` → `vector-stores.file-batches.index`. */
export function toTaskName(path: string): string {
  return path
    .replace(/^resources\//, '')
    .replace(TASK_FILE, '')
    .replaceAll('/', '.');
}

/** Reads one folder of the source tree; tests pass their own. */
export async function loadTasks(folder: string = SOURCE): Promise<AnyTask[]> {
  const files = (await readdir(folder, { recursive: true })).filter((path) => TASK_FILE.test(path)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const path = file.replaceAll(sep, '/');
      const module: { default?: AnyTask } = await import(/* @vite-ignore */ `${folder}${path}`);
      if (module.default?.name === toTaskName(path)) return module.default;
      throw new Error(`${path} has no task '${toTaskName(path)}' as its default export.`);
    }),
  );
}
