import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import SqliteFile from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const WRITER = fileURLToPath(new URL('./kill-writer.ts', import.meta.url));
const ROUNDS = 5;
const WRITERS = 2;
const MAX_RUN_MS = 60;
const MAX_START_MS = 20_000;

/** Starts a process that writes and prints the ids of acknowledged records. */
function startWriter(path: string) {
  const child: ChildProcess = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    /** Complete lines only, because the last one may be cut. */
    acknowledged: () => output.split('\n').slice(0, -1),
    closed: once(child, 'close'),
  };
}

/** Lets two processes write to one file for a random time, kills both, and returns the acknowledged ids. */
async function round(path: string): Promise<string[]> {
  const writers = Array.from({ length: WRITERS }, () => startWriter(path));
  const allWrite = () => writers.every(({ acknowledged }) => acknowledged().length > 0);
  await expect.poll(allWrite, { interval: 2, timeout: MAX_START_MS }).toBe(true);
  for (const { child } of writers) {
    await sleep(Math.random() * MAX_RUN_MS);
    child.kill('SIGKILL');
  }
  const ends = await Promise.all(writers.map(({ closed }) => closed));
  for (const [, signal] of ends) expect(signal).toBe('SIGKILL');
  return writers.flatMap(({ acknowledged }) => acknowledged());
}

describe('SQLite storage under kill -9', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-kill-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`SQLite has every acknowledged record after ${ROUNDS * WRITERS} kills of processes on one file`, async () => {
    const path = join(folder, 'selfsame.sqlite');
    const acknowledged: string[] = [];
    for (let i = 0; i < ROUNDS; i += 1) {
      acknowledged.push(...(await round(path)));
      const file = new SqliteFile(path);
      const stored = new Set(
        file.prepare('select id from usage_events union all select id from api_keys').pluck().all(),
      );
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
      expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(file.pragma('foreign_key_check')).toEqual([]);
      // A group is written completely or not at all.
      expect(file.prepare('select count(*) % 3 from usage_events').pluck().get()).toBe(0);
      expect(file.prepare('select count(*) from organizations').pluck().get()).toBe(1);
      file.close();
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
  }, 60_000);
});
