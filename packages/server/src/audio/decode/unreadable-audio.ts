/** Failures of decoding, in both processes. */

/** The file cannot be decoded. `message` is a predicate whose subject is the file. */
export class UnreadableAudio extends Error {
  override readonly name = 'UnreadableAudio';
}

/** Sent by the process before it ends with an error. */
export interface DecodeFailure {
  reason: string;
}

export const DECODED_RATE = 16_000;
/** Longer audio is refused: a small file may claim days of silence. */
export const MAX_AUDIO_SECONDS = 12 * 3600;
