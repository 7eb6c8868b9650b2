/** Methods of batches beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../core/call-promise.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { Resource } from '../core/resource.ts';
import { type PollOptions, poll } from './polling.ts';

export abstract class BatchesHelpers extends Resource {
  abstract create(body: Wire.CreateBatchRequest, options?: CallOptions): CallPromise<Wire.Batch>;
  abstract retrieve(batchId: string, options?: CallOptions): CallPromise<Wire.Batch>;

  /** Waits until a batch has ended. */
  poll(batchId: string, options?: PollOptions): Promise<Wire.Batch> {
    const pending = ['validating', 'in_progress', 'finalizing', 'cancelling'] as const;
    return poll(() => this.retrieve(batchId, options), pending, options);
  }

  async createAndPoll(body: Wire.CreateBatchRequest, options?: PollOptions): Promise<Wire.Batch> {
    const { id } = await this.create(body, options);
    return this.poll(id, options);
  }
}
