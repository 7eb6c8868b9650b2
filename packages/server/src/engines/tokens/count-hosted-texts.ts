/** Tokens of cl100k_base off the event loop, which waits for neither the vocabulary nor a long text: one thread, started at the first call. */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { createTaskThread } from '../../lib/task-thread.ts';

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const program = fileURLToPath(import.meta.url).replace(/count-hosted-texts(\.[jt]s)$/, 'count-worker$1');
const LIMIT_MS = 60_000;

const thread = createTaskThread<readonly string[], number[]>({ program, limitMs: LIMIT_MS });

/** How many tokens each text has. Throws the ApiError `engine_failed` and the signal's reason. */
export async function countHostedTexts(texts: readonly string[], signal: AbortSignal): Promise<number[]> {
  signal.throwIfAborted();
  try {
    const counts = await thread.run(texts);
    signal.throwIfAborted();
    return counts;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw errors.engineFailed(`tokens could not be counted: ${String(error)}.`);
  }
}
