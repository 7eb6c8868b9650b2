/** Reads memory, open files and children of a process from the kernel. Linux only. */
import { readdir, readFile } from 'node:fs/promises';

export const hasProcFs: boolean = process.platform === 'linux';

/** Resident memory in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Open file descriptors: sockets, files, pipes. */
export async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Processes whose parent is `pid`, oldest first. */
export async function childrenOf(pid: number): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(all.map(async (each) => [each, await parentOf(each)] as const));
  return parents.filter(([, parent]) => parent === pid).map(([each]) => each);
}

async function parentOf(pid: number): Promise<number | undefined> {
  // The process may have ended.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The preceding name is in parentheses and may contain any character.
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
