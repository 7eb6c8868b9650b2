import { afterAll, describe, expect, it } from 'vitest';
import type { AudioFormat } from './audio-encoder.ts';
import { createAudioEncoder } from './encode-audio.ts';
import { LibavProcess } from './libav/libav-process.ts';
import { readAudioFacts } from './testing/audio-facts.ts';

const SAMPLE_RATE = 24_000;
const encoder = createAudioEncoder();
afterAll(() => encoder.close());

/** A rising tone in parts of an odd length. */
async function* tone(seconds: number, partSamples = 7001): AsyncGenerator<Int16Array> {
  const total = Math.round(seconds * SAMPLE_RATE);
  for (let start = 0; start < total; start += partSamples) {
    yield Int16Array.from({ length: Math.min(partSamples, total - start) }, (_, i) => {
      const time = (start + i) / SAMPLE_RATE;
      return 8000 * Math.sin(2 * Math.PI * (200 + 100 * time) * time);
    });
  }
}

const signal = new AbortController().signal;

async function encode(format: AudioFormat, samples: AsyncIterable<Int16Array>): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const bytes of encoder.encode(samples, { format, sampleRate: SAMPLE_RATE, signal })) {
    if (bytes.length > 0) parts.push(Buffer.from(bytes));
  }
  return parts;
}

const FORMATS: [AudioFormat, string][] = [
  ['wav', 'wav'],
  ['mp3', 'mp3'],
  ['opus', 'ogg opus'],
  ['flac', 'flac'],
];

describe('encoding audio', () => {
  it.each(FORMATS)('encodes %s with the duration, rate and channels of the samples', async (format, expected) => {
    for (const seconds of [0.4, 3.21]) {
      const facts = readAudioFacts(Buffer.concat(await encode(format, tone(seconds))));
      expect(facts).toMatchObject({ format: expected, sampleRate: SAMPLE_RATE, channels: 1 });
      expect(Math.abs(facts.seconds - seconds)).toBeLessThan(0.05);
    }
  });

  it('encodes pcm as the samples themselves, little-endian', async () => {
    const bytes = Buffer.concat(await encode('pcm', tone(0.1)));
    expect(bytes).toHaveLength(2 * 2400);
    const [first] = await Array.fromAsync(tone(0.1));
    expect(bytes.readInt16LE(200)).toBe(first?.[100]);
  });

  it.each(FORMATS)('yields bytes of %s before the last samples exist', async (format) => {
    let given = 0;
    async function* slow() {
      for await (const part of tone(4, 24_000)) {
        given += 1;
        yield part;
      }
    }
    const seen: number[] = [];
    for await (const bytes of encoder.encode(slow(), { format, sampleRate: SAMPLE_RATE, signal })) {
      if (bytes.length > 1000) seen.push(given);
    }
    expect(seen[0]).toBeLessThan(3);
  });

  it('encodes speech of no samples to a file without sound', async () => {
    for (const [format] of FORMATS) {
      const bytes = Buffer.concat(await encode(format, tone(0)));
      expect(bytes.length, format).toBeGreaterThan(0);
    }
  });

  it('encodes several files at the same time to the same bytes as one after the other', async () => {
    const one = Buffer.concat(await encode('flac', tone(1)));
    const several = await Promise.all(Array.from({ length: 4 }, () => encode('flac', tone(1))));
    for (const parts of several) expect(Buffer.concat(parts).equals(one)).toBe(true);
  });

  it('rejects with the error of the samples, and encodes the next file', async () => {
    async function* broken() {
      yield* tone(0.5);
      throw new Error('no more samples');
    }
    await expect(encode('mp3', broken())).rejects.toThrow('no more samples');
    expect((await encode('mp3', tone(0.5))).length).toBeGreaterThan(0);
  });

  it('starts another process after the encoding process died', async () => {
    const libav = new LibavProcess();
    const run = (samples: AsyncIterable<Int16Array>) =>
      Array.fromAsync(libav.encode(samples, { format: 'flac', sampleRate: SAMPLE_RATE, signal }));
    async function* killing() {
      yield* tone(0.5);
      process.kill(libav.pid ?? 0, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 200));
      yield* tone(0.5);
    }
    await expect(run(killing())).rejects.toThrow(/encod/);
    expect((await run(tone(0.5))).length).toBeGreaterThan(0);
    await libav.close();
  });

  it('ends its process after an idle time', async () => {
    const libav = new LibavProcess({ idleMs: 50 });
    await Array.fromAsync(libav.encode(tone(0.1), { format: 'mp3', sampleRate: SAMPLE_RATE, signal }));
    expect(libav.pid).toBeGreaterThan(0);
    await expect.poll(() => libav.pid).toBeUndefined();
  });

  it('names ffmpeg where AAC cannot be encoded, and encodes AAC where it can', async () => {
    const obstacle = await encoder.findObstacle('aac');
    expect(await encoder.findObstacle('mp3')).toBeUndefined();
    if (obstacle !== undefined) return expect(obstacle).toContain('`ffmpeg`');
    const facts = readAudioFacts(Buffer.concat(await encode('aac', tone(2))));
    expect(facts).toMatchObject({ format: 'adts', sampleRate: SAMPLE_RATE, channels: 1 });
    expect(Math.abs(facts.seconds - 2)).toBeLessThan(0.1);
  });
});
