/** Converts Kokoro-82M in a worker thread: the conversion takes about four seconds and 600 MB. */
import { fileURLToPath } from 'node:url';
import { createTaskThread } from '../../lib/task-thread.ts';

export interface KokoroTask {
  /** Folder with the files of `KOKORO_INPUTS`. */
  directory: string;
  target: string;
}

/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/(\.[jt]s)$/, '-worker$1');

export async function convertKokoro(directory: string, target: string): Promise<void> {
  const thread = createTaskThread<KokoroTask, void>({ program: PROGRAM });
  try {
    await thread.run({ directory, target });
  } finally {
    await thread.close(new Error('The conversion has ended.'));
  }
}
