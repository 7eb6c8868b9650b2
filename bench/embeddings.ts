/**
 * Measures the overhead of the server for embeddings: 256 texts of about 128 tokens in one HTTP request (JSON, base64,
 * server and engine in separate processes) against the bare engine in this process, `getEmbeddingFor` of node-llama-cpp
 * or the `feature-extraction` pipeline of transformers.js, with the same file, threads and texts. The sides alternate,
 * so that changes of the machine's load affect both. Prints the ratio of texts per second for each pair with the median
 * (aim: ≥ 0.95), and the smallest cosine between the vectors of the two sides. On a shared machine, one thread and
 * short turns give more stable figures.
 *
 *   node bench/embeddings.ts EMBEDDING_MODEL.gguf|ONNX_FOLDER [threads] [pairs] [texts per turn]
 */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const [path = '', threads = '1', pairs = '5', perTurn = '256'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF embedding model or of a folder with an ONNX one.');
const TEXTS = 256;
const TOKENS = 128;
const WORDS =
  'time year people way day man thing woman life child world school state family student group country problem hand'.split(
    ' ',
  );

/** Deterministic, distinct texts. */
const texts = Array.from({ length: TEXTS }, (_, text) =>
  Array.from({ length: TOKENS - 2 }, (__, word) => WORDS[(text * 7 + word * (3 + (text % 5))) % WORDS.length]).join(
    ' ',
  ),
);

const dataDir = await mkdtemp(join(tmpdir(), 'selfsame-bench-'));
const program = fileURLToPath(new URL('../packages/server/bin/selfsame.js', import.meta.url));
const server = spawn(process.execPath, [program, 'serve'], {
  env: {
    ...process.env,
    SELFSAME_DATA_DIR: dataDir,
    SELFSAME_MODELS: resolve(path),
    SELFSAME_PORT: '0',
    SELFSAME_PULL: 'false',
    SELFSAME_THREADS: threads,
    SELFSAME_LOG_LEVEL: 'silent',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** Reads the address from the banner; later output is read and dropped, so that the server never blocks on writing. */
function readUrl(): Promise<string> {
  return new Promise((found, failed) => {
    createInterface(server.stdout).on('line', (line) => {
      const address = /(http:\/\/\S+)\/v1/.exec(line)?.[1];
      if (address !== undefined) found(address);
    });
    server.once('exit', () => failed(new Error('The server did not start.')));
  });
}

const url = await readUrl();

async function throughHttp(input: readonly string[]): Promise<Float32Array[]> {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'text-embedding-3-small', input, encoding_format: 'base64' }),
  });
  if (!response.ok) throw new Error(await response.text());
  const { data } = (await response.json()) as { data: { embedding: string }[] };
  return data.map(({ embedding }) => {
    const bytes = Buffer.from(embedding, 'base64');
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  });
}

type Bare = (text: string) => Promise<ArrayLike<number>>;

async function openLlamaCpp(): Promise<Bare> {
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    maxThreads: Number(threads),
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createEmbeddingContext({ contextSize: 513, batchSize: 512, threads: Number(threads) });
  return async (text) => (await context.getEmbeddingFor(text)).vector;
}

async function openTransformers(): Promise<Bare> {
  const { env, pipeline } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  const extract = await pipeline('feature-extraction', resolve(path), {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
  });
  return async (text) => {
    const tensor = await extract(text, { pooling: 'mean', normalize: true });
    const vector = (tensor.data as Float32Array).slice();
    tensor.dispose();
    return vector;
  };
}

const embedBare = statSync(path).isDirectory() ? await openTransformers() : await openLlamaCpp();

async function bare(input: readonly string[]): Promise<ArrayLike<number>[]> {
  const vectors: ArrayLike<number>[] = [];
  for (const text of input) vectors.push(await embedBare(text));
  return vectors;
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

/** One pass over all texts; the sides alternate, also in going first. */
async function pass(number: number): Promise<{ http: number; bare: number; worst: number }> {
  const sum = { http: 0, bare: 0, worst: 1 };
  for (let at = 0; at < TEXTS; at += Number(perTurn)) {
    const input = texts.slice(at, at + Number(perTurn));
    const httpFirst = (number + at / Number(perTurn)) % 2 === 0;
    const early = httpFirst ? await timed(() => throughHttp(input)) : undefined;
    const ours = await timed(() => bare(input));
    const http = early ?? (await timed(() => throughHttp(input)));
    sum.http += http.ms;
    sum.bare += ours.ms;
    http.value.forEach((vector, i) => {
      sum.worst = Math.min(sum.worst, cosine(vector, ours.value[i] ?? []));
    });
  }
  return sum;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  await throughHttp(texts.slice(0, 4));
  await bare(texts.slice(0, 4));
  const ratios: number[] = [];
  let worst = 1;
  for (let pair = 0; pair < Number(pairs); pair++) {
    const result = await pass(pair);
    ratios.push(result.bare / result.http);
    worst = Math.min(worst, result.worst);
    const rate = (ms: number) => ((TEXTS * 1000) / ms).toFixed(1);
    process.stdout.write(`pair ${pair}: server ${rate(result.http)} texts/s, bare ${rate(result.bare)} texts/s\n`);
  }
  process.stdout.write(
    `median of ${ratios.length} pairs: ratio ${median(ratios).toFixed(3)}; smallest cosine ${worst.toFixed(6)}; load ${loadavg()[0]?.toFixed(1)}\n`,
  );
} finally {
  server.kill('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();
