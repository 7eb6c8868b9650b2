/**
 * Compares the complete program over HTTP with `llama-server`, built from the same source as our engine (see
 * docs/benchmarks.md), with the same GGUF file, prompts and threads, greedy and alternating. End tokens are banned on
 * both sides, so that every stream has the requested number of tokens. Prints for 1, 4 and 16 parallel streams the
 * tokens per second of all streams, the 95th percentile of the time to the first text, and the ratios of both (aims:
 * speed ≥ 0.95, first text ≤ 1.05); on Linux also the CPU time per token of all processes of each side, which other
 * load hardly affects.
 *
 *   node bench/llama-server.ts LLAMA_SERVER MODEL.gguf [threads] [pairs] [tokens] [streams,streams,…]
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { basename } from 'node:path';
import { cpuTimeMs } from './cpu-time.ts';
import { neverEnd, openVocabulary, toPrompt } from './engines.ts';
import { median, question } from './pairs.ts';
import { quantile, serve } from './served.ts';

const [program = '', path = '', threads = '1', pairs = '5', tokens = '64', streams = '1,4,16'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of llama-server and that of a GGUF model.');
const count = Number(tokens);
/** Context tokens of one stream. */
const CONTEXT_TOKENS = 512;
const vocabulary = await openVocabulary(path);
const bias = Object.fromEntries(neverEnd(vocabulary));

interface Side {
  name: string;
  /** With `/v1`. */
  url: string;
  pid: number;
  /** Its id of the model: under a hosted name, token ids would be those of the hosted vocabulary. */
  model: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startTheirs(parallel: number): Promise<Side> {
  const port = await freePort();
  const context = String(CONTEXT_TOKENS * parallel);
  const sizes = ['--threads', threads, '--parallel', String(parallel), '--ctx-size', context];
  const own = ['--host', '127.0.0.1', '--port', String(port), '--no-ui', '--log-disable'];
  const child = spawn(program, ['--model', path, ...sizes, ...own], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok === true) break;
    if (child.exitCode !== null) throw new Error(`llama-server ended with ${child.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return { name: 'llama-server', url: `${url}/v1`, pid: child.pid ?? 0, model: 'any', stop };
}

async function startOurs(parallel: number): Promise<Side> {
  const { url, server, stop } = await serve({
    MODELS: path,
    THREADS: threads,
    PARALLEL_REQUESTS: String(parallel),
    CONTEXT_TOKENS: String(CONTEXT_TOKENS),
  });
  return { name: 'selfsame', url, pid: server.pid, model: await modelOf(url), stop };
}

/** The list may also contain the built-in model. */
async function modelOf(url: string): Promise<string> {
  const { data } = (await (await fetch(`${url}/models`)).json()) as { data: readonly { id: string }[] };
  return data.find(({ id }) => basename(path).startsWith(id))?.id ?? data[0]?.id ?? '';
}

interface Answer {
  firstMs: number;
  tokens: number;
}

/** `prompt`: token ids, so that both sides evaluate the same tokens. */
async function complete({ url, model }: Side, prompt: readonly number[]): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(`${url}/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      prompt,
      max_tokens: count,
      temperature: 0,
      logit_bias: bias,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (!response.ok || response.body === null) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  let firstMs = 0;
  let text = '';
  for await (const piece of response.body) {
    text += Buffer.from(piece).toString();
    if (firstMs === 0 && /"text":"[^"]/.test(text)) firstMs = performance.now() - started;
  }
  const answered = /"completion_tokens":(\d+)/.exec(text)?.[1];
  if (answered === undefined) throw new Error(`${url}: no usage in ${text.slice(-300)}`);
  return { firstMs, tokens: Number(answered) };
}

interface Turn {
  tokensPerSecond: number;
  /** Of all its processes. */
  cpuMsPerToken: number;
  firsts: number[];
}

/** Runs all streams in parallel; `turn` makes the prompts unique. */
async function take(side: Side, turn: number, parallel: number): Promise<Turn> {
  const prompts = Array.from({ length: parallel }, (_, stream) =>
    toPrompt(vocabulary, question(turn * parallel + stream)),
  );
  const usedMs = cpuTimeMs(side.pid);
  const started = performance.now();
  const answers = await Promise.all(prompts.map((prompt) => complete(side, prompt)));
  const total = answers.reduce((sum, answer) => sum + answer.tokens, 0);
  const elapsedMs = performance.now() - started;
  return {
    tokensPerSecond: (total * 1000) / elapsedMs,
    cpuMsPerToken: (cpuTimeMs(side.pid) - usedMs) / total,
    firsts: answers.map(({ firstMs }) => firstMs),
  };
}

async function compare(parallel: number): Promise<void> {
  const sides = [await startOurs(parallel), await startTheirs(parallel)] as const;
  try {
    const turns = new Map<Side, Turn[]>();
    for (const side of sides) await take(side, -1, parallel);
    for (let pair = 0; pair < Number(pairs); pair += 1) {
      for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
        const turn = await take(side, pair, parallel);
        turns.set(side, [...(turns.get(side) ?? []), turn]);
      }
    }
    report(
      parallel,
      sides.map((side) => turns.get(side) ?? []),
    );
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

function report(parallel: number, [ours = [], theirs = []]: readonly Turn[][]): void {
  const row = (what: string, values: readonly [number, number], digits: number, ratio = values[0] / values[1]) =>
    console.log(
      `  ${what}: selfsame ${values[0].toFixed(digits)}, llama-server ${values[1].toFixed(digits)}, ratio ${ratio.toFixed(3)}`,
    );
  const middle = (pick: (turn: Turn) => number) => [median(ours.map(pick)), median(theirs.map(pick))] as const;
  const first = (turns: readonly Turn[]) =>
    quantile(
      turns.flatMap(({ firsts }) => firsts),
      0.95,
    );
  const speeds = ours.map((turn, at) => turn.tokensPerSecond / (theirs[at]?.tokensPerSecond ?? Number.NaN));
  console.log(`${parallel} streams, ${ours.length} pairs, load ${loadavg()[0]?.toFixed(1)}`);
  row(
    'tokens/s, median',
    middle((turn) => turn.tokensPerSecond),
    1,
    median(speeds),
  );
  row('first text p95, ms', [first(ours), first(theirs)], 0);
  row(
    'processor ms per token, median',
    middle((turn) => turn.cpuMsPerToken),
    2,
  );
}

for (const parallel of streams.split(',')) await compare(Number(parallel));
process.exit();
