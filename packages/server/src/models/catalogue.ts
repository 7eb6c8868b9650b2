/**
 * The models that this project recommends, each with the sources it is pulled from, best first. Invariants: an entry without a pinned
 * SHA-256 is pulled only from a source that announces one; labels say what a model is worth, `tested` whether this project has run it.
 */
import type { ModelKind } from '../engines/model-kinds.ts';
import { chatModels } from './catalogue/chat.ts';
import { embeddingModels } from './catalogue/embedding.ts';

export interface Licence {
  /** SPDX id where there is one, otherwise the licence's own name. */
  id: string;
  url: string;
}

/** One file that a converted model is made of. */
export interface Ingredient {
  file: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** References that `openSource` reads, best first. */
  sources: readonly string[];
}

/** How a model's file is made of others that are pulled: the same ingredients give the same bytes. */
export interface Conversion {
  ingredients: readonly Ingredient[];
  /** Makes `target` of the ingredients in `directory`, each under its own name. */
  convert(directory: string, target: string): Promise<void>;
}

/** What is known of a model before it is pulled, from the catalogue or from a reference. */
export interface PullableModel {
  id: string;
  kind: ModelKind;
  licence?: Licence;
  /** One sentence: what it is, weak or not, verified or not. */
  label: string;
  /** Size of the file in bytes. */
  bytes?: number;
  /** Lower-case hex. Left out: the source must announce it, where `announced` says so, or it is only written down. */
  sha256?: string;
  /** Whether the file is accepted only from a source that announces its size and SHA-256. */
  announced?: boolean;
  /** File name in the model directory. */
  file: string;
  /** References that `openSource` reads, best first. Empty for a model that is converted. */
  sources: readonly string[];
  /** For models that are not offered in the form that the engine reads. */
  conversion?: Conversion;
  /** Jinja chat template, for files that carry none. */
  chatTemplate?: string;
  /** Texts that end the assistant's turn, for models without an end token of their own. */
  endOfTurn?: readonly string[];
  /** Most tokens of prompt and completion together. */
  contextTokens?: number;
  /** Who made the model, for `owned_by`. */
  ownedBy?: string;
  /** When the model was published, Unix seconds. */
  created?: number;
}

/** An entry of the catalogue. */
export interface CatalogueModel extends PullableModel {
  licence: Licence;
  ownedBy: string;
  created: number;
  /** Size of the file in bytes: exact where `bytes` is given, else approximate. */
  diskBytes: number;
  /** Memory that its engine takes with the default settings, in bytes: measured where `tested`, else estimated. */
  memoryBytes: number;
  /** CPU cores from which on it is quick enough to be chosen unasked. Default 1. */
  minCores?: number;
  /** Whether this project has run the model. */
  tested: boolean;
  /** Whether a first start or `selfsame pull` may choose the model. */
  recommended: boolean;
  /** Whether a chat model calls functions by itself, with `tool_choice: auto`. */
  callsFunctions?: boolean;
}

/** Per kind the best first. */
export const catalogue: readonly CatalogueModel[] = [...chatModels, ...embeddingModels];

/** The entry with this id, or undefined. */
export function findCatalogueModel(id: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.id === id);
}
