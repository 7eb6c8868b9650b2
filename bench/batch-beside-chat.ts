/**
 * Measures how a batch affects chats: one client sends streamed chat requests one after the other, alternating between
 * blocks with and without a batch of similar requests on the same model. Prints the median ratio of the blocks' p50
 * (aim: ≤ 1.3) and the progress of the batch.
 *
 *   node bench/batch-beside-chat.ts [MODEL.gguf | nano] [pairs] [chats per block] [pause between chats, ms] [tokens]
 *     (default nano 9 15 100 48)
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilValue } from '../testing/until.ts';
import { median } from './pairs.ts';
import { ask, type BatchState, type ChatTimes, createBatch, quantile, serve, streamChat } from './served.ts';

const [path = 'nano', pairs = '9', chats = '15', pauseMs = '100', tokens = '48'] = process.argv.slice(2);
const LINES = 3000;
const POLL = { timeoutMs: 600_000, intervalMs: 50 };
const SUBJECTS = ['a lighthouse', 'the sea', 'a clock', 'an old dog', 'rain', 'a train', 'bread', 'a garden'];

const builtIn = path === 'nano';
const served = await serve(builtIn ? {} : { MODELS: path, BUILT_IN: 'false' });
const { url } = served;
const model = 'gpt-4o-mini';

/** Each question has a unique start, so that no cache helps, and the same answer length. */
let asked = 0;
function question(): object {
  asked += 1;
  const content = `Number ${asked}: tell me a long story about ${SUBJECTS[asked % SUBJECTS.length]}, please.`;
  return { model, messages: [{ role: 'user', content }], max_tokens: Number(tokens) };
}

async function chatBlock(): Promise<ChatTimes[]> {
  const times: ChatTimes[] = [];
  for (let i = 0; i < Number(chats); i += 1) {
    times.push(await streamChat(url, question()));
    await sleep(Number(pauseMs));
  }
  return times;
}

const stateOf = (id: string) => ask<BatchState>(`${url}/batches/${id}`);

const untilBatch = (id: string, isReached: (batch: BatchState) => boolean) =>
  untilValue(() => stateOf(id), isReached, POLL);

/** Runs `work` during a batch and returns the batch's lines per second as well. */
async function besideBatch(work: () => Promise<ChatTimes[]>) {
  const { id } = await createBatch(url, Array.from({ length: LINES }, question));
  const before = await untilBatch(id, ({ request_counts: { completed } }) => completed > 0);
  const startedAt = performance.now();
  const times = await work();
  const after = await stateOf(id);
  if (after.status !== 'in_progress') throw new Error(`The batch was ${after.status} before the chats were over.`);
  const lines = after.request_counts.completed - before.request_counts.completed;
  const linesPerSecond = (lines * 1000) / (performance.now() - startedAt);
  await ask(`${url}/batches/${id}/cancel`, {});
  await untilBatch(id, ({ status }) => status === 'cancelled');
  return { times, linesPerSecond };
}

const p50 = (times: readonly ChatTimes[], of: (time: ChatTimes) => number) => quantile(times.map(of), 0.5);
const total = ({ totalMs }: ChatTimes) => totalMs;
const perPiece = ({ totalMs, pieces }: ChatTimes) => totalMs / pieces;
const first = ({ firstMs }: ChatTimes) => firstMs;

const ratios = { total: [] as number[], perPiece: [] as number[], first: [] as number[] };
const speeds: number[] = [];
await chatBlock();
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const blocks: { without?: ChatTimes[]; beside?: ChatTimes[] } = {};
  for (const side of pair % 2 === 0 ? (['without', 'beside'] as const) : (['beside', 'without'] as const)) {
    if (side === 'without') blocks.without = await chatBlock();
    else {
      const { times, linesPerSecond } = await besideBatch(chatBlock);
      blocks.beside = times;
      speeds.push(linesPerSecond);
    }
  }
  const { without = [], beside = [] } = blocks;
  ratios.total.push(p50(beside, total) / p50(without, total));
  ratios.perPiece.push(p50(beside, perPiece) / p50(without, perPiece));
  ratios.first.push(p50(beside, first) / p50(without, first));
  console.log(
    `pair ${pair}: p50 without ${p50(without, total).toFixed(0)} ms (first piece ${p50(without, first).toFixed(0)}), ` +
      `beside ${p50(beside, total).toFixed(0)} ms (${p50(beside, first).toFixed(0)}); ${speeds.at(-1)?.toFixed(2)} lines/s`,
  );
}
console.log(
  `median of ${ratios.total.length} pairs: p50 ${median(ratios.total).toFixed(2)} times as long beside a batch, ` +
    `per piece ${median(ratios.perPiece).toFixed(2)}, first piece ${median(ratios.first).toFixed(2)}; ` +
    `the batch made ${median(speeds).toFixed(2)} lines a second`,
);
await served.stop();
