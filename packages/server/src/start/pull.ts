/** Pulling into this installation's models folder, with its settings: what `selfsame pull` and a first start share. */
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { type PullableModel, starterSet } from '../models/catalogue.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { type PulledModel, type PullOptions, type PullProgress, pullModel } from '../models/pull.ts';
import { chooseHubFile, isHubRepository } from '../models/sources/hub-files.ts';

export type { PulledModel, PullProgress };

export function modelsDirectory(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'models');
}

type Watch = Required<Pick<PullOptions, 'signal' | 'onProgress' | 'log'>>;

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

/**
 * `references`: catalogue ids, `hf:OWNER/REPO[:FILE]`, URLs or paths; none = the starter set. Several are pulled at the same time, and one
 * that fails does not end the others. Throws ModelReferenceError before anything is pulled.
 */
export async function pullReferences(
  references: readonly string[],
  config: Config,
  watch: WatchAll,
): Promise<Pulled[]> {
  const { signal } = watch;
  const open = references.map((reference) => reference.trim());
  const wanted = (open.length === 0 ? starterSet.map(({ id }) => id) : open).map((reference) =>
    isHubRepository(reference)
      ? {
          reference,
          find: async () => parseModelReference(await chooseHubFile(reference, { ...toSources(config), signal })),
        }
      : { reference, model: parseModelReference(reference) },
  );
  const results: Pulled[] = [];
  const next = wanted.values();
  const work = async (): Promise<void> => {
    for (const each of next) {
      try {
        const model = each.model ?? (await each.find());
        const onProgress = (event: PullProgress) => watch.onProgress(model.id, event);
        results.push({ reference: each.reference, model: await pull(model, config, { ...watch, onProgress }) });
      } catch (error) {
        signal.throwIfAborted();
        results.push({ reference: each.reference, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
