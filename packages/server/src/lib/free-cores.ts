/** How many cores nobody uses. */
import { availableParallelism, loadavg } from 'node:os';

/** Cores minus the load of the last minute, at least 1. `loads` = load averages, for tests; Windows reports none and counts as idle. */
export function freeCores(cores: number = availableParallelism(), loads: readonly number[] = loadavg()): number {
  return Math.max(1, cores - Math.round(loads[0] ?? 0));
}
