/** Step 2 of the pipeline, a door: may this invocation start now? Rate limits and budgets implement it. */
import type { Operation } from '@selfsame/contract/operation';
import type { Caller } from './invocation.ts';

export interface RequestLimits {
  /** @throws ApiError 429 if a limit of the caller is used up. */
  admit(operation: Operation, caller: Caller): void;
}

/** Admits every invocation; used until the organization API sets limits. */
export const NO_REQUEST_LIMITS: RequestLimits = { admit: () => undefined };
