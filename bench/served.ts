/** Starts and stops the complete program with a new data folder, and sends requests to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRequest, uploadFile } from '../testing/request.ts';

const PROGRAM = join(import.meta.dirname, '../packages/server/bin/selfsame.js');

export interface ServedProcess {
  pid: number;
  /** Standard output so far. */
  output(): string;
}

export interface Served {
  /** With `/v1`. */
  url: string;
  /** Its data folder. */
  folder: string;
  server: ServedProcess;
  /** A worker over the same data folder. */
  startWorker(): Promise<ServedProcess>;
  /** Stops all processes and removes the data folder unless it is kept. */
  stop(): Promise<void>;
}

/** `settings`: environment variables without the prefix `SELFSAME_`; `kept`: a data folder that is not removed. */
export async function serve(settings: Readonly<Record<string, string>>, kept?: string): Promise<Served> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
  const children: ChildProcess[] = [];
  // The children must not outlive this process.
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
  });

  async function start(
    command: 'serve' | 'worker',
    ready: RegExp,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ServedProcess> {
    const given = Object.entries({ ...settings, ...more });
    const own = Object.fromEntries(given.map(([name, value]) => [`SELFSAME_${name}`, value]));
    const child = spawn(process.execPath, [PROGRAM, command], {
      env: {
        ...process.env,
        SELFSAME_DATA_DIR: folder,
        SELFSAME_PORT: '0',
        SELFSAME_PULL: 'false',
        SELFSAME_LOG_LEVEL: 'error',
        ...own,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`'selfsame ${command}' ended with ${code}.`)));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (ready.test(output)) resolve();
      });
    });
    return { pid: child.pid ?? 0, output: () => output };
  }

  const server = await start('serve', /http:\S+\/v1/);
  return {
    url: /(http:\S+\/v1)/.exec(server.output())?.[1] ?? '',
    folder,
    server,
    // The settings of the server may disable jobs.
    startWorker: () => start('worker', /runs jobs/, { JOB_PLACES: '4' }),
    async stop() {
      const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const gone = running.map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(gone);
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the JSON of the response. Rejects with the error's text if the status is not 2xx. */
export async function ask<T>(url: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<T> {
  const response = await sendRequest(url, { method, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

export interface BatchState {
  id: string;
  status: string;
  request_counts: { total: number; completed: number; failed: number };
}

/** Creates a batch of chat requests with these bodies. */
export async function createBatch(url: string, bodies: readonly object[]): Promise<BatchState> {
  const lines = bodies.map((body, i) =>
    JSON.stringify({ custom_id: `r${i}`, method: 'POST', url: '/v1/chat/completions', body }),
  );
  const file = await uploadFile(url, new File([lines.join('\n')], 'in.jsonl'), 'batch');
  const body = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' };
  return ask<BatchState>(`${url}/batches`, body);
}

export interface ChatTimes {
  firstMs: number;
  totalMs: number;
  pieces: number;
}

/** Streams a chat completion and times it. */
export async function streamChat(url: string, body: object): Promise<ChatTimes> {
  const startedAt = performance.now();
  const response = await sendRequest(`${url}/chat/completions`, { body: { ...body, stream: true } });
  if (!response.ok || response.body === null) throw new Error(`chat: ${response.status} ${await response.text()}`);
  let firstMs = 0;
  let pieces = 0;
  let tail = '';
  for await (const piece of response.body) {
    if (firstMs === 0) firstMs = performance.now() - startedAt;
    const text = tail + Buffer.from(piece).toString();
    pieces += text.split('\n\n').length - 1;
    tail = text.slice(text.lastIndexOf('\n\n') + 2);
    if (text.includes('"error"')) throw new Error(`chat: ${text.slice(0, 300)}`);
  }
  return { firstMs, totalMs: performance.now() - startedAt, pieces };
}

/** The quantile below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
