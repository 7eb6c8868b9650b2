/** How much memory there is for models, and how an engine process asks for its part. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { MemoryBudget } from '../memory-budget.ts';
import type { NeedMessage, RoomMessage } from './messages.ts';

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

/** A budget of all the memory that this machine, or this container, has. `limitBytes`: only so much of it. */
export function createMemoryBudget(limitBytes?: number): MemoryBudget {
  const container = process.constrainedMemory();
  const whole = container > 0 ? Math.min(totalmem(), container) : totalmem();
  return new MemoryBudget({ limitBytes: limitBytes ?? whole, availableBytes: availableMemoryBytes });
}

/**
 * For the engine process: resolves when the server has made room for so many bytes in all. Where there is none the server says so to
 * whoever asked for the model, and ends this process.
 */
export function claimMemory(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: RoomMessage | { type: 'other' }) => {
      if (message.type !== 'room') return;
      process.off('message', listen);
      resolve();
    };
    process.on('message', listen);
    process.send?.({ type: 'need', bytes } satisfies NeedMessage);
  });
}
