/**
 * Cuts a text into chunks for retrieval, at the best border within the token limit: before a heading, else after a
 * paragraph, a sentence or a line, else between words, else inside a word. Deterministic. Each character is counted a
 * few times at most.
 */
import { joinText, type SectionedText } from '../../extraction/extracted-text.ts';
import { findBorders, LEVEL, NEVER } from './borders.ts';
import { estimateTokens, type TokenEstimate } from './token-estimate.ts';

export interface TextChunk {
  /** The joined text from `start` to `end`. */
  text: string;
  /** Page of the first character. */
  page?: number;
  /** Offset of the first character in the joined text `joinText(text)`, in UTF-16 code units. */
  start: number;
  /** Offset after the last character. */
  end: number;
}

export interface ChunkOptions {
  /** Maximum tokens per chunk, 1 or more. */
  maxTokens: number;
  /** Maximum tokens that a chunk repeats from the previous one; at most half of `maxTokens`. */
  overlapTokens: number;
  /**
   * Counts the tokens of each text. A text has at least as many as each part of it, except for a few at the borders.
   */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}

/** Minimum estimated share of the token limit for a chunk that ends at a border of each level, best border first. */
const MIN_FILL: readonly (readonly [level: number, share: number])[] = [
  [LEVEL.heading, 0.5],
  [LEVEL.paragraph, 0.6],
  [LEVEL.sentence, 0.75],
  [LEVEL.line, 0.75],
  [LEVEL.clause, 0.85],
  // If there is no other border before the limit, a short chunk is better than a heading without its text.
  [LEVEL.heading, 0.1],
  [LEVEL.word, 0.85],
];

/** Maximum share of the overlap that is given up to start at a border of each level. */
const MAX_OVERLAP_LOSS: readonly (readonly [level: number, share: number])[] = [
  [LEVEL.paragraph, 0.3],
  [LEVEL.sentence, 0.5],
  [LEVEL.line, 1],
  [LEVEL.word, 1],
];

/** After this many counts per chunk, the length is halved instead of estimated. */
const MAX_ESTIMATES = 6;
/** Estimates aim at this share of the limit, so that the first one is usually within it. */
const MARGIN = 0.98;
/** A chunk with a smaller share of the estimated tokens is cut once more, with a greater length. */
const MIN_ESTIMATE_SHARE = 0.8;

/**
 * Every character of the text is in a chunk, except for white space that would fill a chunk alone. A chunk exceeds
 * `maxTokens` only if a single character does. Throws `RangeError` for options outside their ranges.
 */
export async function chunkText(text: SectionedText, options: ChunkOptions): Promise<TextChunk[]> {
  return await Array.fromAsync(eachChunk(text, options));
}

/** Yields the same chunks one at a time, so that other work can run between them. */
export async function* eachChunk(text: SectionedText, options: ChunkOptions): AsyncGenerator<TextChunk> {
  const { maxTokens, overlapTokens } = options;
  if (!(maxTokens >= 1)) throw new RangeError(`maxTokens is ${maxTokens}; it must be 1 or more.`);
  if (!(overlapTokens >= 0 && overlapTokens <= maxTokens / 2)) {
    throw new RangeError(`overlapTokens is ${overlapTokens}; it must be from 0 to half of maxTokens.`);
  }
  const joined = joinText(text);
  const estimate = await estimateTokens(joined, options.countTokens);
  const cutter = new Cutter(joined, findBorders(joined, text), { ...options, estimate });
  const pageAt = pages(text);
  for (let start = 0, end = 0; end < joined.length; ) {
    const before = end;
    ({ start, end } = await cutter.next(start, before));
    const slice = joined.slice(start, end);
    if (joined.slice(before, end).trim() !== '') {
      const page = pageAt(start);
      yield page === undefined ? { text: slice, start, end } : { text: slice, page, start, end };
    }
    start = await cutter.overlap(start, end);
  }
}

class Cutter {
  readonly #text: string;
  readonly #levels: Uint8Array;
  readonly #options: ChunkOptions;
  readonly #estimate: TokenEstimate;

  constructor(text: string, levels: Uint8Array, { estimate, ...options }: ChunkOptions & { estimate: TokenEstimate }) {
    this.#text = text;
    this.#levels = levels;
    this.#options = options;
    this.#estimate = estimate;
  }

  /**
   * Returns the chunk from `start`, which must end after `before`. It starts at `before`, without overlap, if it cannot
   * otherwise.
   */
  async next(start: number, before: number): Promise<{ start: number; end: number }> {
    const end = await this.#cut(start, before);
    if (end !== undefined) return { start, end };
    return { start: before, end: (await this.#cut(before, before)) ?? this.#after(before) };
  }

  /** Returns the start of the chunk after `[start, end)`: at a good border, as early as the overlap allows. */
  async overlap(start: number, end: number): Promise<number> {
    const { overlapTokens } = this.#options;
    if (overlapTokens === 0 || end >= this.#text.length) return end;
    let allowed = overlapTokens;
    for (let tries = 0; tries < MAX_ESTIMATES; tries++) {
      const earliest = Math.max(start + 1, this.#estimate.offset(this.#estimate.before(end) - allowed * MARGIN));
      const from = this.#firstBorder(earliest, end);
      const tokens = from < end ? await this.#count(from, end) : 0;
      if (tokens <= overlapTokens) return from;
      allowed *= (overlapTokens / tokens) * MARGIN;
    }
    return end;
  }

  /**
   * Returns the end of a chunk from `start` within the token limit and after `before`, or undefined if there is none.
   */
  async #cut(start: number, before: number): Promise<number | undefined> {
    const { maxTokens } = this.#options;
    let best: number | undefined;
    /** Estimated tokens to aim at, corrected by each count. */
    let aim = maxTokens * MARGIN;
    for (let tries = 0; ; tries++) {
      const limit = Math.min(this.#text.length, this.#estimate.offset(this.#estimate.before(start) + aim));
      const end = this.#bestEnd(start, Math.max(limit, before + 1), before);
      const tokens = await this.#count(start, end);
      if (tokens <= maxTokens) {
        if (best === undefined || end > best) best = end;
        const share = tokens / (this.#estimate.before(end) - this.#estimate.before(start));
        if (end === this.#text.length || share > MIN_ESTIMATE_SHARE || tries > 0) return best;
        aim = (maxTokens / Math.max(share, 1 / maxTokens)) * MARGIN;
      } else {
        if (best !== undefined) return best;
        if (end === this.#after(before)) return undefined;
        const share = tries < MAX_ESTIMATES ? Math.min(MARGIN, (maxTokens / tokens) * MARGIN) : 0.5;
        const tried = this.#estimate.before(end) - this.#estimate.before(start);
        aim = Math.min(aim, tried) * share;
      }
    }
  }

  async #count(start: number, end: number): Promise<number> {
    const [tokens = 0] = await this.#options.countTokens([this.#text.slice(start, end).toWellFormed()]);
    return tokens;
  }

  /** Returns the best border in `(before, limit]`: the last one of the highest level whose minimum fill it reaches. */
  #bestEnd(start: number, limit: number, before: number): number {
    if (limit >= this.#text.length) return this.#text.length;
    for (const [level, share] of MIN_FILL) {
      const lowest = Math.max(before + 1, start + 1, Math.ceil(start + (limit - start) * share));
      for (let at = limit; at >= lowest; at--) if (this.#is(at, level)) return at;
    }
    for (let at = limit; at > before; at--) if (this.#levels[at] !== NEVER) return at;
    return this.#after(before);
  }

  /**
   * Returns the best border in `[earliest, end)`: the first one of the highest level within its maximum overlap loss.
   */
  #firstBorder(earliest: number, end: number): number {
    for (const [level, share] of MAX_OVERLAP_LOSS) {
      const latest = earliest + (end - earliest) * share;
      for (let at = earliest; at < latest; at++) if (this.#is(at, level)) return at;
    }
    for (let at = earliest; at < end; at++) if (this.#levels[at] !== NEVER) return at;
    return end;
  }

  /** Returns the first position after `at` where a cut splits no character. */
  #after(at: number): number {
    let next = at + 1;
    while (next < this.#text.length && this.#levels[next] === NEVER) next++;
    return next;
  }

  #is(at: number, level: number): boolean {
    const found = this.#levels[at] ?? 0;
    return found >= level && found !== NEVER;
  }
}

/** Returns the function from offset to page, for ascending offsets. */
function pages({ sections }: SectionedText): (offset: number) => number | undefined {
  let index = 0;
  let end = sections[0]?.text.length ?? 0;
  return (offset) => {
    while (offset >= end && index < sections.length - 1) {
      index += 1;
      end += sections[index]?.text.length ?? 0;
    }
    return sections[index]?.page;
  };
}
