/** CPU time of a process and its descendants from Linux's `/proc`; other load hardly affects it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Length of the kernel's clock tick in user space, on every Linux that Node supports. */
const TICK_MS = 10;

interface Entry {
  parent: number;
  ms: number;
}

/** Milliseconds of all threads since their start; NaN without `/proc`. */
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
    // The name of the program is in parentheses and may contain any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}
