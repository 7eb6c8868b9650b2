/**
 * Limits how many batch lines the models of this process run in parallel, over all batches. A model runs one line less
 * than it has slots, so that an online request finds a free slot. During online requests to any model, a single line
 * runs, because parallel work slows online requests down. An engine pauses its batch lines for its own online requests;
 * for those of other engines, there is a delay after each line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Admission } from './admission.ts';
import { MODEL_KIND_FACTS } from './model-kinds.ts';
import type { ModelRegistry, RegisteredModel } from './registry.ts';

/** The part of the registry that is used here. */
type Models = Pick<ModelRegistry, 'resolve' | 'languageModel' | 'reports'>;

/**
 * Time after its last online request during which a model counts as in use: clients often send the next request
 * immediately.
 */
const QUIET_MS = 1000;
const POLL_MS = 20;
/**
 * The delay before the next line, as a multiple of the duration of the line before it, while another engine is busy.
 */
const DELAY_FACTOR = 4;

export interface BatchAdmission {
  /**
   * Waits for a slot of the model that answers for `modelId` and resolves with the function that releases it. Throws as
   * `ModelRegistry.resolve` does, and the reason of the signal when it aborts first.
   */
  acquire(modelId: string, signal: AbortSignal): Promise<() => void>;
}

export function createBatchAdmission(models: Models): BatchAdmission {
  const admissions = new Map<RegisteredModel, Admission>();
  /** Lines that run on models of this process. */
  let running = 0;
  /** Times by `performance.now`. */
  let onlineSeenAt = Number.NEGATIVE_INFINITY;
  let delayedUntil = 0;

  async function admissionOf(model: RegisteredModel): Promise<Admission> {
    const slots = await slotsOf(models, model);
    const admission = admissions.get(model) ?? new Admission({ slots, maxWaiting: Number.POSITIVE_INFINITY });
    admissions.set(model, admission);
    return admission;
  }

  function isInUse(): boolean {
    const held = models.reports().reduce((sum, { report: { busy, waiting } }) => sum + busy + waiting, 0);
    const now = performance.now();
    if (held > running) onlineSeenAt = now;
    return now - onlineSeenAt < QUIET_MS;
  }

  return {
    async acquire(modelId, signal) {
      const model = models.resolve(modelId);
      const admission = await admissionOf(model);
      const release = await admission.acquire({ signal, priority: 'batch' });
      try {
        while (isInUse() && (running > 0 || performance.now() < delayedUntil)) {
          await sleep(POLL_MS, undefined, { signal });
        }
      } catch (error) {
        release();
        throw signal.aborted ? signal.reason : error;
      }
      running += 1;
      const startedAt = performance.now();
      return () => {
        const now = performance.now();
        if (isOtherEngineBusy(models, model)) delayedUntil = now + DELAY_FACTOR * (now - startedAt);
        running -= 1;
        release();
      };
    },
  };
}

async function slotsOf(models: Models, model: RegisteredModel): Promise<number> {
  const { batchSlots } = MODEL_KIND_FACTS[model.kind];
  if (batchSlots !== 'spare-one') return batchSlots;
  const { capabilities } = await models.languageModel(model.id);
  return Math.max(1, capabilities.parallelRequests - 1);
}

const isOtherEngineBusy = (models: Models, { id }: RegisteredModel): boolean =>
  models.reports().some(({ modelId, report: { busy, waiting } }) => modelId !== id && busy + waiting > 0);
