/** Methods of runs beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../../core/call-promise.ts';
import type { CallOptions } from '../../core/operation-data.ts';
import { Resource } from '../../core/resource.ts';
import type { Stream } from '../../core/stream.ts';
import { RunStream } from '../../streams/run-stream.ts';
import { type PollOptions, poll } from '../polling.ts';

type CreateBody = Wire.CreateRunRequest;
type ToolOutputs = { thread_id: string } & Wire.SubmitToolOutputsRunRequest;
type Run = Wire.RunObject;
type RunEvents = Stream<Wire.AssistantStreamEvent>;

export abstract class ThreadsRunsHelpers extends Resource {
  abstract create(
    threadId: string,
    params: CreateBody & { stream: true },
    options?: CallOptions,
  ): CallPromise<RunEvents>;
  abstract create(threadId: string, params: CreateBody & { stream?: false }, options?: CallOptions): CallPromise<Run>;
  abstract retrieve(runId: string, params: { thread_id: string }, options?: CallOptions): CallPromise<Run>;
  abstract submitToolOutputs(
    runId: string,
    params: ToolOutputs & { stream: true },
    options?: CallOptions,
  ): CallPromise<RunEvents>;
  abstract submitToolOutputs(
    runId: string,
    params: ToolOutputs & { stream?: false },
    options?: CallOptions,
  ): CallPromise<Run>;

  /** Waits until a run has ended, or needs tool outputs. */
  poll(runId: string, params: { thread_id: string }, options?: PollOptions): Promise<Run> {
    return poll(() => this.retrieve(runId, params, options), ['queued', 'in_progress', 'cancelling'], options);
  }

  async createAndPoll(threadId: string, body: Omit<CreateBody, 'stream'>, options?: PollOptions): Promise<Run> {
    const { id } = await this.create(threadId, { ...body, stream: false }, options);
    return this.poll(id, { thread_id: threadId }, options);
  }

  /** Streams a run, with listeners and the accumulated result. */
  stream(threadId: string, body: Omit<CreateBody, 'stream'>, options?: CallOptions): RunStream {
    return RunStream.create((inner) => this.create(threadId, { ...body, stream: true }, inner), options);
  }

  async submitToolOutputsAndPoll(
    runId: string,
    params: Omit<ToolOutputs, 'stream'>,
    options?: PollOptions,
  ): Promise<Run> {
    const run = await this.submitToolOutputs(runId, { ...params, stream: false }, options);
    return this.poll(run.id, { thread_id: params.thread_id }, options);
  }

  submitToolOutputsStream(runId: string, params: Omit<ToolOutputs, 'stream'>, options?: CallOptions): RunStream {
    return RunStream.create((inner) => this.submitToolOutputs(runId, { ...params, stream: true }, inner), options);
  }
}
