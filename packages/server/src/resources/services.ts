/** What resources are given by `start`: doors and the few nouns they share. Nothing here is an adapter. */
import type { ModelRegistry } from '../engines/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';

export interface Services {
  models: ModelRegistry;
  clock: Clock;
  ids: IdSource;
}
