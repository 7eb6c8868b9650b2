/**
 * How an endpoint declares its code: each operation file default-exports `implement(operation, make)`. A streaming operation returns its
 * events when the body asks for a stream, and the fold of the same events when not.
 */
import type { Operation } from '@selfsame/contract/operation';
import type { Run } from '../operations/handler.ts';
import type { Services } from './services.ts';

export interface Implementation<O extends Operation = Operation> {
  operation: O;
  make(services: Services): Run<O>;
}

export function implement<const O extends Operation>(
  operation: O,
  make: (services: Services) => Run<O>,
): Implementation<O> {
  return { operation, make };
}
