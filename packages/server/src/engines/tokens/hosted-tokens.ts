/**
 * Texts and ids of cl100k_base, the vocabulary of the hosted embedding models, off the event loop, which waits for neither the vocabulary
 * nor a long text: one thread, started at the first call.
 */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { createTaskThread } from '../../lib/task-thread.ts';

export type TokensTask = { count: readonly string[] } | { decode: readonly Float64Array[] };

/** Of each kind of task. */
export type TokensAnswer = number[] | Decoded;

/** `fault`: the first token that the vocabulary lacks, in the list at `index`. */
export type Decoded = { texts: string[] } | { fault: { index: number; token: number } };

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const program = fileURLToPath(import.meta.url).replace(/(\.[jt]s)$/, '-worker$1');
const LIMIT_MS = 60_000;

const thread = createTaskThread<TokensTask, TokensAnswer>({ program, limitMs: LIMIT_MS });

/** How many tokens each text has. Throws the ApiError `engine_failed` and the signal's reason. */
export async function countHostedTexts(texts: readonly string[], signal: AbortSignal): Promise<number[]> {
  signal.throwIfAborted();
  const counts = await ask<number[]>({ count: texts });
  signal.throwIfAborted();
  return counts;
}

/**
 * The text of each list, in order. `nameList`: what the caller calls the list at an index, e.g. `input[3]`.
 * Throws ApiError `invalid_value` that names the first list with an id that is no token, and `engine_failed`.
 */
export async function decodeTokens(
  lists: readonly (readonly number[])[],
  nameList: (index: number) => string,
): Promise<string[]> {
  // Millions of numbers in plain lists would be copied one by one, and everybody would wait.
  const decoded = await ask<Decoded>({ decode: lists.map((list) => Float64Array.from(list)) });
  if ('texts' in decoded) return decoded.texts;
  const name = nameList(decoded.fault.index);
  throw errors.invalidValue(name, `Invalid '${name}': ${decoded.fault.token} is no token of cl100k_base.`);
}

async function ask<Answer extends TokensAnswer>(task: TokensTask): Promise<Answer> {
  try {
    // The caller knows what it asked for.
    return (await thread.run(task)) as Answer;
  } catch (error) {
    throw errors.engineFailed(`tokens could not be read: ${String(error)}.`);
  }
}
