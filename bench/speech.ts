/**
 * Measures the overhead of the server for speech: one text in one HTTP request (mp3, server, engine and encoder in
 * separate processes) against the engine without a server, with the same file, threads and text. The sides alternate, so
 * that changes of the machine's load affect both. Prints seconds of computation per second of speech (real-time factor)
 * for each pair, the median of the ratios (aim: ≥ 0.95), and the time until the first bytes.
 *
 *   node bench/speech.ts kokoro-82m-v1.0.gguf [threads] [pairs]
 */
import { spawn } from 'node:child_process';
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createKokoroSpeechModel } from '../packages/server/src/engines/kokoro/speech-model.ts';

const [path = '', threads = '1', pairs = '3'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of the speech model.');
const VOICE = 'af_heart';
const TEXT =
  'The committee met on the first of December. It approved the budget for the new library. The doors will open next spring, and everyone is welcome.';
const RATE = 24_000;

const dataDir = await mkdtemp(join(tmpdir(), 'selfsame-bench-'));
await mkdir(join(dataDir, 'models'));
await link(resolve(path), join(dataDir, 'models', basename(path)));
const program = fileURLToPath(new URL('../packages/server/bin/selfsame.js', import.meta.url));
const server = spawn(process.execPath, [program, 'serve'], {
  env: {
    ...process.env,
    SELFSAME_DATA_DIR: dataDir,
    SELFSAME_PORT: '0',
    SELFSAME_PULL: 'false',
    SELFSAME_THREADS: threads,
    SELFSAME_LOG_LEVEL: 'silent',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((found, failed) => {
  createInterface(server.stdout).on('line', (line) => {
    const address = /(http:\/\/\S+)\/v1/.exec(line)?.[1];
    if (address !== undefined) found(address);
  });
  server.once('exit', () => failed(new Error('The server did not start.')));
});
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = createKokoroSpeechModel({
  modelId: 'bare',
  path: resolve(path),
  threads: Number(threads),
  log: silent,
});
await engine.ready();

/** Seconds of computation, and of speech. */
async function speakBare(): Promise<{ seconds: number; speech: number }> {
  const started = performance.now();
  let samples = 0;
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  for await (const part of engine.doSpeak({ text: TEXT, voice: VOICE, speed: 1 }, options)) samples += part.length;
  return { seconds: (performance.now() - started) / 1000, speech: samples / RATE };
}

async function speakHere(): Promise<{ seconds: number; firstMs: number }> {
  const started = performance.now();
  const response = await fetch(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tts-1', voice: VOICE, input: TEXT }),
  });
  if (!response.ok || response.body === null) throw new Error(await response.text());
  let firstMs: number | undefined;
  for await (const _chunk of response.body) firstMs ??= performance.now() - started;
  return { seconds: (performance.now() - started) / 1000, firstMs: firstMs ?? 0 };
}

try {
  await speakHere();
  const ratios: number[] = [];
  for (let pair = 0; pair < Number(pairs); pair++) {
    const bare = await speakBare();
    const here = await speakHere();
    ratios.push(bare.seconds / here.seconds);
    const factors = [bare, here].map(({ seconds }) => (seconds / bare.speech).toFixed(2));
    console.log(
      `engine ${factors[0]}, server ${factors[1]} × real time, first bytes after ${Math.round(here.firstMs)} ms`,
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? 0;
  console.log(`ratio ${median.toFixed(3)}, load ${loadavg()[0]?.toFixed(1)}`);
} finally {
  await engine.close();
  server.kill('SIGTERM');
  await new Promise((ended) => server.once('exit', ended));
  await rm(dataDir, { recursive: true, force: true });
}
