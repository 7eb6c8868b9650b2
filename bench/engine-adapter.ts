/**
 * Measures the overhead of the engine adapter: a GGUF model through `createLlamaCppLanguageModel` (separate process,
 * messages, door) against bare `sequence.evaluate` of node-llama-cpp in this process: one stream, the same threads,
 * sampling and seeds, and a new prompt per pair so that no cache helps. The sides alternate, so that changes of the
 * machine's load affect both. Prints the ratio of decoding speed (aim: ≥ 0.97) and the difference of the time to the
 * first token (aim: ≤ 5 ms): as the median over the pairs, and between the best runs of both sides, which is the more
 * reliable figure on a shared machine.
 *
 *   node bench/engine-adapter.ts MODEL.gguf [threads] [pairs] [tokens]
 */
import { openBare, openOurs } from './engines.ts';
import { comparePairs, question, type Run, startRun } from './pairs.ts';

const [path = '', threads = '1', pairs = '9', tokens = '96'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');
const count = Number(tokens);
const sampling = { temperature: 1, topP: 1 };
const contextTokens = 2048;

// No role headings: both sides must evaluate exactly the same tokens.
const chatTemplate = '{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}';

const options = { path, contextTokens, sequences: 1, threads: Number(threads) };
const model = await openOurs(options, chatTemplate);
const { model: bareModel, context } = await openBare(options);
const sequence = context.getSequence();

async function adapterRun(pair: number): Promise<Run> {
  const run = startRun(count);
  const request = {
    messages: [{ role: 'user' as const, content: question(pair) }],
    sampling: { ...sampling, seed: pair },
    maxTokens: count,
  };
  const { signal } = new AbortController();
  for await (const event of model.doGenerate(request, { signal, priority: 'online' }))
    if (event.type === 'token') run.token();
  return run.result();
}

async function bareRun(pair: number): Promise<Run> {
  await sequence.clearHistory();
  const run = startRun(count);
  const prompt = bareModel.tokenize(`${bareModel.tokens.bosString ?? ''}${question(pair)}`, true);
  const topK = null as unknown as number;
  const drawn = sequence.evaluate(prompt, { ...sampling, topK, minP: 0, seed: pair, yieldEogToken: true });
  for await (const _ of drawn) if (run.token()) break;
  return run.result();
}

await comparePairs('adapter', Number(pairs), [adapterRun, bareRun]);
await model.close();
process.exit();
