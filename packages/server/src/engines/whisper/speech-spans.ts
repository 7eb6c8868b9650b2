/**
 * Finds the spans of a recording that contain speech, from the probabilities of its frames. A span starts with a frame
 * above the threshold and ends with a silence; short noises are no speech.
 */
import { HEARING_RATE, type VoiceActivity } from '../transcription-model.ts';
import { FRAME_SAMPLES } from './voice-detector.ts';

/** Positions are samples since the start of the recording. */
export interface SpeechSpan {
  start: number;
  end: number;
  /** Start and end of the voice in it, without the audio that is kept around it. */
  voice: { start: number; end: number };
  /** Whether the span has ended. */
  isClosed: boolean;
}

/** Frames of a span stay in it down to this much below the threshold. */
const HYSTERESIS = 0.15;
const MIN_SPEECH_MS = 96;
/** Audio behind speech that is kept. */
const SUFFIX_PADDING_MS = 200;

export const DEFAULT_VOICE_ACTIVITY: VoiceActivity = {
  threshold: 0.5,
  prefixPaddingMs: 300,
  silenceDurationMs: 500,
  isolatesChunks: false,
};

const toSamples = (ms: number) => Math.round((ms * HEARING_RATE) / 1000);

export class SpeechSpans {
  /** In order; they do not overlap. */
  readonly spans: SpeechSpan[] = [];
  readonly #options: VoiceActivity;
  #heard = 0;
  #open: { start: number; lastVoice: number; voiced: number } | undefined;

  constructor(options: VoiceActivity) {
    this.#options = options;
  }

  /** Samples that were heard. */
  get heard(): number {
    return this.#heard;
  }

  add(probability: number): void {
    const { threshold, silenceDurationMs } = this.#options;
    const frameEnd = this.#heard + FRAME_SAMPLES;
    const limit = this.#open === undefined ? threshold : Math.max(0.01, threshold - HYSTERESIS);
    if (probability >= limit) {
      this.#open ??= { start: this.#heard, lastVoice: frameEnd, voiced: 0 };
      this.#open.lastVoice = frameEnd;
      this.#open.voiced += FRAME_SAMPLES;
      if (this.#open.voiced >= toSamples(MIN_SPEECH_MS)) this.#extend(this.#open, false);
    }
    this.#heard = frameEnd;
    const silence = this.#open === undefined ? 0 : frameEnd - this.#open.lastVoice;
    if (silence >= toSamples(silenceDurationMs)) this.#close();
  }

  /** The recording has ended after `samples`. */
  end(samples: number): void {
    this.#close();
    const last = this.spans.at(-1);
    if (last !== undefined) last.end = Math.min(last.end, samples);
  }

  /** Removes spans that end before the position. */
  dropBefore(position: number): void {
    const kept = this.spans.findIndex(({ end, isClosed }) => !isClosed || end > position);
    this.spans.splice(0, kept < 0 ? this.spans.length : kept);
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined && open.voiced >= toSamples(MIN_SPEECH_MS)) this.#extend(open, true);
  }

  #extend({ start, lastVoice }: { start: number; lastVoice: number }, isClosed: boolean): void {
    const end = lastVoice + toSamples(SUFFIX_PADDING_MS);
    const last = this.spans.at(-1);
    if (last !== undefined && !last.isClosed) {
      Object.assign(last, { end, isClosed, voice: { ...last.voice, end: lastVoice } });
      return;
    }
    const padded = Math.max(0, last?.end ?? 0, start - toSamples(this.#options.prefixPaddingMs));
    this.spans.push({ start: padded, end, isClosed, voice: { start, end: lastVoice } });
  }
}
