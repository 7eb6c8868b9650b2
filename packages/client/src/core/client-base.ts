/** What a client is besides its resources: calls by id, and the life of its connections. */
import type { CallPromise } from './call-promise.ts';
import type { CallInput, CallOptions, OperationData } from './operation-data.ts';
import { Resource } from './resource.ts';

export class ClientBase extends Resource {
  /**
   * Calls an operation from its data, which `@selfsame/client/operations` has by id. For tools that know an operation
   * only at run time.
   */
  call<T = unknown>(operation: OperationData, input?: CallInput, options?: CallOptions): CallPromise<T> {
    return this.core.call<T>(operation, input, options);
  }
}
