import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withPullLock } from './pull-lock.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const forever = new AbortController().signal;
/** Greater than any pid on Linux. */
const DEAD_PID = 2 ** 22 + 1;

async function foreignLock(fields: Partial<{ pid: number; host: string; since: number }>): Promise<string> {
  const path = join(await temporaryDirectory(), 'model.lock');
  const holder = { pid: process.ppid, host: hostname(), token: 'foreign', since: Date.now(), ...fields };
  await writeFile(path, JSON.stringify(holder));
  return path;
}

/** `taken` if the lock was acquired immediately, else the pid of its holder. */
async function tryFor(path: string): Promise<unknown> {
  const stop = new AbortController();
  let waitedFor: unknown;
  const onWait = (holder: { pid: number } | undefined): void => {
    waitedFor = holder?.pid ?? 'unknown';
    stop.abort(new Error('waited'));
  };
  return await withPullLock(path, { signal: stop.signal, onWait }, async () => 'taken').catch(() => waitedFor);
}

describe('the pull lock', () => {
  it('one process holds the pull lock at a time', async () => {
    const path = join(await temporaryDirectory(), 'model.lock');
    let holders = 0;
    let max = 0;
    const work = async (): Promise<void> => {
      holders += 1;
      max = Math.max(max, holders);
      await new Promise((resolve) => setTimeout(resolve, 5));
      holders -= 1;
    };
    await Promise.all(
      Array.from({ length: 6 }, () =>
        withPullLock(path, { signal: forever, onWait: () => undefined, pollMs: 5 }, work),
      ),
    );
    expect(max).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('waits for the lock of a running process and takes over the lock of an ended one', async () => {
    expect(await tryFor(await foreignLock({}))).toBe(process.ppid);
    expect(await tryFor(await foreignLock({ pid: DEAD_PID }))).toBe('taken');
  });

  it('takes over a lock with the own pid from before the process started, as after a container restart', async () => {
    expect(await tryFor(await foreignLock({ pid: process.pid }))).toBe(process.pid);
    expect(await tryFor(await foreignLock({ pid: process.pid, since: Date.now() - 10 * 86_400_000 }))).toBe('taken');
  });

  it('waits for the lock of another machine until it is stale', async () => {
    const path = await foreignLock({ pid: DEAD_PID, host: 'elsewhere' });
    expect(await tryFor(path)).toBe(DEAD_PID);
    const silentSince = (Date.now() - 60_000) / 1_000;
    await utimes(path, silentSince, silentSince);
    expect(await tryFor(path)).toBe('taken');
  });

  it('waits for a lock file that is still being written', async () => {
    const path = join(await temporaryDirectory(), 'model.lock');
    await writeFile(path, '');
    expect(await tryFor(path)).toBe('unknown');
  });

  it('aborts the work if another process took the lock, and does not delete that lock', async () => {
    const path = join(await temporaryDirectory(), 'model.lock');
    const work = async (signal: AbortSignal): Promise<void> => {
      await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), token: 'thief', since: Date.now() }));
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const lost = withPullLock(path, { signal: forever, onWait: () => undefined, heartbeatMs: 20 }, work);
    await expect(lost).rejects.toThrow('another process took over the pull');
    expect(await readFile(path, 'utf8')).toContain('thief');
  });
});
