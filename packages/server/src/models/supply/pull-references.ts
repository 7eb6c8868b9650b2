/** Pulls models into this installation's models folder, for `selfsame pull` and for the first start. */
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import { defined } from '../../lib/defined.ts';
import type { PullableModel } from '../catalogue/catalogue-model.ts';
import { parseModelReference } from '../model-reference.ts';
import { type PulledModel, type PullOptions, type PullProgress, pullModel } from '../pull.ts';
import { PullError } from '../pull-error.ts';
import { starterCandidates } from '../recommend.ts';
import { chooseHubFile, isHubRepository } from '../sources/hub-files.ts';
import { type CapacitySettings, readMachineCapacity } from './machine-capacity.ts';
import { modelsDirectory } from './models-directory.ts';

export type { PulledModel, PullProgress };

export interface PullSettings {
  dataDir: string;
  hubUrl: string;
  /** Empty = none. */
  hubToken: string;
  offline: boolean;
}

type PullDeps = Required<Pick<PullOptions, 'signal' | 'onProgress' | 'log'>> & Pick<PullOptions, 'unreachable'>;

/** Pulls the model into the models folder. Throws PullError. */
export function pullInto(settings: PullSettings, model: PullableModel, deps: PullDeps): Promise<PulledModel> {
  return pullModel(model, { directory: modelsDirectory(settings), ...toSources(settings), ...deps });
}

function toSources({ hubUrl, hubToken, offline }: PullSettings) {
  return { hubUrl, offline, ...defined({ hubToken: hubToken === '' ? undefined : hubToken }) };
}

/** A reference and the outcome of its pull. */
export type Pulled = { reference: string; model: PulledModel } | { reference: string; error: unknown };

export interface PullReferencesDeps {
  signal: AbortSignal;
  /** `id`: the model that is being pulled. */
  onProgress(id: string, event: PullProgress): void;
  log: PullDeps['log'];
}

const MAX_PARALLEL_PULLS = 3;

interface Request {
  reference: string;
  /** Best first: if one cannot be pulled, the next one is tried. */
  find(): Promise<readonly PullableModel[]>;
}

/**
 * `references`: catalogue ids, `hf:OWNER/REPO[:FILE]`, URLs or paths; none = per kind, the best model that fits this
 * machine and that a source delivers. Pulls up to `MAX_PARALLEL_PULLS` in parallel; a failed pull does not stop the
 * others. Throws ModelReferenceError before any pull starts.
 */
export async function pullReferences(
  references: readonly string[],
  settings: PullSettings & CapacitySettings,
  deps: PullReferencesDeps,
): Promise<Pulled[]> {
  const { signal } = deps;
  const named = references.map((reference) => toRequest(reference.trim(), settings, signal));
  const requests = named.length > 0 ? named : await findStarters(settings);
  const results: Pulled[] = [];
  const unreachable = new Set<string>();
  const next = requests.values();
  const work = async (): Promise<void> => {
    for (const { reference, find } of next) {
      try {
        const model = await pullFirst(await find(), (each) => {
          const onProgress = (event: PullProgress) => deps.onProgress(each.id, event);
          return pullInto(settings, each, { ...deps, onProgress, unreachable });
        });
        results.push({ reference, model });
      } catch (error) {
        signal.throwIfAborted();
        results.push({ reference, error });
      }
    }
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL_PULLS }, work));
  return results;
}

function toRequest(reference: string, settings: PullSettings, signal: AbortSignal): Request {
  if (!isHubRepository(reference)) {
    const models = [parseModelReference(reference)];
    return { reference, find: async () => models };
  }
  const find = async () => [parseModelReference(await chooseHubFile(reference, { ...toSources(settings), signal }))];
  return { reference, find };
}

async function findStarters(settings: CapacitySettings): Promise<Request[]> {
  const capacity = await readMachineCapacity(settings);
  return MODEL_KINDS.map((kind) => {
    const find = async () => {
      const candidates = starterCandidates(kind, capacity);
      if (candidates.length > 0) return candidates;
      throw new Error(`No recommended ${kind} model fits this machine; \`selfsame pull --recommend\` says why.`);
    };
    return { reference: kind, find };
  });
}

/** Pulls the first model that can be pulled. `models` must not be empty. Throws the error of the last attempt. */
export async function pullFirst<M extends PullableModel>(
  models: readonly M[],
  attempt: (model: M) => Promise<PulledModel>,
): Promise<PulledModel> {
  let failure: unknown;
  for (const model of models) {
    try {
      return await attempt(model);
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      failure = error;
    }
  }
  throw failure;
}
