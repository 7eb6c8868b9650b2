/**
 * Sends bodies that are far more expensive for a server than for their sender. Prints for each the time from its last
 * byte to the response, the status, and the maximum time of a concurrent `GET /healthz`, in the fastest of three
 * rounds. Exits with 1 if a body exceeds one of the limits.
 *
 *   node bench/hostile-bodies.ts [name part …]
 *     (SELFSAME_BENCH_URL: a running server; default: starts one with scripted models)
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const MAX_ANSWER_MS = 100;
const MAX_DELAY_MS = 50;
/** Refusals of larger bodies may take as long as reading them. */
const LARGE_BYTES = 4 * 1024 ** 2;
const MAX_LARGE_ANSWER_MS = 500;
const ROUNDS = 3;

interface Body {
  name: string;
  path: string;
  /** JSON text. */
  make(): string;
}

const CHAT = '/v1/chat/completions';
const list = (count: number, item: (at: number) => string) => Array.from({ length: count }, (_, at) => item(at)).join();
const keys = (count: number, value = '1') => `{${list(count, (at) => `"key${at}":${value}`)}}`;
const chat = (more: string, content = '"hi"') =>
  `{"model":"scripted","messages":[{"role":"user","content":${content}}]${more === '' ? '' : `,${more}`}}`;
const schemaOf = (schema: string) =>
  `"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":${schema}}}`;
const toolOf = (schema: string) => `"tools":[{"type":"function","function":{"name":"a","parameters":${schema}}}]`;

const BODIES: readonly Body[] = [
  { name: '1M unknown keys', path: CHAT, make: () => chat(keys(1e6).slice(1, -1)) },
  { name: '1M keys in logit_bias', path: CHAT, make: () => chat(`"logit_bias":${keys(1e6)}`) },
  {
    name: '1M integer keys in logit_bias',
    path: CHAT,
    make: () => chat(`"logit_bias":{${list(1e6, (i) => `"${i}":1`)}}`),
  },
  {
    name: '60k integer keys in logit_bias',
    path: CHAT,
    make: () => chat(`"logit_bias":{${list(6e4, (i) => `"${i}":1`)}}`),
  },
  { name: '1M keys in metadata', path: CHAT, make: () => chat(`"metadata":${keys(1e6, '"v"')}`) },
  { name: '50k keys in metadata of a thread', path: '/v1/threads', make: () => `{"metadata":${keys(5e4, '"v"')}}` },
  {
    name: '2.5M enum values in a format',
    path: CHAT,
    make: () => chat(schemaOf(`{"enum":[${list(2.5e6, (i) => `"v${i}"`)}]}`)),
  },
  {
    name: '40k enum values in a format',
    path: CHAT,
    make: () => chat(schemaOf(`{"enum":[${list(4e4, (i) => `"v${i}"`)}]}`)),
  },
  {
    name: '40k enum values in a function',
    path: CHAT,
    make: () => chat(toolOf(`{"properties":{"a":{"enum":[${list(4e4, (i) => `"v${i}"`)}]}}}`)),
  },
  {
    name: '20k properties in a function',
    path: CHAT,
    make: () => chat(toolOf(`{"type":"object","properties":${keys(2e4, '{}')}}`)),
  },
  {
    name: '1M required names in a format',
    path: CHAT,
    make: () => chat(schemaOf(`{"type":"object","required":[${list(1e6, (i) => `"${i}"`)}]}`)),
  },
  {
    name: '20k messages',
    path: CHAT,
    make: () => `{"model":"scripted","messages":[${list(2e4, () => '{"role":"user","content":"hi"}')}]}`,
  },
  {
    name: '5k messages',
    path: CHAT,
    make: () => `{"model":"scripted","messages":[${list(5e3, () => '{"role":"user","content":"hi"}')}]}`,
  },
  {
    name: '300k content parts',
    path: CHAT,
    make: () => chat('', `[${list(3e5, () => '{"type":"text","text":"a"}')}]`),
  },
  {
    name: '10k tools',
    path: CHAT,
    make: () => chat(`"tools":[${list(1e4, (i) => `{"type":"function","function":{"name":"f${i}"}}`)}]`),
  },
  { name: '5M empty objects', path: CHAT, make: () => chat(`"tools":[${list(5e6, () => '{}')}]`) },
  {
    name: '5M numbers in a prompt',
    path: '/v1/completions',
    make: () => `{"model":"scripted","prompt":[${list(5e6, (i) => `${i % 1e4}`)}]}`,
  },
  {
    name: '5M numbers in an input',
    path: '/v1/embeddings',
    make: () => `{"model":"scripted-embedding","input":[[${list(5e6, (i) => `${i % 1e4}`)}]]}`,
  },
  {
    name: '100k inputs',
    path: '/v1/embeddings',
    make: () => `{"model":"scripted-embedding","input":[${list(1e5, () => '"a"')}]}`,
  },
  { name: '20k stops', path: CHAT, make: () => chat(`"stop":[${list(2e4, () => '"a"')}]`) },
  { name: '32 MB of text under an unknown key', path: CHAT, make: () => chat(`"x":"${'a'.repeat(31e6)}"`) },
  { name: '32 MB of an unknown key', path: CHAT, make: () => chat(`"${'a'.repeat(31e6)}":1`) },
  { name: '32 MB in a metadata value', path: CHAT, make: () => chat(`"metadata":{"a":"${'a'.repeat(31e6)}"}`) },
  { name: '32 MB in a CJK metadata value', path: CHAT, make: () => chat(`"metadata":{"a":"${'中'.repeat(10e6)}"}`) },
  { name: '32 MB in a safety identifier', path: CHAT, make: () => chat(`"safety_identifier":"${'a'.repeat(31e6)}"`) },
  { name: '32 MB of escapes in the model', path: CHAT, make: () => `{"model":"${'\\n'.repeat(15e6)}","messages":[]}` },
  { name: '32 MB as an enum value', path: CHAT, make: () => chat(`"service_tier":"${'a'.repeat(31e6)}"`) },
  {
    name: "32 MB of a tool's name",
    path: CHAT,
    make: () => chat(`"tools":[{"type":"function","function":{"name":"${'a'.repeat(31e6)}"}}]`),
  },
  {
    name: '4 MB in the content of a message',
    path: '/v1/threads',
    make: () => `{"messages":[{"role":"user","content":"${'a'.repeat(4e6)}"}]}`,
  },
  {
    name: '2k messages of a thread',
    path: '/v1/threads',
    make: () => `{"messages":[${list(2e3, () => '{"role":"user","content":"hi"}')}]}`,
  },
  {
    name: '100k messages of a thread',
    path: '/v1/threads',
    make: () => `{"messages":[${list(1e5, () => '{"role":"user","content":"hi"}')}]}`,
  },
  { name: '32 MB of white space', path: CHAT, make: () => `${' '.repeat(32e6)}{` },
  { name: '32 MB that is no JSON', path: CHAT, make: () => 'a'.repeat(32e6) },
  { name: '10M open brackets', path: CHAT, make: () => '['.repeat(1e7) },
  {
    name: '10 MB prompt',
    path: CHAT,
    make: () => chat('', `"${'word '.repeat(2e6)}"`).replace('scripted', 'selfsame-nano'),
  },
  {
    name: '32 MB prompt',
    path: CHAT,
    make: () => chat('', `"${'word '.repeat(6e6)}"`).replace('scripted', 'selfsame-nano'),
  },
];

const filters = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
const { url, stop } = await openServer();

async function openServer(): Promise<{ url: string; stop(): void }> {
  const given = process.env['SELFSAME_BENCH_URL'];
  if (given !== undefined) return { url: given, stop: () => undefined };
  const program = join(import.meta.dirname, '../packages/server/bin/selfsame.js');
  const env = {
    ...process.env,
    SELFSAME_SCRIPTED: '1',
    SELFSAME_PULL: '0',
    SELFSAME_DATA_DIR: folder,
    SELFSAME_PORT: '0',
    SELFSAME_LOG_LEVEL: 'error',
  };
  const server = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise<string>((resolve) => {
    server.stdout.on('data', (data) => {
      const found = /(http:\S+)\/v1/.exec(String(data))?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return { url: address, stop: () => server.kill('SIGTERM') };
}

/** Another client in a worker thread, because this thread creates and sends bodies. */
const OTHER_CLIENT = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { get, Agent } = require('node:http');
  const agent = new Agent({ keepAlive: true });
  let longest = 0;
  let stopped = false;
  parentPort.on('message', (message) => {
    if (message === 'stop') { stopped = true; agent.destroy(); parentPort.close(); return; }
    parentPort.postMessage(longest);
    longest = 0;
  });
  const ask = () => {
    if (stopped) return;
    const start = performance.now();
    get(workerData + '/healthz', { agent }, (response) => {
      response.resume().on('end', () => {
        longest = Math.max(longest, performance.now() - start);
        setTimeout(ask, 2);
      });
    }).on('error', () => setTimeout(ask, 2));
  };
  ask();`;
const other = new Worker(OTHER_CLIENT, { eval: true, workerData: url });
const longestDelay = () =>
  new Promise<number>((resolve) => {
    other.once('message', resolve);
    other.postMessage('ask');
  });

interface Answer {
  status: number;
  ms: number;
  text: string;
}

const MAX_WAIT_MS = 60_000;

/** Measures from the time when the body has left this process. */
function send(path: string, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let sentAt = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': bytes.byteLength };
    const sending: ClientRequest = request(url + path, { method: 'POST', headers, agent: false }, (response) => {
      const ms = performance.now() - sentAt;
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      const end = () =>
        resolve({ status: response.statusCode ?? 0, ms, text: Buffer.concat(parts).toString('utf8', 0, 20_000) });
      response.on('end', end).on('error', end);
    });
    sending.setTimeout(MAX_WAIT_MS, () => sending.destroy(new Error('no answer')));
    sending.on('finish', () => {
      sentAt = performance.now();
    });
    sending.on('error', reject);
    sending.end(bytes);
  });
}

async function measure(path: string, bytes: Buffer) {
  await setTimeout(100);
  await longestDelay();
  const answer = await send(path, bytes).catch((error: Error) => ({
    status: 0,
    ms: MAX_WAIT_MS,
    text: error.message,
  }));
  await setTimeout(50);
  return { ...answer, delay: await longestDelay() };
}

let passed = 0;
console.log('body                                     MB  status  answer ms  delay ms  param: message');
for (const { name, path, make } of BODIES) {
  if (filters.length > 0 && !filters.some((part) => name.includes(part))) continue;
  const bytes = Buffer.from(make());
  const rounds: { status: number; ms: number; text: string; delay: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(path, bytes));
  // The fastest round: the others may include load of other processes.
  const ms = Math.min(...rounds.map((round) => round.ms));
  const delay = Math.min(...rounds.map((round) => round.delay));
  const { status, text } = rounds[0] ?? { status: 0, text: '' };
  const large = bytes.byteLength > LARGE_BYTES;
  const isOver = delay > MAX_DELAY_MS || ms > (large ? MAX_LARGE_ANSWER_MS : MAX_ANSWER_MS);
  if (isOver) passed += 1;
  const cells = [
    name.padEnd(38),
    (bytes.byteLength / 1e6).toFixed(1).padStart(5),
    String(status).padStart(7),
    ms.toFixed(0).padStart(10),
    `${delay.toFixed(0).padStart(9)}${isOver ? '*' : ' '}`,
    toNote(text),
  ];
  console.log(cells.join(' '));
}
console.log(`${passed} over the aims: an answer in ${MAX_ANSWER_MS} ms, a delay of ${MAX_DELAY_MS} ms`);
other.postMessage('stop');
stop();
rmSync(folder, { recursive: true, force: true });
process.exitCode = passed > 0 ? 1 : 0;

function toNote(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { param: string | null; message: string } };
    return error === undefined ? '' : `${String(error.param).slice(0, 60)}: ${error.message.slice(0, 90)}`;
  } catch {
    return text.slice(0, 60);
  }
}
