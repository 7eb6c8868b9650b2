/** Encodes audio: raw samples here, compressed formats in other processes, which are started on first use. */
import { endianness } from 'node:os';
import type { AudioEncoder, AudioFormat, EncodeOptions } from './audio-encoder.ts';
import { encodeWithFfmpeg, hasFfmpeg } from './ffmpeg.ts';
import { LibavProcess } from './libav/libav-process.ts';
import { toWavHeader } from './wav-header.ts';

type Encode = (samples: AsyncIterable<Int16Array>, options: EncodeOptions) => AsyncIterable<Uint8Array>;

const NO_FFMPEG =
  'AAC is encoded by the program `ffmpeg`, which was not found on this machine. Install it, or use mp3, opus, flac, wav or pcm.';

export function createAudioEncoder(): AudioEncoder {
  const libav = new LibavProcess();
  const encoders: Readonly<Record<AudioFormat, Encode>> = {
    pcm: encodePcm,
    wav: encodeWav,
    aac: encodeWithFfmpeg,
    mp3: (samples, options) => libav.encode(samples, { ...options, format: 'mp3' }),
    opus: (samples, options) => libav.encode(samples, { ...options, format: 'opus' }),
    flac: (samples, options) => libav.encode(samples, { ...options, format: 'flac' }),
  };
  return {
    findObstacle: async (format) => (format === 'aac' && !(await hasFfmpeg()) ? NO_FFMPEG : undefined),
    encode: (samples, options) => encoders[options.format](samples, options),
    close: () => libav.close(),
  };
}

async function* encodePcm(samples: AsyncIterable<Int16Array>): AsyncGenerator<Uint8Array> {
  for await (const part of samples) yield toLittleEndian(part);
}

async function* encodeWav(
  samples: AsyncIterable<Int16Array>,
  { sampleRate }: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  let header: Buffer | undefined = toWavHeader(sampleRate);
  // The header waits for the first samples, so that an error before them is reported as one.
  for await (const part of samples) {
    yield header === undefined ? toLittleEndian(part) : Buffer.concat([header, toLittleEndian(part)]);
    header = undefined;
  }
  if (header !== undefined) yield header;
}

function toLittleEndian(samples: Int16Array): Buffer {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap16();
}
