/** Processor time of a process and all below it, from Linux's `/proc`: a figure that a busy machine hardly changes. */
import { readdirSync, readFileSync } from 'node:fs';

/** Length of the kernel's tick for user programs, on every Linux that Node runs on. */
const TICK_MS = 10;

interface Entry {
  parent: number;
  ms: number;
}

/** Milliseconds of all threads since they began; NaN where there is no `/proc`. */
export function cpuTimeMs(pid: number): number {
  const all = new Map<number, Entry>();
  try {
    for (const name of readdirSync('/proc')) {
      const entry = /^\d+$/.test(name) ? read(name) : undefined;
      if (entry !== undefined) all.set(Number(name), entry);
    }
  } catch {
    return Number.NaN;
  }
  const sum = (id: number): number =>
    [...all].reduce((ms, [child, { parent }]) => (parent === id ? ms + sum(child) : ms), all.get(id)?.ms ?? 0);
  return sum(pid);
}

function read(pid: string): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}
