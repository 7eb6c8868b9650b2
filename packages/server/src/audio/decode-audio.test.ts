import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AudioFormat } from './audio-encoder.ts';
import { DECODED_RATE } from './decode/unreadable-audio.ts';
import { decodeAudio } from './decode-audio.ts';
import { createAudioEncoder } from './encode-audio.ts';
import { hasFfmpeg } from './ffmpeg.ts';
import { toWavHeader } from './wav-header.ts';

const RATE = 24_000;
const SECONDS = 3;
const encoder = createAudioEncoder();
const folder = mkdtempSync(join(tmpdir(), 'selfsame-decode-'));
afterAll(async () => {
  await encoder.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A tone of 440 Hz. */
const samples = (seconds = SECONDS) =>
  Int16Array.from({ length: seconds * RATE }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * i) / RATE + 0.1));

async function encode(format: AudioFormat, seconds?: number): Promise<Buffer> {
  const source = async function* () {
    yield samples(seconds);
  };
  const signal = new AbortController().signal;
  return Buffer.concat(await Array.fromAsync(encoder.encode(source(), { format, sampleRate: RATE, signal })));
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** Seconds and pitch of what is decoded. */
async function hear(bytes: Uint8Array): Promise<{ seconds: number; hertz: number }> {
  let count = 0;
  let crossings = 0;
  let last = 0;
  for await (const piece of decodeAudio(inPieces(bytes), new AbortController().signal)) {
    count += piece.length;
    for (const value of piece) {
      // Codecs leave a little noise in silence.
      if (Math.abs(value) < 0.02) continue;
      if (Math.sign(value) !== Math.sign(last)) crossings += 1;
      last = value;
    }
  }
  const seconds = count / DECODED_RATE;
  return { seconds, hertz: crossings / 2 / seconds };
}

/** Headers of 0 channels, 1 MHz and so on. */
function wave(change: (header: Buffer) => void, audio = samples()): Buffer {
  const header = toWavHeader(RATE);
  header.writeUInt32LE(audio.byteLength, 40);
  change(header);
  return Buffer.concat([header, Buffer.from(audio.buffer)]);
}

let encoded: Readonly<Record<'wav' | 'mp3' | 'opus' | 'flac', Buffer>>;
beforeAll(async () => {
  const [wav, mp3, opus, flac] = await Promise.all([encode('wav'), encode('mp3'), encode('opus'), encode('flac')]);
  encoded = { wav, mp3, opus, flac };
});

describe('decodeAudio', () => {
  it.each(['wav', 'mp3', 'opus', 'flac'] as const)('decodes %s to mono samples at 16 kHz', async (format) => {
    const { seconds, hertz } = await hear(encoded[format]);
    expect(seconds).toBeCloseTo(SECONDS, 1);
    expect(Math.abs(hertz - 440)).toBeLessThan(10);
  });

  it('yields the first samples of a long file before it has read the rest', async () => {
    const long = Buffer.concat([toWavHeader(RATE), Buffer.from(samples(600).buffer)]);
    const pieces = decodeAudio(inPieces(long), new AbortController().signal);
    const { value } = await pieces.next();
    expect(value?.length).toBeGreaterThanOrEqual(160_000);
    expect(value?.length).toBeLessThan(600_000);
    await pieces.return(undefined);
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const pieces = decodeAudio(inPieces(encoded.mp3), controller.signal);
    controller.abort(new Error('left'));
    await expect(pieces.next()).rejects.toThrow('left');
  });
});

/** Deterministic bytes. */
function noise(length: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

function withNoise(bytes: Buffer, seed: number): Buffer {
  const copy = Buffer.from(bytes);
  for (const [i, value] of noise(200, seed).entries()) copy[(i * 997 + value * 31) % copy.length] = value;
  return copy;
}

/** An ID3 tag with a picture of the size. */
function coverArt(bytes: number): Buffer {
  const picture = Buffer.concat([Buffer.from('\0image/png\0\u0003\0', 'latin1'), noise(bytes, 9)]);
  const frame = Buffer.concat([Buffer.from('APIC'), Buffer.alloc(6), picture]);
  frame.writeUInt32BE(picture.length, 4);
  const tag = Buffer.concat([Buffer.from('ID3\u0003\0\0', 'latin1'), Buffer.alloc(4), frame]);
  for (let i = 0; i < 4; i++) tag[6 + i] = (frame.length >> (7 * (3 - i))) & 127;
  return tag;
}

describe('hostile audio', () => {
  const box = (type: string, size: number, rest: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(size);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, rest]);
  };
  const programStream = Buffer.concat([Buffer.of(0, 0, 1, 0xba), noise(5000, 3)]);
  const refused: [string, () => Buffer][] = [
    ...Array.from({ length: 12 }, (_, i): [string, () => Buffer] => [
      `noise ${i}`,
      () => Buffer.concat([Buffer.of(0x10), noise(1 + 3 ** i, i + 1)]),
    ]),
    ['a text', () => Buffer.from('This is no audio. '.repeat(500))],
    ['a page', () => Buffer.from('<!doctype html><audio src="http://127.0.0.1/"></audio>')],
    ['a playlist', () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
    ['a list of files', () => Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n")],
    ['compressed zeros', () => deflateSync(Buffer.alloc(20_000_000))],
    ['a RIFF header alone', () => Buffer.from('RIFF\0\0\0\0WAVE', 'latin1')],
    ['no channels', () => wave((header) => void header.writeUInt16LE(0, 22))],
    ['a sample rate of 0', () => wave((header) => void header.writeUInt32LE(0, 24))],
    ['an unknown codec', () => wave((header) => void header.writeUInt16LE(0x7777, 20))],
    ['an MP4 header alone', () => box('ftyp', 24, Buffer.from('M4A \0\0\0\0isommp42', 'latin1'))],
    [
      'an MP4 file of noise',
      () => Buffer.concat([box('ftyp', 16, Buffer.from('isom\0\0\0\0', 'latin1')), noise(9000, 2)]),
    ],
    ['an MP4 box that claims 4 GB', () => box('ftyp', 0xffffffff, noise(4000, 5))],
    ['a program stream of noise', () => programStream],
    ['AAC frames of noise', () => Buffer.concat([Buffer.of(0xff, 0xf1), noise(5000, 4)])],
    ['an Ogg page of noise', () => Buffer.concat([Buffer.from('OggS'), noise(5000, 6)])],
    ['a FLAC header of noise', () => Buffer.concat([Buffer.from('fLaC'), noise(5000, 7)])],
    ['a WebM header of noise', () => Buffer.concat([Buffer.of(0x1a, 0x45, 0xdf, 0xa3), noise(5000, 8)])],
    ['cover art alone', () => coverArt(100_000)],
  ];

  it.each(refused)('refuses %s with a reason', { timeout: 30_000 }, async (_name, make) => {
    await expect(hear(make())).rejects.toMatchObject({ name: 'UnreadableAudio', message: expect.any(String) });
  });

  const damaged: [string, () => Buffer][] = [
    ...(['wav', 'mp3', 'opus', 'flac'] as const).flatMap((format) =>
      [0.999, 0.5, 0.1, 0.02, 0.002].map((part): [string, () => Buffer] => [
        `${format}, of which ${part * 100} % are left`,
        () => encoded[format].subarray(0, Math.ceil(encoded[format].length * part)),
      ]),
    ),
    ...(['mp3', 'opus', 'flac'] as const).flatMap((format) =>
      [1, 2, 3].map((seed): [string, () => Buffer] => [
        `${format} with wrong bytes ${seed}`,
        () => withNoise(encoded[format], seed),
      ]),
    ),
    ['a WAV file that claims 4 GB', () => wave((header) => void header.writeUInt32LE(0xffffffff, 40))],
    ['a WAV file of 1 MHz', () => wave((header) => void header.writeUInt32LE(1_000_000, 24))],
    ['a WAV file of 255 channels', () => wave((header) => void header.writeUInt16LE(255, 22))],
    ['an MP3 file with cover art', () => Buffer.concat([coverArt(300_000), encoded.mp3])],
    ['an MP3 file behind noise', () => Buffer.concat([noise(3000, 11), encoded.mp3])],
  ];

  it.each(damaged)('decodes or refuses %s, and ends', { timeout: 30_000 }, async (_name, make) => {
    const outcome = await hear(make()).catch((error: Error) => error.name);
    if (typeof outcome === 'string') expect(outcome).toBe('UnreadableAudio');
    else expect(outcome.seconds).toBeLessThan(60);
  });

  it('decodes a good file after all of these', async () => {
    expect((await hear(encoded.flac)).seconds).toBeCloseTo(SECONDS, 1);
  });
});

const CONTAINERS: [string, string[]][] = [
  ['flac', ['-c:a', 'flac']],
  ['mp3', ['-c:a', 'libmp3lame']],
  ['mp4', ['-c:a', 'aac']],
  ['mpeg', ['-c:a', 'mp2', '-f', 'mpeg']],
  ['mpga', ['-c:a', 'libmp3lame', '-f', 'mp3']],
  ['m4a', ['-c:a', 'aac']],
  ['ogg', ['-c:a', 'libvorbis']],
  ['wav', ['-c:a', 'pcm_s24le']],
  ['webm', ['-c:a', 'libopus']],
];

describe.skipIf(!(await hasFfmpeg()))('files of ffmpeg', () => {
  const cases = CONTAINERS.flatMap(([extension, codec]) =>
    [16_000, 44_100, 48_000].flatMap((rate) => [1, 2].map((channels) => ({ extension, codec, rate, channels }))),
  );
  it.each(cases)('decodes $extension of $rate Hz and $channels channels', { timeout: 30_000 }, async (facts) => {
    const { extension, codec, rate, channels } = facts;
    const [input, output] = [join(folder, 'tone.wav'), join(folder, `${rate}-${channels}.${extension}`)];
    writeFileSync(input, encoded.wav);
    // Opus has rates of its own.
    const rates = extension === 'webm' && rate === 44_100 ? [] : ['-ar', String(rate)];
    const { status } = spawnSync('ffmpeg', [
      '-y',
      '-v',
      'error',
      '-i',
      input,
      ...rates,
      '-ac',
      `${channels}`,
      ...codec,
      output,
    ]);
    expect(status).toBe(0);
    const { seconds, hertz } = await hear(readFileSync(output));
    expect(Math.abs(seconds - SECONDS)).toBeLessThan(0.15);
    expect(Math.abs(hertz - 440)).toBeLessThan(10);
  });
});
