/**
 * Processes of native engines, found where Linux tells of processes: a test that kills them has no other way to know
 * them from outside.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The program of an engine that runs a language model. */
const PROGRAM = /llama-cpp\/child\.[jt]s/;

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** Ids of the engines' processes that `parents` have started. */
export function findEngines(parents: readonly (number | undefined)[]): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => parents.includes(Number(/^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1])))
    .filter((pid) => PROGRAM.test(read(pid, 'cmdline')))
    .map(Number);
}
