/** The memory that models may use, and how an engine process claims its part of it. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { MemoryBudget } from '../memory-budget.ts';
import type { ClaimMessage, GrantMessage } from './engine-protocol.ts';

const MEMINFO = '/proc/meminfo';

/**
 * Bytes that can be allocated without swapping. Linux: MemAvailable, at most the container's limit. Other systems do not count file caches
 * as free memory although they are released on demand, so the result is at least half of the memory.
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

/** A budget over `limitBytes`. Default: all memory of this machine or container. */
export function createMemoryBudget(limitBytes?: number): MemoryBudget {
  const container = process.constrainedMemory();
  const whole = container > 0 ? Math.min(totalmem(), container) : totalmem();
  return new MemoryBudget({ limitBytes: limitBytes ?? whole, availableBytes: availableMemoryBytes });
}

/**
 * For the engine process: resolves when the server has granted `bytes` in total. If the memory is insufficient, the server fails the
 * requests for the model and ends this process.
 */
export function claimMemory(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const onGrant = (message: GrantMessage | { type: 'other' }) => {
      if (message.type !== 'grant') return;
      process.off('message', onGrant);
      resolve();
    };
    process.on('message', onGrant);
    process.send?.({ type: 'claim', bytes } satisfies ClaimMessage);
  });
}
