/**
 * Heartbeats of an engine process. A thread of the process writes them, so that native calls and long prompts do not hold them up; a process
 * that is stopped, or starved of memory, writes none. Invariant: a busy parent takes no process for silent, because beats that arrived while
 * it was busy are read before the next look.
 */
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** File descriptor of the pipe in the engine process. */
export const HEARTBEAT_FD = 4;
/** Argument of the program that says that the pipe is there. */
export const HEARTBEAT_ARGUMENT = '--heartbeat';
export const BEAT_MS = 400;
/** How long a process may be silent by default. */
export const DEFAULT_SILENCE_MS = 20_000;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/heartbeat(\.[jt]s)$/, 'heartbeat-thread$1');

const LOOKS = 5;
/** Looks without a beat after which the process counts as late. */
const LATE_LOOKS = 2;
/** How much longer a process may be silent until its first beat: it has to start. */
const START_FACTOR = 4;

/** For the engine process. */
export function startHeartbeat(): void {
  if (process.argv.includes(HEARTBEAT_ARGUMENT)) new Worker(PROGRAM, { execArgv: [] }).unref();
}

export interface WatchOptions {
  silenceMs: number;
  /** Called when the process is late, and when it is heard again. */
  onLate(isLate: boolean): void;
  /** Called once, when there was no beat for `silenceMs`. */
  onSilent(): void;
}

/** Returns the function that ends the watch. */
export function watchHeartbeat(pipe: Readable, { silenceMs, onLate, onSilent }: WatchOptions): () => void {
  let limit = LOOKS * START_FACTOR;
  let looks = 0;
  pipe.on('data', () => {
    if (looks >= LATE_LOOKS && limit === LOOKS) onLate(false);
    looks = 0;
    limit = LOOKS;
  });
  pipe.on('error', () => undefined);
  const timer = setInterval(() => {
    looks += 1;
    if (looks === LATE_LOOKS && limit === LOOKS) onLate(true);
    if (looks < limit) return;
    clearInterval(timer);
    onSilent();
  }, silenceMs / LOOKS).unref();
  return () => clearInterval(timer);
}
