/**
 * Pulls a starter model of each missing kind in the background: the best model that fits this machine and that a source
 * delivers.
 */
import type { ModelKind } from '../../engines/model-kinds.ts';
import type { Unavailability } from '../../engines/registry.ts';
import type { CatalogueModel } from '../catalogue/catalogue-model.ts';
import type { PullProgress } from '../pull.ts';
import { recommend, starterCandidates } from '../recommend.ts';
import { type CapacitySettings, readMachineCapacity } from './machine-capacity.ts';
import { type PullSettings, pullFirst, pullInto } from './pull-references.ts';
import { describeCost } from './recommend-models.ts';

/** A pino logger has this type. */
export interface SupplyLog {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  error(fields: object, line: string): void;
}

const RETRY_AFTER_PULL_SECONDS = 10;

export interface StarterDeps {
  log: SupplyLog;
  signal: AbortSignal;
  /** Lists the installed models again. */
  refresh(): Promise<void>;
  /** Publishes why no model of the kind can answer yet. */
  report(kind: ModelKind, unavailability: Unavailability): Promise<void>;
  hasModel(kind: ModelKind): boolean;
}

/** The returned function pulls one kind after the other. It never rejects because of a failed pull. */
export function createStarterPull(
  settings: PullSettings & CapacitySettings,
  { log, signal, refresh, report, hasModel }: StarterDeps,
) {
  const unreachable = new Set<string>();
  const attempt = async (model: CatalogueModel) => {
    const { id: modelId, kind } = model;
    const reportProgress = (event?: PullProgress) =>
      report(kind, { reason: describeProgress(model, event), retryAfterSeconds: RETRY_AFTER_PULL_SECONDS, modelId });
    const isOnHubOnly = model.sources.length > 0 && model.sources.every((source) => source.startsWith('hf:'));
    if (unreachable.size === 0 || !isOnHubOnly)
      log.info(`${modelId} is pulled in the background: ${describeCost(model)}.`);
    await reportProgress();
    const onProgress = (event: PullProgress) => void reportProgress(event);
    return await pullInto(settings, model, { signal, onProgress, log, unreachable });
  };
  const pullKind = async (kind: ModelKind): Promise<void> => {
    const capacity = await readMachineCapacity(settings);
    const candidates = starterCandidates(kind, capacity);
    const [first] = candidates;
    if (first === undefined) {
      log.warn(`No recommended ${kind} model fits this machine; \`selfsame pull --recommend\` says why.`);
      return;
    }
    const best = recommend(kind, capacity).find(({ obstacle }) => obstacle === undefined)?.model;
    if (best !== undefined && best !== first)
      log.info(`A better ${kind} model fits this machine: \`selfsame pull ${best.id}\` (${describeCost(best)}).`);
    try {
      await pullFirst(candidates, attempt);
      await refresh();
    } catch (error) {
      if (signal.aborted) return;
      const reason = describeFailedPull(candidates.at(-1) ?? first, hasModel(kind), (error as Error).message);
      log.error(reason);
      await report(kind, { reason, retryAfterSeconds: undefined, modelId: first.id });
    }
  };
  return async (kinds: readonly ModelKind[]): Promise<void> => {
    for (const kind of kinds) if (!signal.aborted) await pullKind(kind);
  };
}

/** `hasOther`: whether another model of the kind is installed. */
export function describeFailedPull({ id, kind }: CatalogueModel, hasOther: boolean, message: string): string {
  const consequence = hasOther ? '' : `, and no other ${kind} model is here`;
  return `The ${kind} model ${id} could not be pulled${consequence}: ${message}`;
}

function describeProgress({ id, kind }: CatalogueModel, event: PullProgress | undefined): string {
  const { phase = 'connect', receivedBytes = 0, totalBytes = 0 } = event ?? {};
  const share = totalBytes === 0 ? '' : `, ${Math.floor((100 * receivedBytes) / totalBytes)} %`;
  return `The ${kind} model ${id} is being pulled (${phase}${share}). Try again in a moment.`;
}
