/** Methods of threads beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../core/call-promise.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { Resource } from '../core/resource.ts';
import type { Stream } from '../core/stream.ts';
import { RunStream } from '../streams/run-stream.ts';
import type { PollOptions } from './polling.ts';

type Body = Omit<Wire.CreateThreadAndRunRequest, 'stream'>;

export abstract class ThreadsHelpers extends Resource {
  abstract readonly runs: {
    poll(runId: string, params: { thread_id: string }, options?: PollOptions): Promise<Wire.RunObject>;
  };
  abstract createAndRun(
    body: Wire.CreateThreadAndRunRequest & { stream: true },
    options?: CallOptions,
  ): CallPromise<Stream<Wire.AssistantStreamEvent>>;
  abstract createAndRun(
    body: Wire.CreateThreadAndRunRequest & { stream?: false },
    options?: CallOptions,
  ): CallPromise<Wire.RunObject>;

  /** Creates a thread, runs an assistant on it, and waits until the run has ended or needs tool outputs. */
  async createAndRunPoll(body: Body, options?: PollOptions): Promise<Wire.RunObject> {
    const run = await this.createAndRun({ ...body, stream: false }, options);
    return this.runs.poll(run.id, { thread_id: run.thread_id }, options);
  }

  /** Creates a thread and streams the run of an assistant on it, with listeners and the accumulated result. */
  createAndRunStream(body: Body, options?: CallOptions): RunStream {
    return RunStream.create((inner) => this.createAndRun({ ...body, stream: true }, inner), options);
  }
}
