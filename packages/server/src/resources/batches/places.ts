/**
 * How many lines of batches a model works on at once, over all batches of the process: one less than it has places for, so that somebody who
 * waits for an answer finds a place free; and while somebody is there, whatever model they use, one alone of all batches: what runs side by side
 * is slower each. Within an engine lines stand still for others; other engines do not know of them, so that there the batch rests after each line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Admission } from '../../engines/admission.ts';
import type { ModelRegistry, RegisteredModel } from '../../engines/registry.ts';

/** What is asked of the registry. */
type Models = Pick<ModelRegistry, 'resolve' | 'languageModel' | 'reports'>;

/** Engines for embeddings cut their work into pieces by themselves. */
const EMBEDDING_PLACES = 2;
/** Whoever was answered may ask again: so long the model counts as in use. */
const QUIET_MS = 1000;
const LOOK_MS = 20;
/** A line rests so many times as long as the one before it took, while another engine serves others. */
const RESTS = 4;

/** What batches take of this process, over all models: they share its processors. */
interface Use {
  /** Lines that models work on. */
  running: number;
  /** When somebody else was last seen, by `performance.now`. */
  othersAt: number;
  /** Until when lines rest while somebody else is there. */
  restsUntil: number;
}

const uses = new WeakMap<Models, Use>();
const lines = new WeakMap<RegisteredModel, Admission>();

async function slotsOf(models: Models, model: RegisteredModel): Promise<number> {
  if (model.kind !== 'chat') return EMBEDDING_PLACES;
  const { capabilities } = await models.languageModel(model.id);
  return Math.max(1, capabilities.parallelRequests - 1);
}

async function lineOf(models: Models, model: RegisteredModel): Promise<Admission> {
  const slots = await slotsOf(models, model);
  const line = lines.get(model) ?? new Admission({ slots, maxWaiting: Number.POSITIVE_INFINITY });
  lines.set(model, line);
  return line;
}

function useOf(models: Models): Use {
  const use = uses.get(models) ?? { running: 0, othersAt: Number.NEGATIVE_INFINITY, restsUntil: 0 };
  uses.set(models, use);
  return use;
}

/** Whether an engine other than the model's own works for anybody. */
const isElsewhere = (models: Models, { id }: RegisteredModel): boolean =>
  models.reports().some(({ modelId, report: { busy, waiting } }) => modelId !== id && busy + waiting > 0);

function inUse(models: Models, use: Use): boolean {
  const held = models.reports().reduce((sum, { report: { busy, waiting } }) => sum + busy + waiting, 0);
  const now = performance.now();
  if (held > use.running) use.othersAt = now;
  return now - use.othersAt < QUIET_MS;
}

/** Waits for a place of the model that answers for `id`; resolves with what gives it back. Throws as the registry does, and the signal's reason. */
export async function enterPlace(models: Models, id: string, signal: AbortSignal): Promise<() => void> {
  const model = models.resolve(id);
  const line = await lineOf(models, model);
  const use = useOf(models);
  const leave = await line.enter({ signal, priority: 'batch' });
  try {
    while (inUse(models, use) && (use.running > 0 || performance.now() < use.restsUntil))
      await sleep(LOOK_MS, undefined, { signal });
  } catch (error) {
    leave();
    throw signal.aborted ? signal.reason : error;
  }
  use.running += 1;
  const startedAt = performance.now();
  return () => {
    const now = performance.now();
    if (isElsewhere(models, model)) use.restsUntil = now + RESTS * (now - startedAt);
    use.running -= 1;
    leave();
  };
}
