/** The code of one operation, as the pipeline sees it. */
import type { BodyOf, EventOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@selfsame/contract/operation';
import type { Context } from './context.ts';

export interface Input<O extends Operation> {
  params: ParamsOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
}

/** The response, or its events when the caller asked for a stream. */
export type Answer<O extends Operation> = Promise<ResponseOf<O>> | AsyncIterable<EventOf<O>>;

export type Run<O extends Operation> = (input: Input<O>, context: Context) => Answer<O>;

export interface Handler {
  operation: Operation;
  run: Run<Operation>;
}
