/**
 * Writes down one window of audio. Follows the published procedure: a text that repeats itself, or of which the model is
 * unsure, is decoded again with a higher temperature.
 */
import { deflateSync } from 'node:zlib';
import type { Encoded, Networks } from './networks.ts';
import { choose, createRandom, probabilityOf } from './sample.ts';
import { createRules } from './token-rules.ts';
import type { Turn } from './turns.ts';
import { TIMESTAMP_SECONDS, type Vocabulary } from './vocabulary.ts';

/** Thresholds of the published procedure. */
const MAX_COMPRESSION_RATIO = 2.4;
const MIN_AVERAGE_LOGPROB = -1;
const MAX_NO_SPEECH_PROBABILITY = 0.6;
/** Speech has fewer tokens; a text with more is a loop. */
const MAX_TOKENS_PER_SECOND = 14;
const MIN_TOKENS = 16;
const FALLBACK_TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1];

export interface DecodeOptions {
  /** Tokens of the language and the task. */
  control: readonly number[];
  /** Tokens of the prompt. */
  prompt: readonly number[];
  temperature: number;
  /** Whether a text that fails is decoded again with higher temperatures. */
  mayRepeat: boolean;
  audioSeconds: number;
  turn: Turn;
}

export interface WrittenWindow {
  /** Text and times, without control tokens. */
  tokens: readonly number[];
  logprobs: readonly number[];
  temperature: number;
  averageLogprob: number;
  compressionRatio: number;
  noSpeechProbability: number;
  /** Whether the text repeats itself, or the model is unsure of it. */
  isFailed: boolean;
  /** Whether the text is probably invented, because nothing is spoken. */
  isInvented: boolean;
  promptTokens: number;
}

export interface LoadedWhisper {
  networks: Networks;
  vocabulary: Vocabulary;
}

export async function decodeWindow(
  whisper: LoadedWhisper,
  encoded: Encoded,
  options: DecodeOptions,
): Promise<WrittenWindow> {
  const { temperature: first, mayRepeat } = options;
  const temperatures = first === 0 && mayRepeat ? FALLBACK_TEMPERATURES : [first];
  let best: WrittenWindow | undefined;
  for (const temperature of temperatures) {
    const written = await decodeOnce(whisper, encoded, { ...options, temperature });
    if (!written.isFailed) return written;
    if (best === undefined || isBetter(written, best)) best = written;
  }
  return best as WrittenWindow;
}

/** Of two failed texts, one that does not repeat itself is better, then the one of which the model is surer. */
function isBetter(one: WrittenWindow, other: WrittenWindow): boolean {
  const [repeats, otherRepeats] = [one, other].map(({ compressionRatio: ratio }) => ratio > MAX_COMPRESSION_RATIO);
  return repeats === otherRepeats ? one.averageLogprob > other.averageLogprob : otherRepeats === true;
}

async function decodeOnce(
  { networks, vocabulary }: LoadedWhisper,
  encoded: Encoded,
  { control, prompt, temperature, audioSeconds, turn }: DecodeOptions,
): Promise<WrittenWindow> {
  const maxTokens = networks.shape.textPositions / 2;
  const limit = Math.min(maxTokens - 1, Math.ceil(MIN_TOKENS + audioSeconds * MAX_TOKENS_PER_SECOND));
  const kept = prompt.slice(-(maxTokens - 1));
  const head = [...(kept.length > 0 ? [vocabulary.startOfPrevious, ...kept] : []), ...control];
  const text = networks.start(encoded, turn);
  const start = head.length - control.length;
  const applyRules = createRules(vocabulary, { audioSeconds });
  const random = createRandom(1 + Math.round(temperature * 10));
  const tokens: number[] = [];
  const logprobs: number[] = [];
  let sum = 0;
  const [first, next] = (await text.append(head, [start, head.length - 1])).logits;
  const noSpeechProbability = first === undefined ? 0 : probabilityOf(first, vocabulary.noSpeech);
  let logits = next;
  while (logits !== undefined) {
    applyRules(logits, tokens);
    const { token, logprob } = choose(logits, temperature, random);
    sum += logprob;
    if (token === vocabulary.endOfText) break;
    tokens.push(token);
    logprobs.push(logprob);
    if (tokens.length >= limit) break;
    logits = (await text.append([token], [0])).logits[0];
  }
  const averageLogprob = sum / (tokens.length + 1);
  const compressionRatio = compressionRatioOf(vocabulary.toBytes(tokens));
  const isUnsure = averageLogprob < MIN_AVERAGE_LOGPROB;
  return {
    tokens,
    logprobs,
    temperature,
    averageLogprob,
    compressionRatio,
    noSpeechProbability,
    isFailed: isUnsure || compressionRatio > MAX_COMPRESSION_RATIO,
    isInvented: isUnsure && noSpeechProbability > MAX_NO_SPEECH_PROBABILITY,
    promptTokens: kept.length,
  };
}

export function compressionRatioOf(text: Uint8Array): number {
  return text.length === 0 ? 0 : text.length / deflateSync(text).length;
}

/** A run of text between two times. Seconds count from the start of the window. */
export interface Passage {
  start: number;
  end: number;
  tokens: readonly number[];
  logprobs: readonly number[];
}

export interface Passages {
  passages: readonly Passage[];
  /** Where the text stops if the model opened another passage without writing it; undefined = it read everything. */
  stoppedAt: number | undefined;
}

/** Cuts the tokens of a window at its pairs of times. */
export function toPassages(
  { tokens, logprobs }: Pick<WrittenWindow, 'tokens' | 'logprobs'>,
  vocabulary: Vocabulary,
  audioSeconds: number,
): Passages {
  const { firstTimestamp } = vocabulary;
  const passages: Passage[] = [];
  let open: { start: number; tokens: number[]; logprobs: number[] } | undefined;
  let lastTime = 0;
  for (const [i, token] of tokens.entries()) {
    if (token < firstTimestamp) {
      open ??= { start: lastTime, tokens: [], logprobs: [] };
      open.tokens.push(token);
      open.logprobs.push(logprobs[i] ?? 0);
      continue;
    }
    const time = Math.min(audioSeconds, (token - firstTimestamp) * TIMESTAMP_SECONDS);
    if (open !== undefined) passages.push({ ...open, end: time });
    open = undefined;
    lastTime = time;
  }
  if (open !== undefined) passages.push({ ...open, end: audioSeconds });
  const [last, previous] = [tokens.at(-1) ?? 0, tokens.at(-2) ?? 0];
  const opensAnother = last >= firstTimestamp && previous >= firstTimestamp;
  return { passages, stoppedAt: opensAnother ? lastTime : undefined };
}
