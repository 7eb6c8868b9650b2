/** What is here and what could be: the table of `selfsame models`. */
import type { Config } from '../config/load.ts';
import { MODEL_KINDS } from '../engines/registry.ts';
import { catalogue } from '../models/catalogue.ts';
import { chooseDefault } from '../models/installed.ts';
import { findModels } from './find-models.ts';

export interface ModelRow {
  id: string;
  kind: string;
  tier: string;
  here: boolean;
  bytes: number;
  licence: string;
  label: string;
}

export interface ModelTable {
  rows: ModelRow[];
  /** Files that are not offered, and why. */
  refused: string[];
  /** Which model of each kind answers by default, and why it is that one. */
  answers: string;
}

export async function describeModels(config: Pick<Config, 'dataDir' | 'models' | 'builtIn'>): Promise<ModelTable> {
  const { models, refused } = await findModels(config);
  const absent = catalogue.filter((entry) => !models.some((model) => model.id === entry.id));
  const rows = [
    ...models.map((model) => ({ ...model, here: true, licence: model.licence?.id ?? 'not recorded' })),
    ...absent.map((entry) => ({ ...entry, here: false, tier: 'recommended', licence: entry.licence.id })),
  ].map(({ id, kind, tier, here, bytes, licence, label }) => ({ id, kind, tier, here, bytes, licence, label }));
  const answers = MODEL_KINDS.map((kind) => {
    const chosen = chooseDefault(models.filter((model) => model.kind === kind));
    return chosen?.reason ?? `No ${kind} model is here: requests for one are answered with 503 until one is.`;
  }).join('\n');
  return { rows, refused, answers };
}
