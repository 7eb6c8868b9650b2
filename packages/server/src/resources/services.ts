/** What resources are given by `start`: doors and the few nouns they share. Nothing here is an adapter. */
import type { ModelRegistry } from '../engines/registry.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { BlobStorage } from '../storage/blobs/blob-storage.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';

/** What the installation allows. */
export interface Limits {
  /** Bytes of all files of one project. */
  projectFileBytes: number;
}

export interface Services {
  models: ModelRegistry;
  clock: Clock;
  ids: IdSource;
  repositories: Repositories;
  events: EventLog;
  blobs: BlobStorage;
  limits: Limits;
}
