/** Reads an upstream's `GET /models` and guesses the kind of each model. Pure. */

import type { ModelKind } from '../model-kinds.ts';
import { isAbsent, isRecord } from './wire-value.ts';

export interface ListedModel {
  id: string;
  /** Unix seconds; 0 if absent or invalid. */
  createdAt: number;
  /** Maximum tokens of prompt and completion, if stated (`max_model_len` of vLLM and SGLang). */
  contextTokens?: number;
}

/** Undefined if the text is not a list of models. Skips entries that are not models. */
export function parseModelList(text: string): ListedModel[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return toEntries(value)?.flatMap(toListed);
}

/**
 * The list is in `data`, in `models` (Ollama's own API), or the whole body (Together). Ollama writes null for an empty
 * one.
 */
function toEntries(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (!isRecord(value)) return undefined;
  const { object, data, models } = value;
  if (object === 'list' && isAbsent(data) && isAbsent(models)) return [];
  const listed = data ?? models;
  return Array.isArray(listed) ? listed : undefined;
}

function toListed(entry: unknown): ListedModel[] {
  if (!isRecord(entry)) return [];
  const { id, model, name, created, max_model_len: context } = entry;
  const known = [id, model, name].find((each) => typeof each === 'string' && each !== '');
  if (typeof known !== 'string') return [];
  const createdAt = typeof created === 'number' && created > 0 && created <= MAX_CREATED_S ? Math.floor(created) : 0;
  const isLimit = typeof context === 'number' && Number.isFinite(context) && context >= 1;
  return [{ id: known, createdAt, ...(isLimit ? { contextTokens: Math.floor(context) } : {}) }];
}

/** The year 2286: larger numbers are not seconds. */
const MAX_CREATED_S = 9_999_999_999;

const EMBEDDING = /embed|(^|[/_.-])(bge|gte|e5|minilm|mpnet|sbert|jina-clip)([-_.:]|$)|sentence-transformers/i;
const SPEECH = /(^|[/_.-])(tts|kokoro|piper|orpheus|chatterbox|speecht5|bark|xtts|f5-tts|vits)([-_.]|$)/i;
const TRANSCRIPTION = /whisper|transcri|parakeet|(^|[/_.-])(canary|asr)([-_.]|$)/i;
const OTHER = /dall-e|image|moderation|guard|sora|realtime|-audio|rerank|flux|stable-diffusion|diarize/i;

/**
 * Guesses from the name, because the API does not state what a model does; undefined = a model of a kind that this
 * server does not offer. The configuration states the kind of the models that it names.
 */
export function guessKind(id: string): ModelKind | undefined {
  if (EMBEDDING.test(id)) return 'embedding';
  if (SPEECH.test(id)) return 'speech';
  if (TRANSCRIPTION.test(id)) return 'transcription';
  return OTHER.test(id) ? undefined : 'chat';
}
