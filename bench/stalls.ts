/**
 * Measures the pauses of a stream while other prompts are processed: one stream decodes through
 * `createLlamaCppLanguageModel` beside a sequence of prompts of about 1,500 tokens, plain, seeded or scored (log
 * probability of each token). Prints the median, the 95th percentile and the maximum of the pauses between the tokens
 * of the stream (aim: p95 ≤ 200 ms), which are the rounds of the engine.
 *
 *   node bench/stalls.ts MODEL.gguf [threads] [prompts of each kind] [prompt words]
 */
import { openOurs } from './engines.ts';

const [path = '', threads = '1', prompts = '4', words = '375'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');
const contextTokens = 4096;
const sampling = { temperature: 1, topP: 1 };
const model = await openOurs({ path, contextTokens, sequences: 2, threads: Number(threads) });
const priority = 'online' as const;

async function decode(signal: AbortSignal, pauses: number[]): Promise<void> {
  let last: number | undefined;
  const request = { prompt: 'Once upon a time', sampling };
  while (!signal.aborted) {
    try {
      for await (const event of model.doGenerate(request, { signal, priority })) {
        if (event.type !== 'token') continue;
        const now = performance.now();
        if (last !== undefined) pauses.push(now - last);
        last = now;
      }
    } catch {
      // The abort ends the stream.
    }
    last = undefined;
  }
}

/** A prompt with a unique start. */
const toPrompt = (number: number) =>
  Array.from({ length: Number(words) }, (_, at) => `word${(number * 7919 + at * at) % 997}`).join(' ');

let number = 0;
async function read(more: object): Promise<number> {
  number += 1;
  const { signal } = new AbortController();
  const request = { prompt: toPrompt(number), maxTokens: 1, sampling, ...more };
  let tokens = 0;
  for await (const event of model.doGenerate(request, { signal, priority }))
    if (event.type === 'start') tokens = event.promptTokens;
  return tokens;
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;

for (const [kind, more] of [
  ['plain', {}],
  ['seeded', { sampling: { ...sampling, seed: 1 } }],
  ['scored', { promptLogprobs: true, topLogprobs: 0 }],
] as const) {
  const pauses: number[] = [];
  const stop = new AbortController();
  const stream = decode(stop.signal, pauses);
  const started = performance.now();
  let tokens = 0;
  for (let i = 0; i < Number(prompts); i += 1) tokens = await read(more);
  const seconds = (performance.now() - started) / 1000;
  stop.abort();
  await stream;
  const sorted = pauses.toSorted((a, b) => a - b);
  console.log(
    `${kind}: ${prompts} prompts of ${tokens} tokens in ${seconds.toFixed(1)} s, ${sorted.length} pauses: ` +
      `p50 ${at(sorted, 0.5).toFixed(0)} ms, p95 ${at(sorted, 0.95).toFixed(0)} ms, longest ${at(sorted, 1).toFixed(0)} ms`,
  );
}
await model.close();
process.exit();
