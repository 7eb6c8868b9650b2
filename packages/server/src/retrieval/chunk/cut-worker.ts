/**
 * The worker thread of cut-text.ts. It cuts several texts in turns, so that a short text does not wait for a long one.
 */
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { countHostedTokens } from '../../engines/tokens/count.ts';
import { countTerms } from '../terms.ts';
import { eachChunk } from './chunk.ts';
import type { CutChunk, CutResult, CutTask, ModelTokens } from './cut-text.ts';

async function cut({ id, text, options, model }: CutTask): Promise<CutResult> {
  const { maxTokens, overlapTokens, maxChunks } = options;
  const countTokens = model === undefined ? countHosted : countLarger(model, maxTokens);
  const chunks: CutChunk[] = [];
  for await (const chunk of eachChunk(text, { maxTokens, overlapTokens, countTokens })) {
    if (chunks.push({ ...chunk, terms: countTerms(chunk.text) }) > maxChunks) return { id, chunks: undefined };
  }
  return { id, chunks };
}

const countHosted = async (texts: readonly string[]) => texts.map(countHostedTokens);

/**
 * Returns the larger of two counts: tokens as the API counts them, and the model's own tokens scaled so that the
 * model's limit equals `maxTokens`. A text of `maxTokens` is within both limits, and a part of a chunk uses the same
 * share of both.
 */
function countLarger({ limit, frame, counter }: ModelTokens, maxTokens: number) {
  const closed = once(counter, 'close').then(() => []);
  return async (texts: readonly string[]) => {
    const counted = Promise.race([once(counter, 'message'), closed]);
    counter.postMessage(texts);
    const hosted = await countHosted(texts);
    const [own] = (await counted) as [number[]?];
    if (own === undefined) throw new Error('the tokenizer of the model has stopped');
    return hosted.map((tokens, i) => Math.max(tokens, (((own[i] ?? 0) - frame) * maxTokens) / limit));
  };
}

async function serve(task: CutTask): Promise<void> {
  try {
    parentPort?.postMessage(await cut(task));
  } catch (error) {
    parentPort?.postMessage({ id: task.id, error: String(error) } satisfies CutResult);
  } finally {
    task.model?.counter.close();
  }
}

parentPort?.on('message', (task: CutTask) => void serve(task));
