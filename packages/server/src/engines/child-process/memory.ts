/** How much memory a new model may take. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { EngineFailure } from './failure.ts';

const MEMINFO = '/proc/meminfo';

/**
 * Bytes that can be allocated without swapping. Linux: MemAvailable, at most the container's limit. Elsewhere what is reported as free
 * leaves out file caches that are given back on demand, so half of the memory counts at least.
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

/** Throws `insufficient_memory` when the need is greater than what is free. */
export function assertMemory(neededBytes: number, freeBytes: number): void {
  if (neededBytes > freeBytes) throw new EngineFailure({ code: 'insufficient_memory', neededBytes, freeBytes });
}
