/**
 * The models that this project recommends, each with its sources, best first. Invariant: an entry without a pinned
 * SHA-256 is pulled only from a source that announces one.
 */
import type { CatalogueModel } from './catalogue/catalogue-model.ts';
import { chatModels } from './catalogue/chat.ts';
import { embeddingModels } from './catalogue/embedding.ts';
import { speechModels } from './catalogue/speech.ts';
import { transcriptionModels } from './catalogue/transcription.ts';

/** Best first, per kind. */
export const catalogue: readonly CatalogueModel[] = [
  ...chatModels,
  ...embeddingModels,
  ...speechModels,
  ...transcriptionModels,
];

export function findCatalogueModel(id: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.id === id);
}
