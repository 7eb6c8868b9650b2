/**
 * Door: a model that writes down recorded speech, or translates it to English. Invariants: segments are in order and
 * within the audio, and so are their words; audio without speech yields no segment; the last event is `end`; the text
 * is that of the segments, joined; the caller of an aborted request is released within 250 ms.
 */
import type { EngineReport } from './engine-report.ts';
import type { Priority } from './language-model.ts';

export interface TranscriptionModelCapabilities {
  /** Codes of the languages; undefined = not known. */
  languages: readonly string[] | undefined;
  /** Whether it translates to English. */
  translates: boolean;
  /** Whether it returns the times of words. */
  hasWordTimes: boolean;
  /** Whether it returns log probabilities of tokens. */
  hasLogprobs: boolean;
  /** Whether segments arrive before the whole audio is transcribed. */
  streams: boolean;
}

/** Sample rate of the audio that models hear. */
export const HEARING_RATE = 16_000;

/** An audio file, encoded and decoded. */
export interface Recording {
  filename: string;
  contentType: string;
  /** The bytes of the file. */
  bytes(): AsyncIterable<Uint8Array>;
  /**
   * Decoded while it is read: mono, `HEARING_RATE` samples per second, -1 to 1. Throws ApiError `invalid_value` that
   * names the file if it is not audio.
   */
  samples(signal: AbortSignal): AsyncIterable<Float32Array>;
}

/** How speech is separated from silence. */
export interface VoiceActivity {
  /** Probability from which audio counts as speech, 0 to 1. */
  threshold: number;
  /** Audio before speech that is kept. */
  prefixPaddingMs: number;
  /** Silence that ends a chunk. */
  silenceDurationMs: number;
  /** Whether each chunk is transcribed separately. Default: chunks are joined to windows of up to 30 s. */
  isolatesChunks: boolean;
}

export interface TranscribeRequest {
  recording: Recording;
  task: 'transcribe' | 'translate';
  /** Code of the spoken language; undefined = the model detects it. */
  language: string | undefined;
  /** The languages among which it is detected; undefined = all. */
  languages: readonly string[] | undefined;
  /** Text before the audio; guides spelling and style. */
  prompt: string | undefined;
  /** 0 = the most probable text; parts that fail are repeated with higher temperatures. */
  temperature: number;
  wordTimes: boolean;
  logprobs: boolean;
  /** Default: that of the model. */
  voiceActivity: VoiceActivity | undefined;
}

export interface TranscribeOptions {
  signal: AbortSignal;
  priority: Priority;
}

export interface SpokenToken {
  text: string;
  logprob: number;
  bytes: readonly number[];
}

export interface SpokenWord {
  word: string;
  /** Seconds. */
  start: number;
  end: number;
}

export interface SpokenSegment {
  /** With the space that separates it from the segment before. */
  text: string;
  /** Seconds. */
  start: number;
  end: number;
  /** Start of the window in which it was decoded, in hundredths of a second. */
  seek: number;
  /** Token ids of the text and its times. */
  tokens: readonly number[];
  temperature: number;
  /** Mean log probability of the tokens. */
  averageLogprob: number;
  /** Length of the text divided by that of its compressed form. */
  compressionRatio: number;
  noSpeechProbability: number;
  /** Present if they were requested. */
  words?: readonly SpokenWord[];
  /** Present if they were requested. */
  logprobs?: readonly SpokenToken[];
}

export type TranscriptionEvent =
  /** Once, before the first segment. */
  | { type: 'language'; code: string }
  | { type: 'segment'; segment: SpokenSegment }
  | {
      type: 'end';
      durationSeconds: number;
      usage: { promptTokens: number; audioTokens: number; outputTokens: number };
    };

export interface TranscriptionModel {
  /** Id under which the model is listed, e.g. `whisper-base`. */
  readonly modelId: string;
  readonly capabilities: TranscriptionModelCapabilities;
  /**
   * Throws ApiError of `recording.samples`, `engine_overloaded` when its queue is full, `engine_failed` when the
   * process behind it died, and the signal's reason when it aborts.
   */
  doTranscribe(request: TranscribeRequest, options: TranscribeOptions): AsyncIterable<TranscriptionEvent>;
  /** Current load, if the engine reports it. */
  report?(): EngineReport;
  /** Frees memory; requests in flight fail with `engine_failed`. Idempotent. */
  close(): Promise<void>;
}
