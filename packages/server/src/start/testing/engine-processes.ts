/** Finds the processes of native engines in `/proc`, for tests that kill them. */
import { readdirSync, readFileSync } from 'node:fs';

/** The program of an engine that runs a language model. */
const PROGRAM = /llama-cpp\/child\.[jt]s/;

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process has just ended.
    return '';
  }
}

/** Ids of the engine processes whose parent is one of `parents`. */
export function findEngines(parents: readonly (number | undefined)[]): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => parents.includes(Number(/^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1])))
    .filter((pid) => PROGRAM.test(read(pid, 'cmdline')))
    .map(Number);
}
