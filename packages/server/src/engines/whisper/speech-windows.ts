/**
 * Cuts a recording of any length into windows of speech for the model, which hears up to 30 s. Silence between windows
 * is skipped. Memory: the audio from the start of the next window on, at most `MAX_WINDOW_SAMPLES` and one piece.
 */
import { HEARING_RATE, type VoiceActivity } from '../transcription-model.ts';
import { type SpeechSpan, SpeechSpans } from './speech-spans.ts';
import { FRAME_SAMPLES, type VoiceDetector } from './voice-detector.ts';

export interface SpeechWindow {
  /** Position of the first sample in the recording. */
  start: number;
  samples: Float32Array;
  /** Seconds from the start of the window; in order. Between them is silence. */
  voices: readonly { start: number; end: number }[];
  /** Whether speech continues at the end. */
  isCut: boolean;
}

export interface SpeechWindowsOptions {
  detector: VoiceDetector;
  voiceActivity: VoiceActivity;
  /** Returns the next samples; undefined = the recording has ended. */
  read(): Promise<Float32Array | undefined>;
}

const seconds = (count: number) => Math.round(count * HEARING_RATE);
/** The rest of the 30 s is silence that shows the model where the speech ends. */
const MAX_WINDOW_SAMPLES = seconds(29);
/** A pause of this length ends every window. */
const LONG_PAUSE_SAMPLES = seconds(2.5);
/** A shorter one ends a window that has at least `GOOD_WINDOW_SAMPLES`. */
const PAUSE_SAMPLES = seconds(1);
const GOOD_WINDOW_SAMPLES = seconds(10);
/** Speech without a pause is cut where it is least loud, within this time before the limit. */
const CUT_RANGE_SAMPLES = seconds(6);
/** Speech shorter than this behind a consumed window is its echo. */
const MIN_REST_SAMPLES = seconds(0.1);

export class SpeechWindows {
  readonly #options: SpeechWindowsOptions;
  readonly #spans: SpeechSpans;
  #buffer = new Float32Array(0);
  /** Position of the first sample of the buffer. */
  #bufferStart = 0;
  #consumed = 0;
  #hasEnded = false;

  constructor(options: SpeechWindowsOptions) {
    this.#options = options;
    this.#spans = new SpeechSpans(options.voiceActivity);
  }

  /** Samples of the recording that were read. */
  get readSamples(): number {
    return this.#bufferStart + this.#buffer.length;
  }

  /** Returns the next window; undefined = no speech is left. */
  async next(): Promise<SpeechWindow | undefined> {
    for (;;) {
      const found = this.#find();
      if (found !== undefined) return this.#cut(found);
      if (this.#hasEnded) return undefined;
      await this.#read();
    }
  }

  /** The audio from the position on, within the last window, belongs to the next window. */
  rewind(position: number): void {
    this.#consumed = Math.min(this.#consumed, position);
  }

  /** Start and end of the next window; undefined = more audio is needed, or there is no speech. */
  #find(): { start: number; end: number; isCut: boolean } | undefined {
    // Dropped here, not with the window: a window may be rewound.
    this.#spans.dropBefore(this.#consumed + MIN_REST_SAMPLES);
    const { spans } = this.#spans;
    const [first] = spans;
    if (first === undefined) return undefined;
    const start = Math.max(first.start, this.#consumed);
    const limit = start + MAX_WINDOW_SAMPLES;
    let end = start;
    for (const [i, span] of spans.entries()) {
      if (i > 0 && (this.#options.voiceActivity.isolatesChunks || this.#separates(span, { start, end }))) {
        return { start, end, isCut: false };
      }
      if (span.end > limit) return i > 0 ? { start, end, isCut: false } : this.#cutSpeech(limit);
      if (!span.isClosed) return undefined;
      end = span.end;
    }
    const isDecided = this.#hasEnded || this.#spans.heard - end >= LONG_PAUSE_SAMPLES || this.#spans.heard >= limit;
    const isDone = isDecided || (this.#options.voiceActivity.isolatesChunks && this.#spans.heard > end);
    return isDone ? { start, end, isCut: false } : undefined;
  }

  #separates(span: SpeechSpan, window: { start: number; end: number }): boolean {
    const pause = span.start - window.end;
    return pause >= LONG_PAUSE_SAMPLES || (pause >= PAUSE_SAMPLES && window.end - window.start >= GOOD_WINDOW_SAMPLES);
  }

  /** The quietest tenth of a second before the limit. */
  #cutSpeech(limit: number): { start: number; end: number; isCut: boolean } {
    const start = limit - MAX_WINDOW_SAMPLES;
    const step = seconds(0.1);
    let best = { at: limit, energy: Number.POSITIVE_INFINITY };
    for (let at = limit - CUT_RANGE_SAMPLES; at + step <= Math.min(limit, this.readSamples); at += step) {
      const from = at - this.#bufferStart;
      const energy = this.#buffer.subarray(from, from + step).reduce((sum, value) => sum + value * value, 0);
      if (energy < best.energy) best = { at: at + step / 2, energy };
    }
    return { start, end: best.at, isCut: true };
  }

  #cut({ start, end, isCut }: { start: number; end: number; isCut: boolean }): SpeechWindow {
    const until = Math.min(end, this.readSamples);
    this.#consumed = until;
    const samples = this.#buffer.slice(start - this.#bufferStart, until - this.#bufferStart);
    const toSeconds = (position: number) => (Math.min(until, Math.max(start, position)) - start) / HEARING_RATE;
    const voices = this.#spans.spans
      .filter(({ voice }) => voice.end > start && voice.start < until)
      .map(({ voice }) => ({ start: toSeconds(voice.start), end: toSeconds(voice.end) }));
    return { start, samples, voices, isCut };
  }

  async #read(): Promise<void> {
    const piece = await this.#options.read();
    if (piece === undefined) {
      this.#hasEnded = true;
      await this.#hear(true);
      this.#spans.end(this.readSamples);
      return;
    }
    const kept = this.#buffer.subarray(this.#firstNeeded() - this.#bufferStart);
    const joined = new Float32Array(kept.length + piece.length);
    joined.set(kept);
    joined.set(piece, kept.length);
    this.#bufferStart += this.#buffer.length - kept.length;
    this.#buffer = joined;
    await this.#hear(false);
  }

  /** The first sample that a later window may contain. */
  #firstNeeded(): number {
    const [first] = this.#spans.spans;
    const padding = seconds(this.#options.voiceActivity.prefixPaddingMs / 1000) + seconds(1);
    const start = first?.start ?? this.#spans.heard - padding;
    const needed = first === undefined ? start : Math.max(start, this.#consumed - seconds(30));
    return Math.min(this.readSamples, Math.max(this.#bufferStart, needed));
  }

  /** `isLast`: an incomplete frame is completed by silence. */
  async #hear(isLast: boolean): Promise<void> {
    while (this.#spans.heard + (isLast ? 1 : FRAME_SAMPLES) <= this.readSamples) {
      const from = this.#spans.heard - this.#bufferStart;
      const frame = new Float32Array(FRAME_SAMPLES);
      frame.set(this.#buffer.subarray(from, from + FRAME_SAMPLES));
      this.#spans.add(await this.#options.detector.hear(frame));
    }
  }
}
