/**
 * Texts → their vectors. Where the model finds one longer than what it reads at once, it is halved until each piece has a vector, so that
 * nothing of it goes unread: chunks are cut to fit, but for a model that does not say what it takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import { ApiError } from '../../errors/api-error.ts';

const PIECES_AT_ONCE = 32;
/** The engine has the next ones when it has done the first. */
const REQUESTS_AT_ONCE = 2;
/** An engine whose line is full is asked again: requests go before this. */
const OVERLOAD_PAUSE_MS = 500;

interface Piece {
  /** Of the text that it is a piece of. */
  index: number;
  text: string;
}

export interface EmbeddedChunks {
  /** One list per text, in order; at least one vector each. */
  vectors: Float32Array[][];
  /** Tokens that were embedded. */
  inputTokens: number;
  /** How often the model was asked. */
  requests: number;
}

/** Throws what the model throws, but asks an overloaded engine again. */
export async function embedChunks(
  model: EmbeddingModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EmbeddedChunks> {
  const result: EmbeddedChunks = { vectors: texts.map(() => []), inputTokens: 0, requests: 0 };
  const pieces = texts.map((text, index) => ({ index, text: text.trim() === '' ? text : text.trim().toWellFormed() }));
  let next = 0;
  const lane = async () => {
    while (next < pieces.length) {
      const part = pieces.slice(next, next + PIECES_AT_ONCE);
      next += PIECES_AT_ONCE;
      for (const { index, vector } of await embed(model, part, { signal, result })) result.vectors[index]?.push(vector);
    }
  };
  try {
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, lane));
  } finally {
    // After a fault nobody asks for more.
    next = pieces.length;
  }
  return result;
}

async function embed(
  model: EmbeddingModel,
  pieces: readonly Piece[],
  { signal, result }: { signal: AbortSignal; result: EmbeddedChunks },
) {
  for (let fitting = [...pieces]; ; ) {
    const request = { inputs: fitting.map(({ text }) => text), nameInput: String };
    try {
      const { vectors, inputTokens } = await model.doEmbed(request, { signal, priority: 'batch' });
      result.inputTokens += inputTokens;
      result.requests += 1;
      return fitting.flatMap(({ index }, i) => {
        const vector = vectors[i];
        return vector === undefined ? [] : [{ index, vector }];
      });
    } catch (error) {
      if (codeOf(error) === 'engine_overloaded') {
        await sleep(OVERLOAD_PAUSE_MS, undefined, { signal });
        continue;
      }
      const long = tooLong(error);
      const piece = fitting[long ?? -1];
      if (long === undefined || piece === undefined || piece.text.length < 2) throw error;
      const { index, text } = piece;
      const halves = toPieces(text, Math.ceil(text.length / 2)).map((half) => ({ index, text: half }));
      fitting = fitting.toSpliced(long, 1, ...halves);
    }
  }
}

/** The place of the input that the model refuses for its length. */
function tooLong(error: unknown): number | undefined {
  return error instanceof ApiError && codeOf(error) === 'context_length_exceeded' ? Number(error.param) : undefined;
}

const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : undefined);

/** Pieces of at most `most` characters, cut at white space where there is some in their second half; none is blank but the only one. */
export function toPieces(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOf(text, start, most);
    const piece = text.slice(start, end).trim();
    if (piece !== '') pieces.push(piece.toWellFormed());
    start = end;
  }
  return pieces.length === 0 ? [text] : pieces;
}

function endOf(text: string, start: number, most: number): number {
  const limit = start + most;
  if (limit >= text.length) return text.length;
  for (let at = limit; at > start + most / 2; at -= 1) if (/\s/u.test(text.charAt(at))) return at;
  // Not between the halves of a surrogate pair, unless nothing else is left.
  const inside = /[\uDC00-\uDFFF]/u.test(text.charAt(limit));
  return inside && limit - 1 > start ? limit - 1 : limit;
}
