/**
 * Reads format, duration, sample rate and channels of an encoded file from its frames, for tests. It shares no code
 * with the encoders.
 */

export interface AudioFacts {
  format: 'wav' | 'mp3' | 'ogg opus' | 'flac' | 'adts';
  seconds: number;
  sampleRate: number;
  channels: number;
}

/** Throws an Error for bytes of another form. */
export function readAudioFacts(bytes: Buffer): AudioFacts {
  const magic = bytes.toString('latin1', 0, 4);
  if (magic === 'RIFF') return readWav(bytes);
  if (magic === 'OggS') return readOggOpus(bytes);
  if (magic === 'fLaC') return readFlac(bytes);
  if (magic.startsWith('ID3') || isMp3Frame(bytes, 0)) return readMp3(bytes);
  if (bytes.readUInt16BE(0) >> 4 === 0xfff) return readAdts(bytes);
  throw new Error(`Unknown audio: ${JSON.stringify(magic)}.`);
}

function readWav(bytes: Buffer): AudioFacts {
  const [channels, sampleRate, bits] = [bytes.readUInt16LE(22), bytes.readUInt32LE(24), bytes.readUInt16LE(34)];
  if (bytes.toString('latin1', 36, 40) !== 'data') throw new Error('The WAV file has no data chunk.');
  return { format: 'wav', seconds: (bytes.length - 44) / (channels * (bits / 8)) / sampleRate, sampleRate, channels };
}

const MPEG2_RATES = [22_050, 24_000, 16_000];
const MPEG2_KBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const MPEG2_FRAME_SAMPLES = 576;

/** MPEG-2, layer III. */
const isMp3Frame = (bytes: Buffer, at: number) => bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xfe) === 0xf2;

function readMp3(bytes: Buffer): AudioFacts {
  const tagged = bytes.toString('latin1', 0, 3) === 'ID3';
  const sizeOf = (i: number) => (bytes[i] ?? 0) & 0x7f;
  let at = tagged ? 10 + (sizeOf(6) << 21) + (sizeOf(7) << 14) + (sizeOf(8) << 7) + sizeOf(9) : 0;
  const [third = 0, fourth = 0] = bytes.subarray(at + 2);
  const sampleRate = MPEG2_RATES[(third >> 2) & 3] ?? 0;
  let frames = 0;
  for (; at < bytes.length; frames++) {
    if (!isMp3Frame(bytes, at)) throw new Error(`No frame of MPEG-2 layer III at ${at}.`);
    const head = bytes[at + 2] ?? 0;
    at += Math.floor((72_000 * (MPEG2_KBITS[head >> 4] ?? 0)) / sampleRate) + ((head >> 1) & 1);
  }
  return {
    format: 'mp3',
    seconds: (frames * MPEG2_FRAME_SAMPLES) / sampleRate,
    sampleRate,
    channels: fourth >> 6 === 3 ? 1 : 2,
  };
}

/** The position of the last page counts samples at 48 kHz. */
function readOggOpus(bytes: Buffer): AudioFacts {
  const head = bytes.indexOf('OpusHead');
  if (head < 0) throw new Error('The Ogg file has no Opus.');
  const skip = bytes.readUInt16LE(head + 10);
  const last = bytes.lastIndexOf('OggS');
  const samples = Number(bytes.readBigInt64LE(last + 6)) - skip;
  const [channels = 0] = bytes.subarray(head + 9);
  return { format: 'ogg opus', seconds: samples / 48_000, sampleRate: bytes.readUInt32LE(head + 12), channels };
}

/** The header of a stream does not count the samples: counts the frames. */
function readFlac(bytes: Buffer): AudioFacts {
  const packed = bytes.readUInt32BE(18);
  const sampleRate = packed >>> 12;
  const channels = ((packed >>> 9) & 7) + 1;
  const blockSamples = bytes.readUInt16BE(8);
  let at = 4;
  for (let isLast = false; !isLast; at += 4 + bytes.readUIntBE(at + 1, 3)) isLast = ((bytes[at] ?? 0) & 0x80) !== 0;
  let frames = 0;
  let lastSamples = 0;
  for (; at < bytes.length - 6; at++) {
    if (bytes[at] !== 0xff || bytes[at + 1] !== 0xf8 || !isFlacHeader(bytes, at, frames)) continue;
    frames += 1;
    lastSamples = blockSize(bytes, at, blockSamples);
  }
  return { format: 'flac', seconds: ((frames - 1) * blockSamples + lastSamples) / sampleRate, sampleRate, channels };
}

/** Whether the frame at this position has the expected number, which sound rarely imitates. */
function isFlacHeader(bytes: Buffer, at: number, number: number): boolean {
  const first = bytes[at + 4] ?? 0;
  if (number < 0x80) return first === number;
  return first === (0xc0 | (number >> 6)) && bytes[at + 5] === (0x80 | (number & 0x3f));
}

function blockSize(bytes: Buffer, at: number, usual: number): number {
  const code = (bytes[at + 2] ?? 0) >> 4;
  const after = at + 4 + ((bytes[at + 4] ?? 0) < 0x80 ? 1 : 2);
  if (code === 6) return (bytes[after] ?? 0) + 1;
  if (code === 7) return bytes.readUInt16BE(after) + 1;
  if (code >= 2 && code <= 5) return 576 << (code - 2);
  return code >= 8 ? 256 << (code - 8) : usual;
}

const ADTS_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000];

function readAdts(bytes: Buffer): AudioFacts {
  const sampleRate = ADTS_RATES[((bytes[2] ?? 0) >> 2) & 15] ?? 0;
  const channels = (((bytes[2] ?? 0) & 1) << 2) | ((bytes[3] ?? 0) >> 6);
  let frames = 0;
  for (let at = 0; at < bytes.length; frames++) {
    if (bytes.readUInt16BE(at) >> 4 !== 0xfff) throw new Error(`No ADTS frame at ${at}.`);
    at += (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
  }
  return { format: 'adts', seconds: (frames * 1024) / sampleRate, sampleRate, channels };
}
