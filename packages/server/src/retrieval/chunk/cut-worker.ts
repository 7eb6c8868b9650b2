/** The worker thread behind cut-text.ts. Texts are cut in turns, so that a long one keeps no short one waiting. */
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { countHostedTokens } from '../../engines/tokens/count.ts';
import { countTerms } from '../terms.ts';
import { eachChunk } from './chunk.ts';
import type { CutAnswer, CutChunk, CutTask, ModelTokens } from './cut-text.ts';

async function cut({ id, text, options, model }: CutTask): Promise<CutAnswer> {
  const { maxTokens, overlapTokens, mostChunks } = options;
  const countTokens = model === undefined ? countHosted : countLarger(model, maxTokens);
  const chunks: CutChunk[] = [];
  for await (const chunk of eachChunk(text, { maxTokens, overlapTokens, countTokens })) {
    if (chunks.push({ ...chunk, terms: countTerms(chunk.text) }) > mostChunks) return { id, chunks: undefined };
  }
  return { id, chunks };
}

const countHosted = async (texts: readonly string[]) => texts.map(countHostedTokens);

/**
 * Tokens of the API, or where these are more the model's own as a part of what it takes: a text of `maxTokens` fits both budgets, and a part
 * of a chunk has the same part of both.
 */
function countLarger({ limit, frame, counter }: ModelTokens, maxTokens: number) {
  const closed = once(counter, 'close').then(() => []);
  return async (texts: readonly string[]) => {
    const answered = Promise.race([once(counter, 'message'), closed]);
    counter.postMessage(texts);
    const hosted = await countHosted(texts);
    const [own] = (await answered) as [number[]?];
    if (own === undefined) throw new Error('nobody counts the tokens of the model any more');
    return hosted.map((tokens, i) => Math.max(tokens, (((own[i] ?? 0) - frame) * maxTokens) / limit));
  };
}

async function serve(task: CutTask): Promise<void> {
  try {
    parentPort?.postMessage(await cut(task));
  } catch (error) {
    parentPort?.postMessage({ id: task.id, fault: String(error) } satisfies CutAnswer);
  } finally {
    task.model?.counter.close();
  }
}

parentPort?.on('message', (task: CutTask) => void serve(task));
