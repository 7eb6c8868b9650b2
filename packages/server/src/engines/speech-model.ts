/**
 * Door: a model that speaks texts. Invariants: the parts of a speech are mono samples at `sampleRate`, in order; the
 * first part is yielded before the second sentence is spoken; `speed` changes the duration and not the pitch; an
 * abort ends the caller's wait within 250 ms, and the work with the part that is being computed.
 */
import type { EngineReport } from './engine-report.ts';
import type { Priority } from './language-model.ts';

export interface SpeechVoice {
  /** The model's own name, e.g. `af_heart`. */
  id: string;
  /** BCP 47, e.g. `en-GB`. */
  language: string;
}

export interface SpeechModelCapabilities {
  /** The first one is the default. Empty = unknown: the model itself refuses a voice. */
  voices: readonly SpeechVoice[];
  /** The voice that speaks for a name of the hosted service, e.g. `alloy` → `af_alloy`. */
  hostedVoices: Readonly<Record<string, string>>;
  /** Samples per second. */
  sampleRate: number;
  /** Whether the model follows instructions on how to speak. */
  followsInstructions: boolean;
  /** Range of `speed`. */
  speeds: { min: number; max: number };
  /** Whether parts are yielded while later ones are computed. */
  streams: boolean;
}

export interface SpeakRequest {
  /** Not empty. */
  text: string;
  /** An id of `capabilities.voices`, or any name if these are unknown. */
  voice: string;
  /** Factor of the normal speed, within `capabilities.speeds`. */
  speed: number;
  /** Only for models that follow instructions. */
  instructions?: string;
}

export interface SpeakOptions {
  signal: AbortSignal;
  priority: Priority;
}

export interface SpeechModel {
  /** Id under which the model is listed, e.g. `kokoro-82m`. */
  readonly modelId: string;
  readonly capabilities: SpeechModelCapabilities;
  /**
   * Yields 16-bit samples; a text without anything to pronounce yields silence. Throws ApiError `engine_overloaded` when
   * the queue is full, `engine_failed` when the process behind it died, `invalid_value` for a voice that does not exist,
   * and the signal's reason when it aborts. A consumer that stops early stops the work.
   */
  doSpeak(request: SpeakRequest, options: SpeakOptions): AsyncIterable<Int16Array>;
  /** Current load, if the engine reports it. */
  report?(): EngineReport;
  /** Frees memory; speeches in progress fail with `engine_failed`. Idempotent. */
  close(): Promise<void>;
}
