/**
 * Measures a server without a model: time until it listens and answers, and resident memory after an idle second.
 * `node acceptance/footprint.ts [ROUNDS]`: rounds alternate with a bare node:http server, because times on a shared
 * machine are only meaningful in comparison. Exits with 1 if the best quarter of the starts or the median of the memory
 * exceeds its limit.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './processes.ts';
import { startServer } from './server.ts';

const LIMIT_MB = 120;
const LIMIT_MS = 1000;
const REST_MS = 1000;
const BARE = `require('node:http').createServer((q, r) => r.end('{}')).listen(0, function () { console.log('at ' + this.address().port) })`;

interface Reading {
  ms: number;
  mb: number;
}

async function readSelfsame(): Promise<Reading> {
  const since = performance.now();
  const server = await startServer({ until: 'listening' });
  try {
    await (await fetch(`${server.url}/healthz`)).arrayBuffer();
    return { ms: performance.now() - since, mb: await restingMegabytes(server.pid) };
  } finally {
    await server.end('SIGKILL');
    await server.stop();
  }
}

async function readBare(): Promise<Reading> {
  const since = performance.now();
  const child = spawn(process.execPath, ['-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    await (await fetch(`http://127.0.0.1:${String(line).split(' ')[1]?.trim()}`)).arrayBuffer();
    return { ms: performance.now() - since, mb: await restingMegabytes(child.pid ?? 0) };
  } finally {
    child.kill('SIGKILL');
  }
}

async function restingMegabytes(pid: number): Promise<number> {
  await sleep(REST_MS);
  return (await residentBytes(pid)) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The lower quartile, which excludes delays by other processes on the machine. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}

const rounds = Number(process.argv[2] ?? 9);
const selfsame: Reading[] = [];
const bare: Reading[] = [];
// The first start compiles and fills caches for later starts, so it is reported separately.
const first = await readSelfsame();
for (let i = 0; i < rounds; i += 1) {
  bare.push(await readBare());
  selfsame.push(await readSelfsame());
}
const ms = { selfsame: selfsame.map((each) => each.ms), bare: bare.map((each) => each.ms) };
const mb = { selfsame: selfsame.map((each) => each.mb), bare: bare.map((each) => each.mb) };
const ratio = (values: { selfsame: number[]; bare: number[] }) =>
  (median(values.selfsame) / median(values.bare)).toFixed(1);
console.log(`first start                ${first.ms.toFixed(0)} ms, ${first.mb.toFixed(0)} MB`);
console.log(
  `start to first answer      median ${median(ms.selfsame).toFixed(0)} ms, best quarter ${lowerQuartile(ms.selfsame).toFixed(0)} ms` +
    ` (bare node:http ${median(ms.bare).toFixed(0)} ms, ratio ${ratio(ms)})`,
);
console.log(
  `resident after ${REST_MS} ms rest  median ${median(mb.selfsame).toFixed(0)} MB, most ${Math.max(...mb.selfsame).toFixed(0)} MB` +
    ` (bare node:http ${median(mb.bare).toFixed(0)} MB, ratio ${ratio(mb)})`,
);
const missed = [
  lowerQuartile(ms.selfsame) > LIMIT_MS ? `more than ${LIMIT_MS} ms to the first answer` : '',
  median(mb.selfsame) > LIMIT_MB ? `more than ${LIMIT_MB} MB resident` : '',
].filter((each) => each !== '');
if (missed.length > 0) {
  console.error(`missed: ${missed.join(', ')}`);
  process.exitCode = 1;
}
