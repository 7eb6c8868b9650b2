/**
 * The sandbox with bubblewrap: its figures, real work with pandas and matplotlib, and kills with SIGKILL of the server
 * and of each process of a session in the middle of a call.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it as test } from 'vitest';
import { createBubblewrapSandbox } from '../packages/server/src/sandbox/bubblewrap/bubblewrap.ts';
import { DEFAULT_SANDBOX_LIMITS, type SandboxSession } from '../packages/server/src/sandbox/sandbox.ts';
import { logsOf, processesWith } from '../packages/server/src/sandbox/testing/attempt.ts';
import { canExecuteCode } from '../packages/server/src/sandbox/testing/can-execute-code.ts';

const it = test.skipIf(!(await canExecuteCode()));

const MEGABYTE = 1024 ** 2;
const MAX_FIRST_CALL_MS = 1500;
const MAX_OVERHEAD_MS = 30;
const SESSIONS = 20;
const CALLS = 1000;
const ROUNDS = 30;
const SERVER = join(import.meta.dirname, '../packages/server/src/sandbox/testing/endless-server.ts');

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function timeOf(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

async function withSession<T>(use: (session: SandboxSession) => Promise<T>, limits = {}): Promise<T> {
  const session = await createBubblewrapSandbox().open({ ...DEFAULT_SANDBOX_LIMITS, ...limits });
  try {
    return await use(session);
  } finally {
    await session.destroy();
  }
}

it(`executes the first call from nothing within ${MAX_FIRST_CALL_MS} ms`, async () => {
  const bare = [];
  const first = [];
  for (let round = 0; round < 5; round += 1) {
    bare.push(await timeOf(() => once(spawn('/usr/bin/python3', ['-I', '-c', '1']), 'exit')));
    first.push(await timeOf(() => withSession((session) => logsOf(session, '1 + 1'))));
  }
  console.info(`first call ${median(first).toFixed()} ms, a start of Python ${median(bare).toFixed()} ms`);
  expect(median(first)).toBeLessThan(MAX_FIRST_CALL_MS);
});

it(`adds at most ${MAX_OVERHEAD_MS} ms to the next calls`, async () => {
  const code = [
    'import time',
    'start = time.perf_counter()',
    'total = sum(i * i for i in range(20_000))',
    'print((time.perf_counter() - start) * 1000)',
  ].join('\n');
  const overheads = await withSession(async (session) => {
    const found = [];
    for (let call = 0; call < 100; call += 1) {
      let inner = 0;
      const whole = await timeOf(async () => {
        inner = Number(await logsOf(session, code));
      });
      found.push(whole - inner);
    }
    return found;
  });
  console.info(`a call takes ${median(overheads).toFixed(2)} ms longer than its code`);
  expect(median(overheads)).toBeLessThan(MAX_OVERHEAD_MS);
});

/** Resident memory of the processes whose command line has the marker. */
function residentBytes(marker: string): number {
  const sizes = processesWith(marker).map((id) => {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

it(`runs ${SESSIONS} sessions at once within their memory`, async () => {
  const sandbox = createBubblewrapSandbox();
  const cpuSeconds = randomInt(1_000_000, 9_000_000);
  const memoryBytes = 256 * MEGABYTE;
  const limits = { ...DEFAULT_SANDBOX_LIMITS, cpuSeconds, memoryBytes, diskBytes: 16 * MEGABYTE };
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => sandbox.open(limits)));
  const hungry =
    'import numpy\nx = []\ntry:\n  while True: x.append(bytearray(10 ** 7))\nexcept MemoryError: print("full")';
  const logs = await Promise.all(sessions.map((session) => logsOf(session, hungry)));
  const resident = residentBytes(`"cpuSeconds":${cpuSeconds}`);
  await Promise.all(sessions.map((session) => session.destroy()));
  console.info(`${SESSIONS} full sessions have ${(resident / MEGABYTE).toFixed()} MB`);
  expect(logs).toEqual(sessions.map(() => 'full\n'));
  expect(resident).toBeLessThan(SESSIONS * (memoryBytes + 16 * MEGABYTE));
  await expect.poll(() => processesWith(`"cpuSeconds":${cpuSeconds}`), { timeout: 5000 }).toEqual([]);
});

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

it(`does not need more memory of the server after ${CALLS} calls`, async () => {
  const growth = await withSession(async (session) => {
    const call = () => logsOf(session, 'print("x" * 20_000)');
    for (let index = 0; index < 100; index += 1) await call();
    const before = usedBytes();
    for (let index = 0; index < CALLS; index += 1) await call();
    return usedBytes() - before;
  });
  console.info(`the memory of the server grows by ${(growth / 1024).toFixed()} KB in ${CALLS} calls`);
  // The logs of all calls are 20 MB.
  expect(growth).toBeLessThan(2 * MEGABYTE);
});

it('reads an input of 50 MB, and returns it unchanged', async () => {
  const content = randomBytes(50 * MEGABYTE);
  const hash = createHash('sha256').update(content).digest('hex');
  const back = createHash('sha256');
  const logs = await withSession(async (session) => {
    async function* input() {
      yield content;
    }
    await session.putFile('in.bin', input());
    const hashed = await logsOf(
      session,
      'import hashlib; print(hashlib.sha256(open("in.bin", "rb").read()).hexdigest())',
    );
    for await (const part of session.readFile('in.bin')) back.update(part);
    return hashed;
  });
  expect([logs.trim(), back.digest('hex')]).toEqual([hash, hash]);
});

it('reads CSV with pandas, writes and reads XLSX, and draws a PNG of the expected size', async () => {
  const code = [
    'import pandas as pd, matplotlib.pyplot as plt',
    'sales = pd.read_csv("sales.csv")',
    'sales.groupby("city", as_index=False)["sold"].sum().to_excel("sums.xlsx", index=False)',
    'print(pd.read_excel("sums.xlsx").to_dict("records"))',
    'figure = plt.figure(figsize=(5, 3), dpi=80); sales.plot(x="city", y="sold", ax=plt.gca()); plt.show()',
  ].join('\n');
  const { logs, images, files } = await withSession(async (session) => {
    async function* input() {
      yield Buffer.from('city,sold\nRome,1\nOslo,2\nRome,3\n');
    }
    await session.putFile('sales.csv', input());
    const found = { logs: '', images: [] as string[], files: [] as string[] };
    for await (const output of session.run(code, new AbortController().signal)) {
      if (output.type === 'logs') found.logs += output.text;
      if (output.type === 'image') found.images.push(Buffer.from(output.png).toString('hex', 0, 24));
      if (output.type === 'end') found.files = output.files.map(({ path }) => path);
    }
    return found;
  });
  expect(logs).toBe("[{'city': 'Oslo', 'sold': 2}, {'city': 'Rome', 'sold': 4}]\n");
  expect(files).toEqual(['sums.xlsx']);
  expect(images).toEqual(['89504e470d0a1a0a0000000d4948445200000190000000f0']);
});

/** What a session could leave on this machine. */
function traces(): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('selfsame-bubblewrap'));
  const groups = readdirSync('/sys/fs/cgroup', { recursive: true }).map(String);
  return [...mounts, ...folders, ...groups.filter((path) => path.includes('selfsame'))].toSorted();
}

it(`leaves no process, mount, folder or cgroup after ${ROUNDS} kills in the middle of a call`, async () => {
  const before = traces();
  const killed: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const cpuSeconds = randomInt(1_000_000, 9_000_000);
    const marker = `"cpuSeconds":${cpuSeconds}`;
    const limits = JSON.stringify({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds });
    const server = spawn(process.execPath, [SERVER, limits], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = server.stdout as Readable;
    expect(String((await once(output, 'data'))[0])).toMatch(/^running\n/);
    // The server, the outer bwrap, its child, process 1 of the sandbox, and the interpreter.
    const victims = processesWith(marker);
    expect(victims).toHaveLength(5);
    const index = round % victims.length;
    killed[index] = (killed[index] ?? 0) + 1;
    const reported = index === 0 ? Promise.resolve(['SandboxInterruptedError\n']) : once(output, 'data');
    process.kill(Number(victims[index]), 'SIGKILL');
    expect(String((await reported)[0])).toContain('SandboxInterruptedError');
    await expect.poll(() => processesWith(marker), { timeout: 5000 }).toEqual([]);
  }
  console.info(`kills by process: ${JSON.stringify(killed)}`);
  expect(traces()).toEqual(before);
}, 300_000);
