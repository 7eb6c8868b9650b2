/**
 * Measures the overhead of Selfsame in front of an upstream, compared with `@portkey-ai/gateway` in front of the same
 * stub, which responds immediately in a separate process. The three sides (stub, Selfsame, other gateway) alternate,
 * plain and streaming, at one connection and at 64. Prints medians over the rounds: added time at one connection (aim:
 * ≤ 1 ms), requests per second at 64 relative to the other gateway (aim: ≥ 3), and CPU time per request, which is least
 * sensitive to other load.
 *
 *   node bench/gateway.ts [rounds]
 *     (installs the other gateway into a temporary folder, or uses PORTKEY_DIR)
 *   node bench/gateway.ts memory [requests]        (Selfsame alone: resident memory, default 100,000)
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { runConcurrently } from './run-concurrently.ts';

const PEER = '@portkey-ai/gateway';
const PEER_VERSION = '1.15.2';
/** The newest version with working streams: later ones return status 500 for them. */
const PEER_HTTP = { '@hono/node-server': '1.13.8' };
const SEQUENTIAL = 150;
const CONNECTIONS = 64;
const BURST_MS = 1500;
const WARM_UP = 4000;
const COLLECT_MS = 1000;
const TICKS_PER_SECOND = 100;

const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
const children: ChildProcess[] = [];

interface Side {
  name: string;
  pid: number;
  pool: Pool;
  headers: Record<string, string>;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${text}`)));
    child.stdout?.on('data', (data) => {
      text += String(data);
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

const toSide = (name: string, origin: string, { pid = 0 }: ChildProcess, headers = {}): Side => ({
  name,
  pid,
  pool: new Pool(origin, { connections: CONNECTIONS }),
  headers: { 'content-type': 'application/json', ...headers },
});

async function startStub(): Promise<Side> {
  const child = start([join(import.meta.dirname, 'gateway-stub.ts')]);
  return toSide('stub', `http://127.0.0.1:${await printed(child, /^(\d+)/)}`, child);
}

async function startSelfsame(upstream: string, nodeOptions = ''): Promise<Side> {
  const child = start([join(import.meta.dirname, '../packages/server/bin/selfsame.js'), 'serve'], {
    SELFSAME_UPSTREAMS: JSON.stringify([{ name: 'stub', urls: [upstream], models: [{ id: 'stub' }] }]),
    SELFSAME_DATA_DIR: folder,
    SELFSAME_PORT: '0',
    SELFSAME_PULL: 'false',
    SELFSAME_BUILT_IN: 'false',
    SELFSAME_LOG_LEVEL: 'warn',
    NODE_OPTIONS: nodeOptions,
  });
  return toSide('selfsame', await printed(child, /(http:\/\/\S+)\/v1/), child);
}

async function startPeer(upstream: string): Promise<Side> {
  const home = process.env['PORTKEY_DIR'] ?? folder;
  if (home === folder) {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ overrides: PEER_HTTP }));
    const install = ['install', '--no-audit', '--no-fund', '--prefix', folder, `${PEER}@${PEER_VERSION}`];
    execFileSync('npm', install, { stdio: 'ignore' });
  }
  const port = 20_000 + (process.pid % 20_000);
  const program = join(home, 'node_modules', PEER, 'build/start-server.js');
  const child = start([program, '--headless', `--port=${port}`], { NODE_ENV: 'production' });
  child.stdout?.resume();
  const side = toSide('portkey', `http://127.0.0.1:${port}`, child, {
    authorization: 'Bearer any',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': upstream,
  });
  const deadline = performance.now() + 30_000;
  for (;;) {
    const works = await ask(side, false).then(
      () => true,
      (error: unknown) => (performance.now() > deadline ? Promise.reject(error) : false),
    );
    if (works) return side;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const toBody = (stream: boolean) =>
  JSON.stringify({
    model: 'stub',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: 'Say a few words about lighthouses, please.' },
    ],
    temperature: 0.7,
    max_tokens: 64,
    stream,
  });
const BODIES = { plain: toBody(false), stream: toBody(true) };

async function ask({ pool, headers }: Side, stream: boolean): Promise<void> {
  const body = stream ? BODIES.stream : BODIES.plain;
  const response = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
  const text = await response.body.text();
  const whole = stream ? text.includes('[DONE]') && text.includes('"stop"') : text.includes('"stop"');
  if (response.statusCode !== 200 || !whole) throw new Error(`${response.statusCode}: ${text.slice(0, 500)}`);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median time of sequential requests, in ms. */
async function timeOne(side: Side, stream: boolean): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < SEQUENTIAL; i += 1) {
    const since = performance.now();
    await ask(side, stream);
    times.push(performance.now() - since);
  }
  return median(times);
}

/** User and system time of a process, in ms. Linux only. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

interface Burst {
  perSecond: number;
  cpuMsPerRequest: number;
}

async function burst(side: Side, stream: boolean): Promise<Burst> {
  const since = performance.now();
  const cpu = cpuMs(side.pid);
  let count = 0;
  const isRunning = () => performance.now() - since < BURST_MS;
  await runConcurrently(CONNECTIONS, isRunning, async () => {
    await ask(side, stream);
    count += 1;
  });
  const perSecond = (count * 1000) / (performance.now() - since);
  return { perSecond, cpuMsPerRequest: (cpuMs(side.pid) - cpu) / count };
}

/** Compiles hot code: before that a process needs about twice the time per request. */
async function warmUp(side: Side, stream: boolean): Promise<void> {
  let left = WARM_UP;
  const takeOne = () => left-- > 0;
  await runConcurrently(CONNECTIONS, takeOne, () => ask(side, stream));
}

async function compare(rounds: number): Promise<void> {
  const stub = await startStub();
  const upstream = `${new URL(await originOf(stub)).origin}/v1`;
  const sides = [stub, await startSelfsame(upstream), await startPeer(upstream)];
  for (const stream of [false, true]) {
    const one = sides.map((): number[] => []);
    const many = sides.map((): Burst[] => []);
    for (const side of sides) await warmUp(side, stream);
    for (let round = 0; round < rounds; round += 1) {
      // The sides alternate in going first, so that changes of the machine's load affect all.
      for (let i = 0; i < sides.length; i += 1) {
        const at = (round + i) % sides.length;
        const side = sides[at] as Side;
        one[at]?.push(await timeOne(side, stream));
        many[at]?.push(await burst(side, stream));
      }
    }
    report(stream ? 'streaming' : 'plain', one, many);
  }
}

function report(what: string, one: readonly number[][], many: readonly Burst[][]): void {
  const [direct = [], ours = [], peer = []] = one;
  const [, oursMany = [], peerMany = []] = many;
  const added = (times: readonly number[]) => median(times.map((time, round) => time - (direct[round] ?? 0)));
  const ratio = median(oursMany.map(({ perSecond }, round) => perSecond / (peerMany[round]?.perSecond ?? Number.NaN)));
  const cpu = (bursts: readonly Burst[]) => median(bursts.map(({ cpuMsPerRequest }) => cpuMsPerRequest));
  const speed = (bursts: readonly Burst[]) => median(bursts.map(({ perSecond }) => perSecond)).toFixed(0);
  console.log(
    [
      `${what}: added at one connection: selfsame ${added(ours).toFixed(2)} ms, portkey ${added(peer).toFixed(2)} ms (stub alone ${median(direct).toFixed(2)} ms)`,
      `${what}: requests/s at ${CONNECTIONS}: selfsame ${speed(oursMany)}, portkey ${speed(peerMany)}: median ratio ${ratio.toFixed(2)}`,
      `${what}: CPU per request: selfsame ${cpu(oursMany).toFixed(3)} ms, portkey ${cpu(peerMany).toFixed(3)} ms: ratio ${(cpu(peerMany) / cpu(oursMany)).toFixed(2)}; load average ${loadavg()[0]?.toFixed(1)}`,
    ].join('\n'),
  );
}

async function originOf({ pool }: Side): Promise<string> {
  const origins = new Promise<string>((resolve) => pool.once('connect', (origin) => resolve(String(origin))));
  await pool.request({ method: 'GET', path: '/v1/models' }).then(({ body }) => body.dump());
  return origins;
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1000);
}

async function measureMemory(requests: number): Promise<void> {
  const stub = await startStub();
  // Measures live memory independently of the time of the last garbage collection.
  const collector = join(import.meta.dirname, '../acceptance/collect-on-signal.cjs');
  const side = await startSelfsame(`${new URL(await originOf(stub)).origin}/v1`, `--require ${collector}`);
  const steps = 10;
  for (let step = 0; step < steps; step += 1) {
    let left = Math.round(requests / steps);
    const takeOne = () => left-- > 0;
    await runConcurrently(CONNECTIONS, takeOne, () => ask(side, left % 2 === 0));
    process.kill(side.pid, 'SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    console.log(`${Math.round((requests * (step + 1)) / steps)} requests: ${residentMb(side.pid)} MB resident`);
  }
}

try {
  const [what = '7', count = '100000'] = process.argv.slice(2);
  if (what === 'memory') await measureMemory(Number(count));
  else await compare(Number(what));
} finally {
  const gone = children.filter(({ exitCode }) => exitCode === null).map((child) => once(child, 'exit'));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(gone);
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
