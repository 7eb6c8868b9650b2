/** Lists installed and recommended models: the table of `selfsame models`. */
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import type { Aliases } from '../../engines/registry.ts';
import { catalogue, findCatalogueModel } from '../catalogue.ts';
import { chooseDefault } from '../installed.ts';
import { findModels, type ModelSources } from './find-models.ts';

export interface ModelRow {
  id: string;
  kind: string;
  tier: string;
  here: boolean;
  bytes: number;
  licence: string;
  /** Other ids that this model answers for. */
  answers: string;
  source: string;
  /** Memory of the loaded model; undefined = not measured. */
  memoryBytes: number | undefined;
  label: string;
}

export interface ModelTable {
  rows: ModelRow[];
  /** One sentence per file that is not offered. */
  refused: string[];
  /** Per kind, the default model and the reason for the choice. */
  answers: string;
}

const NOT_TESTED = 'Not run by this project yet.';
const CALLS_NOTHING =
  'It calls no functions by itself: with tools it answers in words, unless tool_choice makes it call one.';

export async function describeModels(settings: ModelSources & { aliases: Aliases }): Promise<ModelTable> {
  const { models, refused } = await findModels(settings);
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
      answers: aliasesOf(model.id, defaults.has(model.id), settings.aliases),
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
      const sentences = [label, tested === false && NOT_TESTED, callsFunctions === false && CALLS_NOTHING];
      const full = sentences.filter((sentence) => sentence !== false).join(' ');
      return { id, kind, tier, here, bytes, licence, memoryBytes, answers: ids, source, label: full };
    },
  );
  return { rows, refused, answers };
}

function aliasesOf(id: string, isDefault: boolean, aliases: Aliases): string {
  if (typeof aliases === 'object') {
    return Object.keys(aliases)
      .filter((alias) => aliases[alias] === id)
      .join(', ');
  }
  return isDefault && aliases === 'well-known' ? 'well-known ids' : '';
}
