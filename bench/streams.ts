/**
 * Measures parallel streams: N conversations through `createLlamaCppLanguageModel` against the same N sequences of one
 * bare node-llama-cpp context in this process, which also batches them; same GGUF file, prompts and threads, greedy and
 * alternating. End tokens are banned on both sides, so that every stream has the requested number of tokens. Prints the
 * ratio of all streams' tokens per second from the first request to the last token (aim: ≥ 0.95), and of the slowest
 * first token. With `seeded` our requests have a seed and decode in separate batches: the ratio then shows the cost of
 * reproducible answers.
 *
 *   node bench/streams.ts MODEL.gguf [streams] [threads] [pairs] [tokens] [seeded]
 */
import { neverEnd, openBare, openOurs, toPrompt, toTokenBias } from './engines.ts';
import { median, question } from './pairs.ts';

const [path = '', streams = '8', threads = '1', pairs = '7', tokens = '64', seeded = ''] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');
const count = Number(tokens);
const sequences = Number(streams);
const contextTokens = 512;

const options = { path, contextTokens, sequences, threads: Number(threads) };
const model = await openOurs(options);
const { model: bareModel, context } = await openBare(options);
const bare = Array.from({ length: sequences }, () => context.getSequence());
const logitBias = neverEnd(bareModel);
const sampling = { temperature: 0, topP: 1, logitBias };
const bareSampling = { temperature: 0, topP: 1, tokenBias: toTokenBias(bareModel, logitBias) };

/** Reads one stream and calls back for each token. */
type Stream = (pair: number, stream: number, onToken: () => void) => Promise<void>;

const ours: Stream = async (pair, stream, onToken) => {
  const request = {
    prompt: promptOf(pair, stream),
    sampling: seeded === '' ? sampling : { ...sampling, seed: stream },
    maxTokens: count,
  };
  const { signal } = new AbortController();
  for await (const event of model.doGenerate(request, { signal, priority: 'online' }))
    if (event.type === 'token') onToken();
};

const bareStream: Stream = async (pair, stream, onToken) => {
  const sequence = bare[stream];
  if (sequence === undefined) return;
  await sequence.clearHistory();
  let seen = 0;
  for await (const _ of sequence.evaluate(promptOf(pair, stream), bareSampling)) {
    onToken();
    seen += 1;
    if (seen === count) break;
  }
};

function promptOf(pair: number, stream: number) {
  return toPrompt(bareModel, question(pair * sequences + stream));
}

async function run(stream: Stream, pair: number) {
  const started = performance.now();
  let total = 0;
  let slowestMs = 0;
  const all = Array.from({ length: sequences }, async (_, at) => {
    let first = true;
    await stream(pair, at, () => {
      total += 1;
      if (first) slowestMs = Math.max(slowestMs, performance.now() - started);
      first = false;
    });
  });
  await Promise.all(all);
  return { tokensPerSecond: (total * 1000) / (performance.now() - started), slowestMs };
}

const speeds: number[] = [];
const firsts: number[] = [];
await run(ours, -1);
await run(bareStream, -1);
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const order = pair % 2 === 0 ? [ours, bareStream] : [bareStream, ours];
  const results = new Map<Stream, Awaited<ReturnType<typeof run>>>();
  for (const side of order) results.set(side, await run(side, pair));
  const [one, two] = [results.get(ours), results.get(bareStream)];
  if (one === undefined || two === undefined) continue;
  speeds.push(one.tokensPerSecond / two.tokensPerSecond);
  firsts.push(one.slowestMs / two.slowestMs);
  console.log(
    `pair ${pair}: ${one.tokensPerSecond.toFixed(1)} tok/s, slowest first ${one.slowestMs.toFixed(0)} ms; ` +
      `bare ${two.tokensPerSecond.toFixed(1)} tok/s, ${two.slowestMs.toFixed(0)} ms`,
  );
}
console.log(
  `${sequences} streams, median of ${speeds.length} pairs: speed ratio ${median(speeds).toFixed(3)}, ` +
    `slowest first token ${median(firsts).toFixed(2)} times as long`,
);
await model.close();
process.exit();
