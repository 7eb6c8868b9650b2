/**
 * The protocol between the server and the process that encodes with libav. Invariant: each `open`, `samples` and `end`
 * yields one `bytes` or one `failed` with its id; a `cancel` yields nothing.
 */

export type LibavFormat = 'mp3' | 'opus' | 'flac';

export type ToLibav =
  | { type: 'open'; id: number; format: LibavFormat; sampleRate: number }
  | { type: 'samples'; id: number; samples: Int16Array }
  | { type: 'end'; id: number }
  | { type: 'cancel'; id: number };

export type FromLibav =
  /** The bytes of the file that exist so far and were not sent; may be empty. */
  { type: 'bytes'; id: number; bytes: Uint8Array } | { type: 'failed'; id: number; message: string };
