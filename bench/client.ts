/**
 * Measures the overhead of the client: a chat completion through `@selfsame/client` against bare undici on loopback, in
 * alternating calls. Prints the medians and their difference (aim: ≤ 0.15 ms), and the growth of the heap over many
 * calls and over aborted streams (aim: none). Exits with 1 if an aim is missed.
 *
 *   node --expose-gc bench/client.ts [pairs] [calls] [aborted streams]     (default 5000, 100000 and 1000)
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Selfsame } from '@selfsame/client';
import { Agent } from 'undici';
import { runConcurrently } from './run-concurrently.ts';

const [pairs, calls, streams] = [5000, 100_000, 1000].map((otherwise, index) =>
  Number(process.argv[index + 2] ?? otherwise),
) as [number, number, number];
const MAX_OVERHEAD_MS = 0.15;
/** Growth that a garbage collection explains. */
const MAX_GROWTH_BYTES = 2 * 1024 * 1024;
const WARM_UP = 1000;

const child = fork(join(import.meta.dirname, 'client-server.ts'));
const [port] = (await once(child, 'message')) as [number];
const origin = `http://127.0.0.1:${port}`;
const client = new Selfsame({ auth: { token: 'k' } }, `${origin}/v1`);
const agent = new Agent();
const body = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

async function callBare(): Promise<void> {
  const response = await agent.request({
    origin,
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: JSON.stringify(body),
  });
  await response.body.json();
}

const callClient = async (): Promise<void> => void (await client.chat.completions.create(body));

async function abortStream(): Promise<void> {
  const stream = await client.chat.completions.create({ ...body, stream: true });
  let count = 0;
  for await (const _chunk of stream) if (++count === 3) break;
}

async function timeOf(call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Heap and buffers in bytes, after collections. */
async function memory(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function growthOf(count: number, work: () => Promise<void>): Promise<number> {
  let left = Math.ceil(count / 10);
  const hasMore = () => left-- > 0;
  await runConcurrently(8, hasMore, work);
  const before = await memory();
  left = count;
  await runConcurrently(8, hasMore, work);
  return (await memory()) - before;
}

const toMebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;

for (let index = 0; index < WARM_UP; index += 1) {
  await callBare();
  await callClient();
}
const bare: number[] = [];
const ours: number[] = [];
for (let pair = 0; pair < pairs; pair += 1) {
  const order = pair % 2 === 0 ? [0, 1] : [1, 0];
  for (const which of order) {
    if (which === 0) bare.push(await timeOf(callBare));
    else ours.push(await timeOf(callClient));
  }
}
const overhead = median(ours) - median(bare);
console.log(
  `undici ${median(bare).toFixed(3)} ms, client ${median(ours).toFixed(3)} ms: ${overhead.toFixed(3)} ms more`,
);
const callGrowth = await growthOf(calls, callClient);
console.log(`memory after ${calls} calls: ${toMebibytes(callGrowth)} more`);
const streamGrowth = await growthOf(streams, abortStream);
console.log(`memory after ${streams} aborted streams: ${toMebibytes(streamGrowth)} more`);
await client.close();
await agent.destroy();
child.kill();
const missed = overhead > MAX_OVERHEAD_MS || callGrowth > MAX_GROWTH_BYTES || streamGrowth > MAX_GROWTH_BYTES;
process.exitCode = missed ? 1 : 0;
