/** Starts an engine process and kills it when its heartbeats stop. Invariant: `onExit` is called once. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HEARTBEAT_ARGUMENT, HEARTBEAT_FD, watchHeartbeat } from './heartbeat.ts';

export interface ForkOptions {
  /** Time without a heartbeat after which the process is killed. */
  silenceMs: number;
  /** Called when a heartbeat is late, and again when heartbeats return. */
  onLate(isLate: boolean): void;
  /** `how`: the end as a clause, e.g. `it ended with signal SIGKILL`; `stderrTail`: the end of the error output. */
  onExit(how: string, stderrTail: string): void;
}

const STDERR_TAIL_CHARS = 600;

export function forkEngine(program: string, { silenceMs, onLate, onExit }: ForkOptions): ChildProcess {
  const child = fork(program, [HEARTBEAT_ARGUMENT], {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
  let stderrTail = '';
  let silence: string | undefined;
  child.stderr?.on('data', (bytes: Buffer) => {
    stderrTail = (stderrTail + bytes.toString('utf8')).slice(-STDERR_TAIL_CHARS);
  });
  const stopWatching = watchHeartbeat(child.stdio[HEARTBEAT_FD] as Readable, {
    silenceMs,
    onLate,
    onSilent: () => {
      silence = `it gave no sign of life for ${silenceMs / 1000} s`;
      child.kill('SIGKILL');
    },
  });
  child.once('exit', (code, signal) => {
    stopWatching();
    const end = signal === null ? `code ${code}` : `signal ${signal}`;
    onExit(silence ?? `it ended with ${end}`, stderrTail.trim());
  });
  return child;
}
