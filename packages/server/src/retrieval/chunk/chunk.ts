/**
 * Cuts a text into chunks for retrieval, at the best border that the token budget allows: before a heading, else after a paragraph, a
 * sentence or a line, else between words, else inside a word. Deterministic; the counter sees every character a few times at most.
 */
import { joinText, type SectionedText } from '../../extraction/extracted-text.ts';
import { findBorders, LEVEL, NEVER } from './borders.ts';
import { estimateTokens, type TokenEstimate } from './token-estimate.ts';

export interface TextChunk {
  /** Exactly the joined text from `start` to `end`. */
  text: string;
  /** Page of the first character. */
  page?: number;
  /** First character's offset in UTF-16 code units into the joined text: `joinText(text)`, the sections with nothing between them. */
  start: number;
  /** Offset behind the last character. */
  end: number;
}

export interface ChunkOptions {
  /** Most tokens of a chunk, 1 or more. */
  maxTokens: number;
  /** Most tokens that a chunk repeats of the one before; at most half of `maxTokens`. */
  overlapTokens: number;
  /** Tokens of each text. A text has at least as many as each part of it, but for a few that its borders cost. */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}

/** How full a chunk must be, by estimate, to end at a border of each level; from the best border to the worst. */
const FILLED: readonly (readonly [level: number, share: number])[] = [
  [LEVEL.heading, 0.5],
  [LEVEL.paragraph, 0.6],
  [LEVEL.sentence, 0.75],
  [LEVEL.line, 0.75],
  [LEVEL.clause, 0.85],
  // Nothing else before the budget's end: then rather a short chunk than a heading cut off from its text.
  [LEVEL.heading, 0.1],
  [LEVEL.word, 0.85],
];

/** How much of the overlap may be given up for a beginning at a border of each level. */
const LATEST: readonly (readonly [level: number, share: number])[] = [
  [LEVEL.paragraph, 0.3],
  [LEVEL.sentence, 0.5],
  [LEVEL.line, 1],
  [LEVEL.word, 1],
];

/** Counts per chunk before the estimate is no longer trusted and the stretch is simply halved. */
const MOST_ESTIMATES = 6;
/** Each estimate aims so far below the budget, to be right the first time. */
const MARGIN = 0.98;
/** A chunk that has less than this share of the tokens that were estimated is cut again, longer, once. */
const WELL_ESTIMATED = 0.8;

/**
 * Every character of the text is in a chunk, but for stretches of white space that would fill one of their own. A chunk has more than
 * `maxTokens` only when a single character has. Throws `RangeError` for options outside their ranges.
 */
export async function chunkText(text: SectionedText, options: ChunkOptions): Promise<TextChunk[]> {
  return await Array.fromAsync(eachChunk(text, options));
}

/** The same chunks one at a time, for a caller with other things to do between them. */
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

  /** The chunk from `start`, which has to go beyond `before`; it gives up its overlap where it cannot otherwise. */
  async next(start: number, before: number): Promise<{ start: number; end: number }> {
    const end = await this.#cut(start, before);
    if (end !== undefined) return { start, end };
    return { start: before, end: (await this.#cut(before, before)) ?? this.#after(before) };
  }

  /** Where the chunk after `[start, end)` begins: as early as the overlap allows, at a good border. */
  async overlap(start: number, end: number): Promise<number> {
    const { overlapTokens } = this.#options;
    if (overlapTokens === 0 || end >= this.#text.length) return end;
    let allowed = overlapTokens;
    for (let tries = 0; tries < MOST_ESTIMATES; tries++) {
      const earliest = Math.max(start + 1, this.#estimate.offset(this.#estimate.before(end) - allowed * MARGIN));
      const from = this.#firstBorder(earliest, end);
      const tokens = from < end ? await this.#count(from, end) : 0;
      if (tokens <= overlapTokens) return from;
      allowed *= (overlapTokens / tokens) * MARGIN;
    }
    return end;
  }

  /** End of a chunk from `start` within the budget, beyond `before`; undefined when there is none. */
  async #cut(start: number, before: number): Promise<number | undefined> {
    const { maxTokens } = this.#options;
    let best: number | undefined;
    /** The estimate's tokens that are aimed at; corrected by what the counter says. */
    let aim = maxTokens * MARGIN;
    for (let tries = 0; ; tries++) {
      const limit = Math.min(this.#text.length, this.#estimate.offset(this.#estimate.before(start) + aim));
      const end = this.#bestEnd(start, Math.max(limit, before + 1), before);
      const tokens = await this.#count(start, end);
      if (tokens <= maxTokens) {
        if (best === undefined || end > best) best = end;
        const share = tokens / (this.#estimate.before(end) - this.#estimate.before(start));
        if (end === this.#text.length || share > WELL_ESTIMATED || tries > 0) return best;
        aim = (maxTokens / Math.max(share, 1 / maxTokens)) * MARGIN;
      } else {
        if (best !== undefined) return best;
        if (end === this.#after(before)) return undefined;
        const share = tries < MOST_ESTIMATES ? Math.min(MARGIN, (maxTokens / tokens) * MARGIN) : 0.5;
        const tried = this.#estimate.before(end) - this.#estimate.before(start);
        aim = Math.min(aim, tried) * share;
      }
    }
  }

  async #count(start: number, end: number): Promise<number> {
    const [tokens = 0] = await this.#options.countTokens([this.#text.slice(start, end).toWellFormed()]);
    return tokens;
  }

  /** The best border in `(before, limit]`: the highest level that leaves the chunk filled enough for it, the last of those. */
  #bestEnd(start: number, limit: number, before: number): number {
    if (limit >= this.#text.length) return this.#text.length;
    for (const [level, share] of FILLED) {
      const lowest = Math.max(before + 1, start + 1, Math.ceil(start + (limit - start) * share));
      for (let at = limit; at >= lowest; at--) if (this.#is(at, level)) return at;
    }
    for (let at = limit; at > before; at--) if (this.#levels[at] !== NEVER) return at;
    return this.#after(before);
  }

  /** The best border in `[earliest, end)`: of the strong ones the first, if it comes soon enough. */
  #firstBorder(earliest: number, end: number): number {
    for (const [level, share] of LATEST) {
      const latest = earliest + (end - earliest) * share;
      for (let at = earliest; at < latest; at++) if (this.#is(at, level)) return at;
    }
    for (let at = earliest; at < end; at++) if (this.#levels[at] !== NEVER) return at;
    return end;
  }

  /** The first place behind `at` where a cut tears no character. */
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

/** Offset → page, for offsets that only grow. */
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
