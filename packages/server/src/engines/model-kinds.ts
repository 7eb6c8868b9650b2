/**
 * The kinds of models, one row per kind. A new kind is a row here; the compiler then names the tables of functions that
 * lack it (`ModelOpeners`: how it is opened, `WELL_KNOWN_MODELS`: ids of the hosted service).
 */
import type { EmbeddingModel } from './embedding-model.ts';
import type { LanguageModel } from './language-model.ts';
import type { SpeechModel } from './speech-model.ts';
import type { TranscriptionModel } from './transcription-model.ts';

/** The type of an open model of each kind. */
export interface OpenModels {
  chat: LanguageModel;
  embedding: EmbeddingModel;
  speech: SpeechModel;
  transcription: TranscriptionModel;
}

export type ModelKind = keyof OpenModels;

/** Facts in the header of a GGUF file that show the use of the model. */
export interface GgufUse {
  architecture: string;
  /** Pooling of the vectors; 0 or undefined = none. */
  poolingType: number | undefined;
}

export interface ModelKindFacts {
  /** With its article, for sentences: `a chat` model. */
  noun: string;
  matchesGguf(use: GgufUse): boolean;
  /** Whether its models accept messages, by a chat template, and may call functions. */
  takesMessages: boolean;
  /** Path of its requests below the API root of an upstream. */
  upstreamPath: string;
  /** File that describes the built-in model of the kind; undefined = there is none. */
  builtInManifest?: string;
  /**
   * Lines of batches that a model answers in parallel. `spare-one`: one less than its slots, so that an online request
   * finds a free one.
   */
  batchSlots: number | 'spare-one';
}

/** Architectures whose models only embed. */
const ENCODERS = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
]);

const embeds = ({ architecture, poolingType = 0 }: GgufUse) => ENCODERS.has(architecture) || poolingType > 0;

/** The architecture that `models/convert/kokoro.ts` writes. */
const speaks = ({ architecture }: GgufUse) => architecture === 'kokoro';

export const MODEL_KIND_FACTS: Readonly<Record<ModelKind, ModelKindFacts>> = {
  chat: {
    noun: 'a chat',
    matchesGguf: (use) => !embeds(use) && !speaks(use),
    takesMessages: true,
    upstreamPath: '/chat/completions',
    builtInManifest: 'manifest.json',
    batchSlots: 'spare-one',
  },
  embedding: {
    noun: 'an embedding',
    matchesGguf: embeds,
    takesMessages: false,
    upstreamPath: '/embeddings',
    builtInManifest: 'embedding.json',
    // Embedding engines split their work themselves.
    batchSlots: 2,
  },
  speech: {
    noun: 'a speech',
    matchesGguf: speaks,
    takesMessages: false,
    upstreamPath: '/audio/speech',
    // Sentences take turns on the processor.
    batchSlots: 1,
  },
  transcription: {
    noun: 'a transcription',
    matchesGguf: () => false,
    takesMessages: false,
    upstreamPath: '/audio/transcriptions',
    // Transcriptions take turns on the processor.
    batchSlots: 2,
  },
};

/** In the order in which models are listed and starters are pulled. */
export const MODEL_KINDS = Object.keys(MODEL_KIND_FACTS) as readonly ModelKind[];
