/** The available memory of this machine or container. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

const MEMINFO = '/proc/meminfo';

/**
 * Bytes that can be allocated without swapping. Linux: MemAvailable, limited by the container. Other systems report
 * free memory without reclaimable file caches, so the result is at least half of the total memory there.
 */
export function availableMemoryBytes(): number {
  const linux = readMemAvailable();
  if (linux === undefined) return Math.max(freemem(), totalmem() / 2);
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(linux, limit) : linux;
}

function readMemAvailable(): number | undefined {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync(MEMINFO, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
