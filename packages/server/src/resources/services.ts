/** What resources are given by `start`: doors and the few nouns they share. Nothing here is an adapter. */
import type { ByteAnswer } from '@selfsame/contract/bytes';
import type { BatchAdmission } from '../engines/batch-admission.ts';
import type { ModelRegistry } from '../engines/registry.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { BlobStorage } from '../storage/blobs/blob-storage.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import type { Context } from './handler.ts';

/** Who calls an operation, for whom and how. */
export interface Caller extends Omit<Context, 'meter' | 'meterWith' | 'ignore'> {
  /** Receives each parameter that has no effect; `Context.ignore` is the other end. It must not throw. */
  onIgnored?(param: string): void;
}

export interface RawInput {
  params: unknown;
  query: Record<string, unknown>;
  body: unknown;
}

export type Outcome =
  | { kind: 'object'; value: unknown }
  | { kind: 'bytes'; answer: ByteAnswer }
  | { kind: 'events'; events: AsyncIterable<unknown> };

/** The way to any operation: what HTTP calls it by, and tasks that answer requests later, such as the lines of a batch. */
export type Invoke = (operationId: string, input: RawInput, caller: Caller) => Promise<Outcome>;

/** What the installation allows. */
export interface Limits {
  /** Bytes of all files of one project. */
  projectFileBytes: number;
}

export interface Services {
  models: ModelRegistry;
  clock: Clock;
  ids: IdSource;
  /** Of one project at a time: what reaches across projects is given to housekeeping alone (`defineSystemTask`). */
  repositories: Pick<Repositories, 'forProject'>;
  /** Shared by all batches of the process. */
  batchAdmission: BatchAdmission;
  events: EventLog;
  blobs: BlobStorage;
  limits: Limits;
  invoke: Invoke;
}
