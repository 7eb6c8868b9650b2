/**
 * Counts and decodes tokens of cl100k_base, the vocabulary of the hosted embedding models, in one worker thread that
 * starts at the first call. Neither loading the vocabulary nor a long text blocks the event loop.
 */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { createTaskThread } from '../../lib/task-thread.ts';

export type TokensTask = { count: readonly string[] } | { decode: readonly Float64Array[] };

export type TokensAnswer = number[] | Decoded;

/** `unknown`: the first token that the vocabulary lacks, in the list at `index`. */
export type Decoded = { texts: string[] } | { unknown: { index: number; token: number } };

/** The script next to this file with the same extension: `.ts` in the repository, `.js` in the package. */
const program = fileURLToPath(import.meta.url).replace(/(\.[jt]s)$/, '-worker$1');
const LIMIT_MS = 60_000;

const thread = createTaskThread<TokensTask, TokensAnswer>({ program, limitMs: LIMIT_MS });

/** Counts the tokens of each text. Throws the ApiError `engine_failed` or the signal's reason. */
export async function countHostedTexts(texts: readonly string[], signal: AbortSignal): Promise<number[]> {
  signal.throwIfAborted();
  const counts = await ask<number[]>({ count: texts });
  signal.throwIfAborted();
  return counts;
}

/**
 * Returns the text of each list in order. `nameList` returns the parameter name of a list, e.g. `input[3]`.
 * Throws the ApiError `invalid_value` for the first list with an unknown token, or `engine_failed`.
 */
export async function decodeTokens(
  lists: readonly (readonly number[])[],
  nameList: (index: number) => string,
): Promise<string[]> {
  // Plain arrays of millions of numbers would be copied one by one, which would block the event loop.
  const decoded = await ask<Decoded>({ decode: lists.map((list) => Float64Array.from(list)) });
  if ('texts' in decoded) return decoded.texts;
  const name = nameList(decoded.unknown.index);
  throw errors.invalidValue(name, `Invalid '${name}': ${decoded.unknown.token} is no token of cl100k_base.`);
}

async function ask<Answer extends TokensAnswer>(task: TokensTask): Promise<Answer> {
  try {
    // The kind of the result follows from the task.
    return (await thread.run(task)) as Answer;
  } catch (error) {
    throw errors.engineFailed(`tokens could not be read: ${String(error)}.`);
  }
}
