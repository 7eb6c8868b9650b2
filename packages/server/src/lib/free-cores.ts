/** The number of idle cores. */
import { availableParallelism, loadavg } from 'node:os';

/**
 * Returns the cores minus the load of the last minute, at least 1. `loads`: load averages, for tests. Windows reports
 * no load.
 */
export function freeCores(cores: number = availableParallelism(), loads: readonly number[] = loadavg()): number {
  return Math.max(1, cores - Math.round(loads[0] ?? 0));
}
