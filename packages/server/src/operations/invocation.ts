/** The contract between the pipeline and its callers: HTTP, batch lines, and tasks. */
import type { ByteAnswer, ByteStream } from '@selfsame/contract/bytes';
import type { Operation } from '@selfsame/contract/operation';
import type { Context, TokenUsage } from './context.ts';

/** Who calls an operation, for whom and how. */
export interface Caller extends Omit<Context, 'meter' | 'meterWith' | 'ignore'> {
  /** The older API version that the request is written in, such as `assistants=v1`. Default: the current one. */
  apiVersion?: string;
  /** Receives each parameter that has no effect; `Context.ignore` is the other end. It must not throw. */
  onIgnored?(param: string): void;
  /** Receives what the invocation has consumed so far, each time it is reported. It must not throw. */
  onUsage?(usage: TokenUsage): void;
}

export interface RawInput {
  params: unknown;
  query: Record<string, unknown>;
  body: unknown;
  /** Encoding of the body, for operations that accept two. Default: that of the operation. */
  encoding?: Encoding;
}

export type Encoding = NonNullable<Operation['encoding']>;

export type Outcome =
  | { kind: 'object'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'bytes'; answer: ByteAnswer | ByteStream }
  | { kind: 'events'; events: AsyncIterable<unknown> };

/** Runs any operation by its id. */
export type Invoke = (operationId: string, input: RawInput, caller: Caller) => Promise<Outcome>;
