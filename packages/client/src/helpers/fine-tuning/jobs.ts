/** Methods of fine-tuning jobs beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../../core/call-promise.ts';
import type { CallOptions } from '../../core/operation-data.ts';
import { Resource } from '../../core/resource.ts';
import { type PollOptions, poll } from '../polling.ts';

export abstract class FineTuningJobsHelpers extends Resource {
  abstract create(body: Wire.CreateFineTuningJobRequest, options?: CallOptions): CallPromise<Wire.FineTuningJob>;
  abstract retrieve(fineTuningJobId: string, options?: CallOptions): CallPromise<Wire.FineTuningJob>;

  /** Waits until a job has ended, or is paused. */
  poll(fineTuningJobId: string, options?: PollOptions): Promise<Wire.FineTuningJob> {
    const pending = ['validating_files', 'queued', 'running'] as const;
    return poll(() => this.retrieve(fineTuningJobId, options), pending, options);
  }

  async createAndPoll(body: Wire.CreateFineTuningJobRequest, options?: PollOptions): Promise<Wire.FineTuningJob> {
    const { id } = await this.create(body, options);
    return this.poll(id, options);
  }
}
