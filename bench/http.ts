/**
 * Measures the overhead of the complete server: a streamed chat request over HTTP to `selfsame serve` against bare
 * `sequence.evaluate` of node-llama-cpp in this process, on the same GGUF file with the same tokens and seeds and a new
 * prompt per pair, alternating. Prints the median ratio of decoding speed (aim: ≥ 0.97) and the median difference of
 * the time to the first token (aim: ≤ 5 ms).
 *
 *   node bench/http.ts MODEL.gguf [threads] [pairs] [tokens]
 *     (a file of the catalogue, e.g. ~/.selfsame/models/gemma-3-270m-q4_k_m.gguf)
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChatTemplate } from '../packages/server/src/engines/llama-cpp/chat-template.ts';
import { findCatalogueModel } from '../packages/server/src/models/catalogue.ts';
import { openBare } from './engines.ts';
import { comparePairs, question, type Run, startRun } from './pairs.ts';

const [path = '', threads = '1', pairs = '9', tokens = '96'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');
const count = Number(tokens);
const sampling = { temperature: 1, topP: 1 };

const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
const server = spawn(process.execPath, [join(import.meta.dirname, '../packages/server/bin/selfsame.js'), 'serve'], {
  env: {
    ...process.env,
    SELFSAME_MODELS: path,
    SELFSAME_DATA_DIR: folder,
    SELFSAME_PORT: '0',
    SELFSAME_THREADS: threads,
    SELFSAME_LOG_LEVEL: 'silent',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  server.stdout.on('data', (data) => {
    const found = /(http:\S+\/v1)/.exec(String(data))?.[1];
    if (found !== undefined) resolve(found);
  });
});

const { model: bareModel, context } = await openBare({
  path,
  contextTokens: 2048,
  sequences: 1,
  threads: Number(threads),
});
const sequence = context.getSequence();
const render = createChatTemplate({
  source: findCatalogueModel('gemma-3-270m')?.chatTemplate ?? '',
  modelId: 'bench',
  bosToken: bareModel.tokens.bosString ?? '',
  eosToken: '',
});

async function httpRun(pair: number): Promise<Run> {
  const run = startRun(count);
  const body = {
    model: 'gpt-4o-mini',
    stream: true,
    max_tokens: count,
    seed: pair,
    messages: [{ role: 'user', content: question(pair) }],
  };
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok || response.body === null) throw new Error(await response.text());
  let rest = '';
  for await (const piece of response.body) {
    const lines = (rest + Buffer.from(piece).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.includes('"content":"') && !line.includes('"content":""')) run.token();
  }
  return run.result();
}

async function bareRun(pair: number): Promise<Run> {
  const run = startRun(count);
  const prompt = bareModel.tokenize(render([{ role: 'user', content: question(pair) }]), true);
  const topK = null as unknown as number;
  // Both sides reuse the common prefix with the previous prompt, which is the start of the template.
  await sequence.adaptStateToTokens(prompt.slice(0, -1));
  const rest = prompt.slice(sequence.nextTokenIndex);
  const options = { ...sampling, topK, minP: 0, seed: pair, yieldEogToken: true };
  for await (const _ of sequence.evaluate(rest, options)) if (run.token()) break;
  return run.result();
}

await comparePairs('http', Number(pairs), [httpRun, bareRun]);
server.kill('SIGTERM');
rmSync(folder, { recursive: true, force: true });
process.exit();
