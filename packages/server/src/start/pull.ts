/** Pulling into this installation's models folder, with its settings: what `selfsame pull` and a first start share. */
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { type PullableModel, starterSet } from '../models/catalogue.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { type PulledModel, type PullOptions, type PullProgress, pullModel } from '../models/pull.ts';

export type { PullProgress };

export function modelsDirectory(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'models');
}

type Watch = Required<Pick<PullOptions, 'signal' | 'onProgress' | 'log'>>;

/** Throws PullError. */
export function pull(model: PullableModel, config: Config, watch: Watch): Promise<PulledModel> {
  const { hubUrl, hubToken } = config;
  return pullModel(model, {
    directory: modelsDirectory(config),
    hubUrl,
    ...(hubToken === '' ? {} : { hubToken }),
    ...watch,
  });
}

/**
 * `reference`: a catalogue id, `hf:OWNER/REPO:FILE`, a URL or a path; undefined = the starter set, one after the other.
 * Throws PullError or ModelReferenceError.
 */
export async function pullReference(
  reference: string | undefined,
  config: Config,
  watch: Watch,
): Promise<PulledModel[]> {
  const models = reference === undefined ? starterSet : [parseModelReference(reference)];
  const pulled: PulledModel[] = [];
  for (const model of models) pulled.push(await pull(model, config, watch));
  return pulled;
}
