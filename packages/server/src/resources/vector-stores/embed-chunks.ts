/**
 * Texts → their vectors. Where the model finds one longer than what it reads at once, it is halved until each piece has a vector, so that
 * nothing of it goes unread: chunks are cut to fit, but for a model that does not say what it takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import { ApiError } from '../../errors/api-error.ts';

const PIECES_AT_ONCE = 32;
/** An engine whose line is full is asked again: requests go before this. */
const OVERLOAD_PAUSE_MS = 500;

interface Piece {
  /** Of the text that it is a piece of. */
  index: number;
  text: string;
}

/** One list of vectors per text, in order; at least one each. */
export async function embedChunks(
  model: EmbeddingModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Float32Array[][]> {
  const vectors: Float32Array[][] = texts.map(() => []);
  let pieces: Piece[] = [];
  const flush = async () => {
    for (const { index, vector } of await embed(model, pieces, signal)) vectors[index]?.push(vector);
    pieces = [];
  };
  for (const [index, text] of texts.entries()) {
    pieces.push({ index, text: text.trim() === '' ? text : text.trim().toWellFormed() });
    if (pieces.length === PIECES_AT_ONCE) await flush();
  }
  if (pieces.length > 0) await flush();
  return vectors;
}

async function embed(model: EmbeddingModel, pieces: readonly Piece[], signal: AbortSignal) {
  for (let fitting = [...pieces]; ; ) {
    const request = { inputs: fitting.map(({ text }) => text), nameInput: String };
    try {
      const { vectors } = await model.doEmbed(request, { signal, priority: 'batch' });
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
