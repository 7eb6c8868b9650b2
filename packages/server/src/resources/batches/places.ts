/**
 * How many lines of batches a model works on at once: one less than it has places for, over all batches of the process, so that somebody who
 * waits for an answer finds a place free.
 */
import { Admission } from '../../engines/admission.ts';
import type { ModelRegistry } from '../../engines/registry.ts';

/** Engines for embeddings cut their work into pieces by themselves. */
const EMBEDDING_PLACES = 2;

const places = new WeakMap<object, Admission>();

async function slotsOf(models: ModelRegistry, id: string): Promise<number> {
  if (models.resolve(id).kind !== 'chat') return EMBEDDING_PLACES;
  const { capabilities } = await models.languageModel(id);
  return Math.max(1, capabilities.parallelRequests - 1);
}

/** Waits for a place of the model that answers for `id`; resolves with what gives it back. Throws as the registry does, and the signal's reason. */
export async function enterPlace(models: ModelRegistry, id: string, signal: AbortSignal): Promise<() => void> {
  const slots = await slotsOf(models, id);
  const model = models.resolve(id);
  let line = places.get(model);
  if (line === undefined) {
    line = new Admission({ slots, maxWaiting: Number.POSITIVE_INFINITY });
    places.set(model, line);
  }
  return line.enter({ signal, priority: 'batch' });
}
