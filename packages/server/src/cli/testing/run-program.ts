/** Runs the program as a separate process, for tests of the command line. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const LAUNCHER = fileURLToPath(new URL('../../../bin/selfsame.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** The standard input. Default: empty. */
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
}

export function runProgram(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [LAUNCHER, ...words], options);
}

/** Runs any program to its end. */
export function run(
  program: string,
  words: readonly string[],
  { input, env = {}, cwd }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (ended.stdout += String(data)));
    child.stderr.on('data', (data) => (ended.stderr += String(data)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
    // The process may end before it reads its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
