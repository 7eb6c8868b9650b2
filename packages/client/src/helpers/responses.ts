/** Methods of responses beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../core/call-promise.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { Resource } from '../core/resource.ts';
import type { Stream } from '../core/stream.ts';
import type { ResponseWithText } from '../core/types.ts';
import { ResponseStream } from '../streams/response-stream.ts';
import { type PollOptions, poll } from './polling.ts';

type Events = Stream<Wire.ResponseStreamEvent>;

/** A response that exists already, for example one in the background. */
export interface StoredResponse {
  response_id: string;
  /** `sequence_number` after which events are emitted. */
  starting_after?: number;
}

export abstract class ResponsesHelpers extends Resource {
  abstract create(body: Wire.CreateResponse & { stream: true }, options?: CallOptions): CallPromise<Events>;
  abstract create(body: Wire.CreateResponse & { stream?: false }, options?: CallOptions): CallPromise<ResponseWithText>;
  abstract retrieve(responseId: string, query: { stream: true }, options?: CallOptions): CallPromise<Events>;
  abstract retrieve(
    responseId: string,
    query?: { stream?: false },
    options?: CallOptions,
  ): CallPromise<ResponseWithText>;

  /** Streams a new response, or the events of a stored one, with listeners and the accumulated result. */
  stream(params: Omit<Wire.CreateResponse, 'stream'> | StoredResponse, options: CallOptions = {}): ResponseStream {
    if (!('response_id' in params)) {
      return ResponseStream.create((inner) => this.create({ ...params, stream: true }, inner), options);
    }
    const { response_id, starting_after } = params;
    const startingAfter = starting_after === undefined ? {} : { startingAfter: starting_after };
    // All events are requested, so that the accumulated response is complete.
    const retrieve = (inner: CallOptions) => this.retrieve(response_id, { stream: true }, inner);
    return ResponseStream.create(retrieve, { ...options, ...startingAfter });
  }

  /** Waits until a response that is generated in the background has ended. */
  poll(responseId: string, options?: PollOptions): Promise<ResponseWithText> {
    return poll(() => this.retrieve(responseId, {}, options), ['queued', 'in_progress'], options);
  }
}
