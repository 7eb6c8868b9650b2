/** Pulling into this installation's models folder, with its settings: what `selfsame pull` and a first start share. */
import type { Config } from '../config/load.ts';
import { MODEL_KINDS } from '../engines/registry.ts';
import type { PullableModel } from '../models/catalogue.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { type PulledModel, type PullOptions, type PullProgress, pullModel } from '../models/pull.ts';
import { PullError } from '../models/pull-error.ts';
import { starterCandidates } from '../models/recommend.ts';
import { chooseHubFile, isHubRepository } from '../models/sources/hub-files.ts';
import { readMachineRoom } from './machine-room.ts';
import { modelsDirectory } from './models-directory.ts';

export type { PulledModel, PullProgress };

type Watch = Required<Pick<PullOptions, 'signal' | 'onProgress' | 'log'>> & Pick<PullOptions, 'unreachable'>;

/** Throws PullError. */
export function pull(model: PullableModel, config: Config, watch: Watch): Promise<PulledModel> {
  return pullModel(model, { directory: modelsDirectory(config), ...toSources(config), ...watch });
}

function toSources({ hubUrl, hubToken, offline }: Config) {
  return { hubUrl, offline, ...(hubToken === '' ? {} : { hubToken }) };
}

/** What was asked for, and how its pull ended. */
export type Pulled = { reference: string; model: PulledModel } | { reference: string; error: unknown };

export interface WatchAll {
  signal: AbortSignal;
  /** `id`: the model that the event is about. */
  onProgress(id: string, event: PullProgress): void;
  log: Watch['log'];
}

/** Models that are pulled at the same time. */
const AT_ONCE = 3;

interface Wanted {
  reference: string;
  /** Best first: where one cannot be had, the next one is tried. */
  find(): Promise<readonly PullableModel[]>;
}

/**
 * `references`: catalogue ids, `hf:OWNER/REPO[:FILE]`, URLs or paths; none = of each kind the best that this machine has room for and
 * that a source delivers. Several are pulled at the same time, and one that fails does not end the others. Throws ModelReferenceError
 * before anything is pulled.
 */
export async function pullReferences(
  references: readonly string[],
  config: Config,
  watch: WatchAll,
): Promise<Pulled[]> {
  const { signal } = watch;
  const named = references.map((reference) => toWanted(reference.trim(), config, signal));
  const wanted = named.length > 0 ? named : await findStarters(config);
  const results: Pulled[] = [];
  const unreachable = new Set<string>();
  const next = wanted.values();
  const work = async (): Promise<void> => {
    for (const { reference, find } of next) {
      try {
        const model = await pullFirst(await find(), (each) => {
          const onProgress = (event: PullProgress) => watch.onProgress(each.id, event);
          return pull(each, config, { ...watch, onProgress, unreachable });
        });
        results.push({ reference, model });
      } catch (error) {
        signal.throwIfAborted();
        results.push({ reference, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

function toWanted(reference: string, config: Config, signal: AbortSignal): Wanted {
  if (!isHubRepository(reference)) {
    const models = [parseModelReference(reference)];
    return { reference, find: async () => models };
  }
  const find = async () => [parseModelReference(await chooseHubFile(reference, { ...toSources(config), signal }))];
  return { reference, find };
}

async function findStarters(config: Config): Promise<Wanted[]> {
  const room = await readMachineRoom(config);
  return MODEL_KINDS.map((kind) => {
    const find = async () => {
      const candidates = starterCandidates(kind, room);
      if (candidates.length > 0) return candidates;
      throw new Error(`No recommended ${kind} model fits this machine; \`selfsame pull --recommend\` says why.`);
    };
    return { reference: kind, find };
  });
}

/** Pulls the first of the models that can be had. `models`: one at least. Throws what the last one failed with. */
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
