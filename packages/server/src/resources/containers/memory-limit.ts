/** The limits of containers. */
import { totalmem } from 'node:os';
import { errors } from '../../errors/catalogue.ts';
import { DEFAULT_SANDBOX_LIMITS, type SandboxLimits } from '../../sandbox/sandbox.ts';

export const DEFAULT_MEMORY_LIMIT = '1g';
export const DEFAULT_IDLE_MINUTES = 20;

const GIBIBYTE = 1024 ** 3;

/** @param limit e.g. `4g`. */
const toBytes = (limit: string) => Number.parseInt(limit, 10) * GIBIBYTE;

export function toSandboxLimits(memoryLimit: string): SandboxLimits {
  return { ...DEFAULT_SANDBOX_LIMITS, memoryBytes: toBytes(memoryLimit) };
}

/** @throws ApiError naming the parameter if the machine has less memory. */
export function checkMemoryLimit(limit: string | null | undefined, param: string): void {
  if (limit == null || limit === DEFAULT_MEMORY_LIMIT || toBytes(limit) <= totalmem()) return;
  const has = `${Math.floor(totalmem() / GIBIBYTE)} GiB`;
  throw errors.unsupportedValue(param, `Invalid value: '${limit}'. This machine has ${has} of memory.`);
}
