/** Starts an engine process and watches it: a process that gives no sign of life is killed. Invariant: `onExit` is called once. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HEARTBEAT_ARGUMENT, HEARTBEAT_FD, watchHeartbeat } from './heartbeat.ts';

export interface ForkOptions {
  /** How long the process may give no sign of life. */
  silenceMs: number;
  /** Called when the process is late with a sign of life, and when it is heard again. */
  onLate(isLate: boolean): void;
  /** `how` reads `it ended with signal SIGKILL`; `lastWords` is the end of what the process wrote to its error output. */
  onExit(how: string, lastWords: string): void;
}

const STDERR_TAIL_CHARS = 600;

export function forkEngine(program: string, { silenceMs, onLate, onExit }: ForkOptions): ChildProcess {
  const child = fork(program, [HEARTBEAT_ARGUMENT], {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
  let lastWords = '';
  let silence: string | undefined;
  child.stderr?.on('data', (bytes: Buffer) => {
    lastWords = (lastWords + bytes.toString('utf8')).slice(-STDERR_TAIL_CHARS);
  });
  const stop = watchHeartbeat(child.stdio[HEARTBEAT_FD] as Readable, {
    silenceMs,
    onLate,
    onSilent: () => {
      silence = `it gave no sign of life for ${silenceMs / 1000} s`;
      child.kill('SIGKILL');
    },
  });
  child.once('exit', (code, signal) => {
    stop();
    const end = signal === null ? `code ${code}` : `signal ${signal}`;
    onExit(silence ?? `it ended with ${end}`, lastWords.trim());
  });
  return child;
}
