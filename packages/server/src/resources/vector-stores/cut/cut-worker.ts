/** The worker thread behind cut-text.ts. */
import { parentPort } from 'node:worker_threads';
import { countHostedTokens } from '../../../engines/tokens/count.ts';
import { eachChunk } from '../../../retrieval/chunk/chunk.ts';
import { countTerms } from '../../../retrieval/terms.ts';
import type { CutAnswer, CutChunk, CutTask } from './cut-text.ts';

function cut({ id, text, options }: CutTask): CutAnswer {
  const { maxTokens, overlapTokens, mostChunks } = options;
  const chunks: CutChunk[] = [];
  for (const chunk of eachChunk(text, { maxTokens, overlapTokens, countTokens: countHostedTokens })) {
    if (chunks.push({ ...chunk, terms: countTerms(chunk.text) }) > mostChunks) return { id, chunks: undefined };
  }
  return { id, chunks };
}

parentPort?.on('message', (task: CutTask) => {
  try {
    parentPort?.postMessage(cut(task));
  } catch (error) {
    parentPort?.postMessage({ id: task.id, fault: String(error) } satisfies CutAnswer);
  }
});
