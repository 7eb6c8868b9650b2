/**
 * How many lines of batches a model works on at once, over all batches of the process: one less than it has places for, so that somebody who
 * waits for an answer finds a place free; and while somebody is there, one alone, for what runs side by side is slower each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Admission } from '../../engines/admission.ts';
import type { ModelRegistry, RegisteredModel } from '../../engines/registry.ts';

/** Engines for embeddings cut their work into pieces by themselves. */
const EMBEDDING_PLACES = 2;
/** Whoever was answered may ask again: so long the model counts as in use. */
const QUIET_MS = 1000;
const LOOK_MS = 20;

interface Places {
  line: Admission;
  /** Lines that the model works on. */
  running: number;
  /** When somebody else was last seen, by `performance.now`. */
  othersAt: number;
}

const known = new WeakMap<RegisteredModel, Places>();

async function slotsOf(models: ModelRegistry, model: RegisteredModel): Promise<number> {
  if (model.kind !== 'chat') return EMBEDDING_PLACES;
  const { capabilities } = await models.languageModel(model.id);
  return Math.max(1, capabilities.parallelRequests - 1);
}

async function placesOf(models: ModelRegistry, model: RegisteredModel): Promise<Places> {
  const slots = await slotsOf(models, model);
  const found = known.get(model);
  if (found !== undefined) return found;
  const line = new Admission({ slots, maxWaiting: Number.POSITIVE_INFINITY });
  const made = { line, running: 0, othersAt: Number.NEGATIVE_INFINITY };
  known.set(model, made);
  return made;
}

function inUse(models: ModelRegistry, { id }: RegisteredModel, places: Places): boolean {
  const report = models.reports().find(({ modelId }) => modelId === id)?.report;
  const now = performance.now();
  if (report !== undefined && report.busy + report.waiting > places.running) places.othersAt = now;
  return now - places.othersAt < QUIET_MS;
}

/** Waits for a place of the model that answers for `id`; resolves with what gives it back. Throws as the registry does, and the signal's reason. */
export async function enterPlace(models: ModelRegistry, id: string, signal: AbortSignal): Promise<() => void> {
  const model = models.resolve(id);
  const places = await placesOf(models, model);
  const leave = await places.line.enter({ signal, priority: 'batch' });
  try {
    while (inUse(models, model, places) && places.running > 0) await sleep(LOOK_MS, undefined, { signal });
  } catch (error) {
    leave();
    throw signal.aborted ? signal.reason : error;
  }
  places.running += 1;
  return () => {
    places.running -= 1;
    leave();
  };
}
