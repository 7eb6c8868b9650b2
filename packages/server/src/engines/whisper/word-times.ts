/**
 * Times of words: the attention of the alignment heads is followed along the cheapest path through tokens and positions
 * (dynamic time warping), as published with the models.
 */
import type { SpokenWord } from '../transcription-model.ts';
import type { Passage } from './decode-window.ts';
import { POSITION_SAMPLES, SAMPLE_RATE } from './encoder.ts';
import type { Encoded, Networks } from './networks.ts';
import type { Turn } from './turns.ts';
import type { Vocabulary } from './vocabulary.ts';

const POSITION_SECONDS = POSITION_SAMPLES / SAMPLE_RATE;
/** Width of the median filter over positions. */
const MEDIAN_WIDTH = 7;

export interface AlignOptions {
  passages: readonly Passage[];
  control: readonly number[];
  language: string;
  turn: Turn;
  /** Length of the audio without the silence that follows it. */
  audioSeconds: number;
  /** Where the voice is, in seconds from the start of the window. */
  voices: readonly { start: number; end: number }[];
}

/** Languages whose words are not separated by spaces. */
const UNSPACED = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

/** Returns the words of each passage. Seconds count from the start of the window. */
export async function alignWords(
  { networks, vocabulary }: { networks: Networks; vocabulary: Vocabulary },
  encoded: Encoded,
  { passages, control, language, turn, audioSeconds, voices }: AlignOptions,
): Promise<SpokenWord[][]> {
  const tokens = passages.flatMap((passage) => passage.tokens);
  if (tokens.length === 0) return passages.map(() => []);
  const head = [...control, vocabulary.noTimestamps];
  const maxTokens = networks.shape.textPositions - head.length - 1;
  const all = [...head, ...tokens.slice(0, maxTokens), vocabulary.endOfText];
  const { alignment } = await networks.start(encoded, turn).append(all, [all.length - 1]);
  const positions = Math.min(encoded.positions, Math.ceil(audioSeconds / POSITION_SECONDS));
  const costs = toCosts(alignment, positions);
  // The row of a token is that of its predecessor, which predicts it.
  const starts = startsOf(costs.slice(head.length - 1, all.length - 1), positions);
  const timeOf = (index: number) => (starts[Math.min(index, starts.length - 1)] ?? 0) * POSITION_SECONDS;
  let at = 0;
  return passages.map((passage) => {
    const words = splitWords(passage.tokens, vocabulary, UNSPACED.has(language)).map(({ text, tokens: length }) => {
      const [start, end] = [timeOf(at), timeOf(at + length)];
      at += length;
      return { word: text, ...withinVoice({ start, end }, voices) };
    });
    return withinPassage(words, passage);
  });
}

interface Span {
  start: number;
  end: number;
}

/** A word does not start before the voice behind a silence, and does not end after the voice before one. */
export function withinVoice({ start, end }: Span, voices: readonly Span[]): Span {
  const first = voices.find((voice) => voice.end > start);
  const last = voices.findLast((voice) => voice.start < end);
  // The word is in a silence.
  if (first === undefined || last === undefined || first.start >= end || last.end <= start) return { start, end };
  return { start: Math.max(start, first.start), end: Math.min(end, last.end) };
}

/** Attention weights, normalised per position and smoothed, averaged over the heads and negated: [tokens][positions]. */
function toCosts({ data, dims }: { data: Float32Array; dims: readonly number[] }, positions: number): Float32Array[] {
  const [heads = 0, tokens = 0, width = 0] = dims;
  const costs = Array.from({ length: tokens }, () => new Float32Array(positions));
  for (let head = 0; head < heads; head++) {
    const rows = Array.from({ length: tokens }, (_, token) => {
      const start = (head * tokens + token) * width;
      return softmax(data.subarray(start, start + positions));
    });
    normaliseColumns(rows, positions);
    for (const [token, row] of rows.entries()) {
      const cost = costs[token];
      if (cost === undefined) continue;
      const smooth = medianFilter(row);
      for (let i = 0; i < positions; i++) cost[i] = (cost[i] ?? 0) - (smooth[i] ?? 0) / heads;
    }
  }
  return costs;
}

function softmax(scores: Float32Array): Float32Array {
  const max = scores.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const weights = scores.map((each) => Math.exp(each - max));
  const sum = weights.reduce((total, each) => total + each, 0);
  return weights.map((each) => each / sum);
}

/** Mean 0 and standard deviation 1 over the tokens, for each position. */
function normaliseColumns(rows: readonly Float32Array[], positions: number): void {
  for (let i = 0; i < positions; i++) {
    let sum = 0;
    let squares = 0;
    for (const row of rows) {
      sum += row[i] ?? 0;
      squares += (row[i] ?? 0) ** 2;
    }
    const mean = sum / rows.length;
    const deviation = Math.sqrt(Math.max(0, squares / rows.length - mean ** 2)) || 1;
    for (const row of rows) row[i] = ((row[i] ?? 0) - mean) / deviation;
  }
}

function medianFilter(values: Float32Array): Float32Array {
  const half = (MEDIAN_WIDTH - 1) / 2;
  const window = new Float32Array(MEDIAN_WIDTH);
  // The ends are mirrored.
  const mirrored = (i: number) => Math.abs(i >= values.length ? 2 * (values.length - 1) - i : i);
  return values.map((_, at) => {
    for (let i = -half; i <= half; i++) window[i + half] = values[mirrored(at + i)] ?? 0;
    return window.toSorted()[half] ?? 0;
  });
}

/** The position at which each row starts on the cheapest monotonic path, and the end behind the last one. */
function startsOf(costs: readonly Float32Array[], positions: number): number[] {
  const rows = costs.length;
  const width = positions + 1;
  const total = new Float64Array((rows + 1) * width).fill(Number.POSITIVE_INFINITY);
  const moves = new Uint8Array((rows + 1) * width);
  total[0] = 0;
  for (let row = 1; row <= rows; row++) {
    for (let position = 1; position <= positions; position++) {
      const at = row * width + position;
      const options = [total[at - width - 1] ?? 0, total[at - width] ?? 0, total[at - 1] ?? 0];
      let move = 0;
      if ((options[1] ?? 0) < (options[move] ?? 0)) move = 1;
      if ((options[2] ?? 0) < (options[move] ?? 0)) move = 2;
      total[at] = (costs[row - 1]?.[position - 1] ?? 0) + (options[move] ?? 0);
      moves[at] = move;
    }
  }
  const starts = Array.from({ length: rows }, () => 0);
  let [row, position] = [rows, positions];
  while (row > 0 && position > 0) {
    starts[row - 1] = position - 1;
    const move = moves[row * width + position];
    if (move !== 2) row -= 1;
    if (move !== 1) position -= 1;
  }
  return [...starts, positions];
}

interface WordTokens {
  text: string;
  tokens: number;
}

/** A word starts with a space, or is a character where words are not separated. Punctuation belongs to its word. */
function splitWords(tokens: readonly number[], vocabulary: Vocabulary, isUnspaced: boolean): WordTokens[] {
  const words: WordTokens[] = [];
  let pending: number[] = [];
  for (const token of tokens) {
    pending.push(token);
    const text = vocabulary.toBytes(pending).toString('utf8');
    // The bytes of one character may be spread over several tokens.
    if (text.includes('\ufffd')) continue;
    const last = words.at(-1);
    const startsWord = last === undefined || text.startsWith(' ') || (isUnspaced && !/^[\p{P}]/u.test(text));
    if (startsWord) words.push({ text, tokens: pending.length });
    else {
      last.text += text;
      last.tokens += pending.length;
    }
    pending = [];
  }
  return words;
}

/** Words stay within their passage and in order; spaces are removed, and so are words of punctuation only. */
function withinPassage(words: readonly SpokenWord[], { start, end }: Passage): SpokenWord[] {
  let from = start;
  return words
    .filter(({ word }) => /[\p{L}\p{N}]/u.test(word))
    .map((each) => {
      const first = Math.min(end, Math.max(from, each.start));
      const last = Math.min(end, Math.max(first, each.end));
      from = last;
      return { word: each.word.trim(), start: first, end: last };
    });
}
