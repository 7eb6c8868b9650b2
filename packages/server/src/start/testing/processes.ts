/**
 * Starts servers and workers with the scripted engine over a test database, and kills them. Their error output is that
 * of the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { expect } from 'vitest';
import type { StorageFixture } from '../../storage/sql/testing/databases.ts';
import { runOnPostgres } from '../../storage/sql/testing/postgres-fixture.ts';
import { findEngines } from './engine-processes.ts';

const PROGRAM = join(import.meta.dirname, '../../../bin/selfsame.js');
const MAX_START_MS = 120_000;

/** Simulates the time between a kill and the next start: leases expire and delays end. */
const LATER = `UPDATE jobs SET status = 'queued', run_at = 0, lease_id = NULL, lease_expires_at = NULL WHERE status <> 'dead'`;

/** The folder and the database of the processes. */
export interface Installation {
  dataDir: string;
  settings: Record<string, string>;
}

/**
 * Calls `work` with a data folder and the fixture's database, then removes both. `settings`: environment variables
 * beyond the usual ones.
 */
export async function withInstallation<T>(
  fixture: StorageFixture,
  work: (installation: Installation) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { location } = fixture;
  const dataDir = 'path' in location ? dirname(location.path) : await mkdtemp(join(tmpdir(), 'selfsame-kill-'));
  try {
    return await work({
      dataDir,
      settings: { ...settings, ...('url' in location ? { SELFSAME_DATABASE_URL: location.url } : {}) },
    });
  } finally {
    await fixture.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @param more another SQL statement that simulates the passing of time. */
export async function letTimePass({ location }: StorageFixture, more = ''): Promise<void> {
  const statements = [LATER, more].filter((statement) => statement !== '');
  for (const statement of statements) {
    if ('url' in location) await runOnPostgres(location.url, statement);
    else {
      const file = new SqliteFile(location.path, { timeout: 10_000 });
      file.exec(statement);
      file.close();
    }
  }
}

function startProcess(command: 'serve' | 'worker', { dataDir, settings }: Installation) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, command], {
    env: {
      ...process.env,
      SELFSAME_DATA_DIR: dataDir,
      SELFSAME_PORT: '0',
      SELFSAME_PULL: 'false',
      SELFSAME_BUILT_IN: 'false',
      SELFSAME_SCRIPTED: 'true',
      SELFSAME_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { child, gone: once(child, 'exit'), output: () => output };
}

export async function startServer(installation: Installation) {
  const server = startProcess('serve', installation);
  const url = () => /(http:\S+\/v1)/.exec(server.output())?.[1];
  // A process that has ended never prints its address.
  const begun = () => url() ?? server.child.exitCode ?? undefined;
  await expect.poll(begun, { timeout: MAX_START_MS, interval: 20 }).toBeDefined();
  expect(server.child.exitCode).toBeNull();
  return { ...server, url: url() ?? '' };
}

export interface KillOptions {
  random: () => number;
  /** Maximum time between two kills, in ms. */
  longestMs: number;
  /** Sends work to the processes. */
  work: (url: string) => Promise<void>;
  /**
   * Also kills engines: called with each engine before the worker and again before the server are killed. Default:
   * kills none.
   */
  onEngine?: (pid: number) => void;
}

/**
 * Starts a server and a worker that share the work of `work`, then kills the worker and after it the server with
 * SIGKILL.
 */
export async function killBoth(
  installation: Installation,
  { random, longestMs, work, onEngine }: KillOptions,
): Promise<void> {
  const server = await startServer(installation);
  const worker = startProcess('worker', installation);
  await expect.poll(worker.output, { timeout: MAX_START_MS, interval: 20 }).toContain('runs jobs');
  await work(server.url);
  const killEngine = async () => {
    if (onEngine === undefined) return;
    await sleep(random() * longestMs);
    const [engine] = findEngines([server.child.pid, worker.child.pid]);
    if (engine === undefined) return;
    onEngine(engine);
    process.kill(engine, 'SIGKILL');
  };
  await killEngine();
  await sleep(random() * longestMs);
  worker.child.kill('SIGKILL');
  await killEngine();
  await sleep(random() * longestMs);
  server.child.kill('SIGKILL');
  await Promise.all([server.gone, worker.gone]);
}

/** A server that runs until `check` ends, also if it fails. */
export async function withServer(installation: Installation, check: (url: string) => Promise<void>): Promise<void> {
  const { child, gone, url } = await startServer(installation);
  await check(url).finally(() => child.kill('SIGTERM'));
  await gone;
}
