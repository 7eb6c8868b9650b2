/**
 * Door: encodes mono samples to the bytes of an audio file while they arrive. Invariants: bytes are yielded as soon as
 * the format allows; a consumer that stops early stops the work.
 */

export const AUDIO_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

export interface EncodeOptions {
  format: AudioFormat;
  /** Samples per second of the input. */
  sampleRate: number;
  signal: AbortSignal;
}

export interface AudioEncoder {
  /** Why the format cannot be encoded on this machine, as a sentence; undefined = it can. */
  findObstacle(format: AudioFormat): Promise<string | undefined>;
  /** Throws an Error if the encoder fails, and the signal's reason when it aborts. */
  encode(samples: AsyncIterable<Int16Array>, options: EncodeOptions): AsyncIterable<Uint8Array>;
  /** Ends processes; encodings in progress fail. Idempotent. */
  close(): Promise<void>;
}

/** Of a format with its container: `opus` is Opus in Ogg, `aac` is ADTS. */
export const CONTENT_TYPES: Readonly<Record<AudioFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};
