/** What is here and what could be: the table of `selfsame models`. */
import type { Config } from '../config/load.ts';
import { MODEL_KINDS } from '../engines/registry.ts';
import { catalogue, findCatalogueModel } from '../models/catalogue.ts';
import { chooseDefault } from '../models/installed.ts';
import { findModels } from './find-models.ts';

export interface ModelRow {
  id: string;
  kind: string;
  tier: string;
  here: boolean;
  bytes: number;
  licence: string;
  /** Which requests it answers, besides those that name it. */
  answers: string;
  source: string;
  /** Memory that it takes when loaded, in bytes, where that was measured. */
  memoryBytes: number | undefined;
  label: string;
}

export interface ModelTable {
  rows: ModelRow[];
  /** Files that are not offered, and why. */
  refused: string[];
  /** Which model of each kind answers by default, and why it is that one. */
  answers: string;
}

const NOT_TESTED = 'Not run by this project yet.';
const CALLS_NOTHING =
  'It calls no functions by itself: with tools it answers in words, unless tool_choice makes it call one.';

export async function describeModels(
  config: Pick<Config, 'dataDir' | 'models' | 'builtIn' | 'aliases'>,
): Promise<ModelTable> {
  const { models, refused } = await findModels(config);
  const absent = catalogue.filter((entry) => entry.recommended && !models.some((model) => model.id === entry.id));
  const chosen = MODEL_KINDS.map((kind) => chooseDefault(models.filter((model) => model.kind === kind)));
  const answers = MODEL_KINDS.map(
    (kind, index) =>
      chosen[index]?.reason ?? `No ${kind} model is here: requests for one are answered with 503 until one is.`,
  ).join('\n');
  const defaults = new Set(chosen.map((each) => each?.model.id));
  const rows = [
    ...models.map((model) => ({
      ...model,
      here: true,
      licence: model.licence?.id ?? 'not recorded',
      memoryBytes: findCatalogueModel(model.id)?.memoryBytes,
      answers: answeredBy(model.id, defaults.has(model.id), config.aliases),
    })),
    ...absent.map((entry) => ({
      ...entry,
      bytes: entry.diskBytes,
      here: false,
      tier: 'recommended',
      licence: entry.licence.id,
      answers: '',
      source: `selfsame pull ${entry.id}`,
    })),
  ].map(
    ({ id, kind, tier, here, bytes, licence, memoryBytes, answers: ids, source, label, tested, callsFunctions }) => {
      const told = [label, tested === false && NOT_TESTED, callsFunctions === false && CALLS_NOTHING];
      const full = told.filter((sentence) => sentence !== false).join(' ');
      return { id, kind, tier, here, bytes, licence, memoryBytes, answers: ids, source, label: full };
    },
  );
  return { rows, refused, answers };
}

function answeredBy(id: string, isDefault: boolean, aliases: Config['aliases']): string {
  if (typeof aliases === 'object') {
    return Object.keys(aliases)
      .filter((alias) => aliases[alias] === id)
      .join(', ');
  }
  return isDefault && aliases === 'well-known' ? 'well-known ids' : '';
}
