/**
 * The lifetime of an engine process: it ends with its parent and writes heartbeats. A worker thread writes them, so
 * that native calls and long prompts do not delay them; a process that is stopped, or starved of memory, writes none.
 * Invariant: a busy parent does not report a process as silent, because it reads the beats that arrived in the meantime
 * before it checks.
 */
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** File descriptor of the pipe in the engine process. */
export const HEARTBEAT_FD = 4;
/** Argument that informs the program of the pipe. */
export const HEARTBEAT_ARGUMENT = '--heartbeat';
export const BEAT_MS = 400;
export const DEFAULT_SILENCE_MS = 20_000;

/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/heartbeat(\.[jt]s)$/, 'heartbeat-thread$1');

/** Checks per `silenceMs`. */
const CHECKS = 5;
/** Checks without a beat after which the process counts as late. */
const LATE_CHECKS = 2;
/** Before the first beat, while the process starts, the limit is this many times longer. */
const START_FACTOR = 4;

/** For the engine process, called once, at the end of its program. */
export function runUntilParentExits(): void {
  // An orderly exit would wait for native threads, which may be computing.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A terminal sends these signals to the whole process group; the parent decides when the engine ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  if (process.argv.includes(HEARTBEAT_ARGUMENT)) new Worker(PROGRAM, { execArgv: [] }).unref();
}

export interface WatchOptions {
  silenceMs: number;
  /** Called when the process is late, and again when its beats return. */
  onLate(isLate: boolean): void;
  /** Called once, after `silenceMs` without a beat. */
  onSilent(): void;
}

/** Returns the function that stops watching. */
export function watchHeartbeat(pipe: Readable, { silenceMs, onLate, onSilent }: WatchOptions): () => void {
  let limit = CHECKS * START_FACTOR;
  let checks = 0;
  pipe.on('data', () => {
    if (checks >= LATE_CHECKS && limit === CHECKS) onLate(false);
    checks = 0;
    limit = CHECKS;
  });
  pipe.on('error', () => undefined);
  const timer = setInterval(() => {
    checks += 1;
    if (checks === LATE_CHECKS && limit === CHECKS) onLate(true);
    if (checks < limit) return;
    clearInterval(timer);
    onSilent();
  }, silenceMs / CHECKS).unref();
  return () => clearInterval(timer);
}
