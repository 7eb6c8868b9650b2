/**
 * Every operation file default-exports `implement(operation, make)`. A streaming operation returns its events if the
 * body requests a stream, otherwise the fold of the same events.
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
