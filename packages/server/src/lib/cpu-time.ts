/** The processor time of another process. */
import { readFile } from 'node:fs/promises';

/** The fields of `/proc/PID/stat` after the name of the program: user and system time, in clock ticks. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * Returns the clock ticks that the process has run, or undefined when it has ended or the system does not report them
 * (only Linux does). Never rejects.
 */
export async function cpuTicks(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program may contain spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? undefined : Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
}
