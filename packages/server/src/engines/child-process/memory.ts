/** The memory that models may use, and how an engine process claims its part of it. */
import { totalmem } from 'node:os';
import { availableMemoryBytes } from '../../lib/available-memory.ts';
import { MemoryBudget } from '../memory-budget.ts';
import type { ClaimMessage, GrantMessage } from './engine-protocol.ts';

/** A budget over `limitBytes`. Default: all memory of this machine or container. */
export function createMemoryBudget(limitBytes?: number): MemoryBudget {
  const container = process.constrainedMemory();
  const whole = container > 0 ? Math.min(totalmem(), container) : totalmem();
  return new MemoryBudget({ limitBytes: limitBytes ?? whole, availableBytes: availableMemoryBytes });
}

/**
 * For the engine process: resolves when the server has granted `bytes` in total. If the memory is insufficient, the
 * server fails the requests for the model and ends this process.
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
