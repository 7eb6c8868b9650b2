/**
 * Embeds texts. A text that the model refuses for its length is halved until each piece has a vector, so that no part
 * of it is skipped. Chunks are cut to the context of the model; halving serves models whose context is unknown.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddingModel } from '../engines/embedding-model.ts';
import { ApiError } from '../errors/api-error.ts';

const PIECES_PER_REQUEST = 32;
/** The engine receives the next request before it has finished the first. */
const CONCURRENT_REQUESTS = 2;
/** Delay before a retry to an overloaded engine. Online requests have priority. */
const OVERLOAD_PAUSE_MS = 500;

interface Piece {
  /** Index of the text. */
  index: number;
  text: string;
}

export interface EmbeddedChunks {
  /** One list per text, in order; at least one vector each. */
  vectors: Float32Array[][];
  /** Number of embedded tokens. */
  inputTokens: number;
  /** Number of requests to the model. */
  requests: number;
}

/** Throws the errors of the model. While the engine is overloaded, it waits and retries. */
export async function embedChunks(
  model: EmbeddingModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EmbeddedChunks> {
  const result: EmbeddedChunks = { vectors: texts.map(() => []), inputTokens: 0, requests: 0 };
  const pieces = texts.map((text, index) => ({ index, text: text.trim() === '' ? text : text.trim().toWellFormed() }));
  let next = 0;
  const embedNext = async () => {
    while (next < pieces.length) {
      const part = pieces.slice(next, next + PIECES_PER_REQUEST);
      next += PIECES_PER_REQUEST;
      for (const { index, vector } of await embed(model, part, { signal, result })) result.vectors[index]?.push(vector);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, embedNext));
  } finally {
    // After a failure no further request starts.
    next = pieces.length;
  }
  return result;
}

async function embed(
  model: EmbeddingModel,
  pieces: readonly Piece[],
  { signal, result }: { signal: AbortSignal; result: EmbeddedChunks },
) {
  for (let current = [...pieces]; ; ) {
    const request = { inputs: current.map(({ text }) => text), nameInput: String };
    try {
      const { vectors, inputTokens } = await model.doEmbed(request, { signal, priority: 'batch' });
      result.inputTokens += inputTokens;
      result.requests += 1;
      return current.flatMap(({ index }, i) => {
        const vector = vectors[i];
        return vector === undefined ? [] : [{ index, vector }];
      });
    } catch (error) {
      if (codeOf(error) === 'engine_overloaded') {
        await sleep(OVERLOAD_PAUSE_MS, undefined, { signal });
        continue;
      }
      const long = indexOfTooLong(error);
      const piece = current[long ?? -1];
      if (long === undefined || piece === undefined || piece.text.length < 2) throw error;
      const { index, text } = piece;
      const halves = toPieces(text, Math.ceil(text.length / 2)).map((half) => ({ index, text: half }));
      current = current.toSpliced(long, 1, ...halves);
    }
  }
}

/** Returns the index of the input that the model refuses for its length. */
function indexOfTooLong(error: unknown): number | undefined {
  return error instanceof ApiError && codeOf(error) === 'context_length_exceeded' ? Number(error.param) : undefined;
}

const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : undefined);

/**
 * Pieces of at most `max` characters, cut at white space in their second half if there is any. Only a single piece may
 * be blank.
 */
export function toPieces(text: string, max: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOf(text, start, max);
    const piece = text.slice(start, end).trim();
    if (piece !== '') pieces.push(piece.toWellFormed());
    start = end;
  }
  return pieces.length === 0 ? [text] : pieces;
}

function endOf(text: string, start: number, max: number): number {
  const limit = start + max;
  if (limit >= text.length) return text.length;
  for (let at = limit; at > start + max / 2; at -= 1) if (/\s/u.test(text.charAt(at))) return at;
  // Does not split a surrogate pair, unless the piece would be empty.
  const splitsPair = /[\uDC00-\uDFFF]/u.test(text.charAt(limit));
  return splitsPair && limit - 1 > start ? limit - 1 : limit;
}
