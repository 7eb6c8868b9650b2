/** The doors and shared objects that `start` passes to resources. */
import type { Operation } from '@selfsame/contract/operation';
import type { AudioEncoder } from '../audio/audio-encoder.ts';
import type { BatchAdmission } from '../engines/batch-admission.ts';
import type { ModelRegistry } from '../engines/registry.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { Sealer } from '../lib/sealer.ts';
import type { Invoke } from '../operations/invocation.ts';
import type { Validator } from '../operations/validator.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { TextCutter } from '../retrieval/chunk/cut-text.ts';
import type { BlobStorage } from '../storage/blobs/blob-storage.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import type { Interpreters } from './containers/interpreters.ts';

/** Limits and choices of the installation. */
export interface Limits {
  /** Maximum total bytes of the files of one project. */
  projectFileBytes: number;
  /** What happens to recordings in messages for a model that does not hear. */
  chatAudio: 'refuse' | 'transcribe';
}

export interface Services {
  models: ModelRegistry;
  clock: Clock;
  ids: IdSource;
  /** Gives access to one project at a time; only housekeeping (`defineSystemTask`) reads all projects. */
  repositories: Pick<Repositories, 'forProject'>;
  /** Shared by all batches of the process. */
  batchAdmission: BatchAdmission;
  tools: ToolRegistry;
  /** Execute code in containers. */
  interpreters: Interpreters;
  /** Requests to hosts that a client named. */
  outbound: Outbound;
  events: EventLog;
  blobs: BlobStorage;
  textCutter: TextCutter;
  audioEncoder: AudioEncoder;
  limits: Limits;
  /** Seals what clients keep for the server. */
  sealer: Sealer;
  /** The operations that are served. */
  operations: readonly Operation[];
  invoke: Invoke;
  /** Checks bodies that reach an operation by another way than `invoke`. */
  validator: Pick<Validator, 'body'>;
}
