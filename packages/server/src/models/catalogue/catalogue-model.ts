/** The catalogue's facts about a model. */
import type { ModelKind } from '../../engines/model-kinds.ts';

export interface Licence {
  /** SPDX id if there is one, else the name of the licence. */
  id: string;
  url: string;
}

/** One file that a conversion reads. */
export interface ConversionInput {
  file: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** References that `openSource` reads, best first. */
  sources: readonly string[];
}

/** Creates a model's file from pulled files. Invariant: the same inputs give the same bytes. */
export interface Conversion {
  inputs: readonly ConversionInput[];
  /** Creates `target` from the inputs in `directory`, which have their own names. */
  convert(directory: string, target: string): Promise<void>;
}

/** A model that can be pulled, from the catalogue or a reference. */
export interface PullableModel {
  id: string;
  kind: ModelKind;
  licence?: Licence;
  /** One sentence: what the model is, how good it is, whether it is verified. */
  label: string;
  /** Size of the file in bytes. */
  bytes?: number;
  /** Lower-case hex. Undefined = the source announces it (required if `announced`), else it is only recorded. */
  sha256?: string;
  /** Whether the file is accepted only from a source that announces its size and SHA-256. */
  announced?: boolean;
  /** File name in the model directory. */
  file: string;
  /** References that `openSource` reads, best first. Empty for a model that is converted. */
  sources: readonly string[];
  /** For models that are not published in a format that the engine reads. */
  conversion?: Conversion;
  /** Jinja chat template, for files that have none. */
  chatTemplate?: string;
  /** Texts that end the assistant's turn, for models without an end token. */
  endOfTurn?: readonly string[];
  /** Maximum prompt and completion tokens together. */
  contextTokens?: number;
  /** The publisher, for `owned_by`. */
  ownedBy?: string;
  /** Date of publication, Unix seconds. */
  created?: number;
}

/** An entry of the catalogue. */
export interface CatalogueModel extends PullableModel {
  licence: Licence;
  ownedBy: string;
  created: number;
  /** Size of the file in bytes: exact if `bytes` is set, else approximate. */
  diskBytes: number;
  /** Memory of its engine with the default settings: measured if `tested`, else estimated. */
  memoryBytes: number;
  /** CPU cores that the model needs to be fast enough as a starter. Default 1. */
  minCores?: number;
  /** Whether this project has run the model. */
  tested: boolean;
  /** Whether the first start or `selfsame pull` may choose the model. */
  recommended: boolean;
  /** Whether a chat model calls functions with `tool_choice: auto`. */
  callsFunctions?: boolean;
}
