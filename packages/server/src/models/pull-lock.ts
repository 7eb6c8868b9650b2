/**
 * Allows one pull of a file at a time, across processes: a lock file that names its holder and is touched while the
 * holder runs. Invariant: a lock is taken over only if its process has ended or it was not touched for STALE_MS; a
 * holder that lost its lock stops at its next heartbeat.
 */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../lib/clock.ts';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 30_000;
const POLL_MS = 250;

export interface LockHolder {
  pid: number;
  host: string;
  token: string;
  /** Unix milliseconds. */
  since: number;
}

export interface PullLockOptions {
  signal: AbortSignal;
  clock?: Clock | undefined;
  /** Called on every check of a lock that another process holds. */
  onWait(holder: LockHolder | undefined): void | Promise<void>;
  /** Interval between checks of a waiter, in ms. Default 250. */
  pollMs?: number;
  /** Interval between touches by the holder, in ms. Default 2,000; far below STALE_MS. */
  heartbeatMs?: number;
}

/**
 * Runs `work` while holding the lock file at `path`, waiting for it first. The signal given to `work` also aborts when
 * the lock is lost. Rejects with the signal's reason when aborted while waiting.
 */
export async function withPullLock<T>(
  path: string,
  options: PullLockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const clock = options.clock ?? systemClock;
  const mine: LockHolder = { pid: process.pid, host: hostname(), token: randomUUID(), since: clock.now() };
  while (!(await tryLock(path, mine))) {
    options.signal.throwIfAborted();
    const held = await readLock(path);
    if (held === undefined) continue;
    if (isStale(held, clock)) {
      await removeStale(path, held);
      continue;
    }
    await options.onWait(held.holder);
    await delay(options.pollMs ?? POLL_MS, undefined, { signal: options.signal });
  }
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    void beat(path, mine, clock).then((alive) => {
      if (!alive) lost.abort(new Error(`another process took over the pull that ${path} guards`));
    });
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  try {
    return await work(AbortSignal.any([options.signal, lost.signal]));
  } finally {
    clearInterval(heartbeat);
    if ((await readLock(path))?.holder?.token === mine.token) await rm(path, { force: true });
  }
}

interface HeldLock {
  /** Undefined while the holder is still writing it, or when it is damaged. */
  holder: LockHolder | undefined;
  /** Unix milliseconds. */
  touched: number;
}

async function tryLock(path: string, mine: LockHolder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(mine));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readLock(path: string): Promise<HeldLock | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { holder: parseHolder(await readFile(path, 'utf8')), touched: mtimeMs };
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return typeof holder.pid === 'number' && typeof holder.token === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isStale({ holder, touched }: HeldLock, clock: Clock): boolean {
  if (clock.now() - touched > STALE_MS) return true;
  if (holder === undefined || holder.host !== hostname()) return false;
  // A container assigns the same pids again after a restart: a lock older than this process belongs to another one.
  if (holder.pid === process.pid) return holder.since < clock.now() - process.uptime() * 1_000;
  return !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Two waiters may see the same stale lock; a waiter that renames a fresh lock by mistake puts it back. */
async function removeStale(path: string, seen: HeldLock): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const caught = await readLock(aside);
  if (caught?.holder?.token !== seen.holder?.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Returns false if another process has the lock. A temporary failure to read the file system does not count as a loss.
 */
async function beat(path: string, mine: LockHolder, clock: Clock): Promise<boolean> {
  const held = await readLock(path);
  if (held?.holder === undefined) return held !== undefined;
  if (held.holder.token !== mine.token) return false;
  const seconds = clock.now() / 1_000;
  await utimes(path, seconds, seconds).catch(() => undefined);
  return true;
}
