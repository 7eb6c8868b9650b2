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
const FALLBACK_TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1];

export interface DecodeOptions {
  /** Tokens of the language and the task. */
  control: readonly number[];
  /** Tokens of the prompt. */
  prompt: readonly number[];
  temperature: number;
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
  /** Whether the text is probably invented. */
  isDoubtful: boolean;
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
  const temperatures = options.temperature === 0 ? FALLBACK_TEMPERATURES : [options.temperature];
  let written: WrittenWindow | undefined;
  for (const temperature of temperatures) {
    written = await decodeOnce(whisper, encoded, { ...options, temperature });
    if (!needsFallback(written)) break;
  }
  return written as WrittenWindow;
}

function needsFallback({ compressionRatio, averageLogprob, noSpeechProbability }: WrittenWindow): boolean {
  const failed = compressionRatio > MAX_COMPRESSION_RATIO || averageLogprob < MIN_AVERAGE_LOGPROB;
  return failed && noSpeechProbability <= MAX_NO_SPEECH_PROBABILITY;
}

async function decodeOnce(
  { networks, vocabulary }: LoadedWhisper,
  encoded: Encoded,
  { control, prompt, temperature, audioSeconds, turn }: DecodeOptions,
): Promise<WrittenWindow> {
  const maxTokens = networks.shape.textPositions / 2;
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
    if (tokens.length >= maxTokens - 1) break;
    logits = (await text.append([token], [0])).logits[0];
  }
  const averageLogprob = sum / (tokens.length + 1);
  const compressionRatio = compressionRatioOf(vocabulary.toBytes(tokens));
  const isSilent = noSpeechProbability > MAX_NO_SPEECH_PROBABILITY && averageLogprob < MIN_AVERAGE_LOGPROB;
  return {
    tokens,
    logprobs,
    temperature,
    averageLogprob,
    compressionRatio,
    noSpeechProbability,
    isDoubtful: isSilent,
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
