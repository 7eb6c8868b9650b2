/**
 * A deterministic embedding model for tests of the server: the hash of a word determines its direction, and a text is
 * the sum of its words. Equal texts have equal vectors, and texts that share words are near. A text may start with a
 * directive line (see directives.ts): `startDelayMs` delays its embedding, `promptTokens` overrides its number of
 * tokens, `failStart` fails.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { toUnitVector } from '../../lib/unit-vector.ts';
import { Admission } from '../admission.ts';
import type { EmbeddingInput, EmbeddingModel, EmbedOptions, EmbedRequest } from '../embedding-model.ts';
import { type Directives, parseDirectives } from './directives.ts';

export interface ScriptedEmbeddingModelOptions {
  /** Default `scripted-embedding`. */
  modelId?: string;
  /** Default 256. */
  dimensions?: number;
  /** Default 512. */
  inputTokens?: number;
}

interface Prepared {
  directives: Directives;
  ids: readonly number[];
  tokens: number;
}

const WORD = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const VOCABULARY = 2 ** 16;
/** Precedes every input, so that an input without words has a vector too. */
const START_ID = 0;
const PARALLEL_REQUESTS = 4;

/** Ids of the words of a text in order: the tokens of this engine. */
export function toScriptedTokens(text: string): number[] {
  return (text.toLowerCase().match(WORD) ?? []).map((word) => 1 + (hash(word) % (VOCABULARY - 1)));
}

function hash(word: string): number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(word, 'utf8')) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state;
}

/** Adds the direction of a token: numbers from -1 to 1 that depend only on its id. */
function addDirection(sum: Float64Array, id: number): void {
  let state = Math.imul(id + 1, 0x9e3779b1) >>> 0;
  for (let i = 0; i < sum.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    sum[i] = (sum[i] ?? 0) + state / 2 ** 31 - 1;
  }
}

function embed(ids: readonly number[], dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (const id of ids) addDirection(sum, id);
  return toUnitVector(sum);
}

function prepare(input: EmbeddingInput, name: string, limit: number): Prepared {
  const { directives, rest } =
    typeof input === 'string' ? parseDirectives(input, name) : { directives: {}, rest: input };
  const words = typeof rest === 'string' ? toScriptedTokens(rest) : rest;
  const unknown = words.find((id) => id < 0 || id >= VOCABULARY);
  if (unknown !== undefined) throw errors.unknownToken(name, unknown, VOCABULARY);
  const ids = words[0] === START_ID ? words : [START_ID, ...words];
  const tokens = directives.promptTokens ?? ids.length;
  if (tokens > limit) throw errors.inputTooLong(name, limit, { tokens });
  return { directives, ids, tokens };
}

/** A scripted model behind the embedding-model door. */
export function createScriptedEmbeddingModel(options: ScriptedEmbeddingModelOptions = {}): EmbeddingModel {
  const { modelId = 'scripted-embedding', dimensions = 256, inputTokens = 512 } = options;
  const admission = new Admission({ slots: PARALLEL_REQUESTS });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');

  async function run({ inputs, nameInput }: EmbedRequest, signal: AbortSignal) {
    const prepared = inputs.map((input, index) => prepare(input, nameInput(index), inputTokens));
    const vectors: Float32Array[] = [];
    for (const { directives, ids } of prepared) {
      if (directives.startDelayMs !== undefined) await sleep(directives.startDelayMs, undefined, { signal });
      if (directives.failStart === true) throw errors.engineFailed('its script says that it cannot start.');
      vectors.push(embed(ids, dimensions));
    }
    return { vectors, inputTokens: prepared.reduce((sum, { tokens }) => sum + tokens, 0) };
  }

  return {
    modelId,
    capabilities: { dimensions, inputTokens },
    async doEmbed(request, { signal, priority }: EmbedOptions) {
      const release = await admission.acquire({ signal, priority });
      try {
        return await run(request, AbortSignal.any([signal, closing.signal]));
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw closing.signal.aborted ? closed() : error;
      } finally {
        release();
      }
    },
    async countTokens(texts, { signal }: EmbedOptions) {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw closed();
      return texts.map((text) => prepare(text, 'text', Number.POSITIVE_INFINITY).tokens);
    },
    async close() {
      admission.close(closed);
      closing.abort();
    },
  };
}
