/** The whole way from files of people to words, with Whisper base. Skipped without the model and the recordings. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readRecording,
  realWhisperPath,
  recordingsFolder,
  SENTENCES,
  WORD_TIMES,
} from '../../engines/whisper/testing/real-speech.ts';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

const TIMEOUT_MS = 300_000;

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('-', ' ')
    .match(/[a-z0-9']+/g) ?? [];

/** Insertions, deletions and substitutions. */
function errorsOf(expected: readonly string[], found: readonly string[]): number {
  let row = Array.from({ length: found.length + 1 }, (_, i) => i);
  for (const [i, word] of expected.entries()) {
    const next = [i + 1];
    for (const [j, other] of found.entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (word === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

interface TimedWord {
  word: string;
  start: number;
  end: number;
}

/** How far starts and ends differ from the reference, in seconds. A word with a hyphen is two of the reference. */
function differencesOf(words: readonly TimedWord[], reference: string): number[] {
  const known = [...reference.matchAll(/(\S+) (\S+) (\S+)/g)].map(([, word = '', start, end]) => {
    return { word: word === 'mister' ? 'mr' : word, start: Number(start), end: Number(end) };
  });
  let at = 0;
  return words.flatMap(({ word, start, end }) => {
    const parts = wordsOf(word);
    const [first, last] = [known[at], known[at + parts.length - 1]];
    at += parts.length;
    if (first === undefined || last === undefined || first.word !== parts[0]) return [];
    return [Math.abs(start - first.start), Math.abs(end - last.end)];
  });
}

describe.skipIf(realWhisperPath === undefined || recordingsFolder === undefined)('Whisper base', () => {
  let server: TestServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await startTestServer({ scripted: 'false', models: realWhisperPath ?? '' });
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0, timeout: TIMEOUT_MS });
  }, TIMEOUT_MS);
  afterAll(() => server.close());

  const transcribe = (bytes: Uint8Array) =>
    client.audio.transcriptions.create({ file: new File([Uint8Array.from(bytes)], 'a.wav'), model: 'whisper-1' });

  it('writes down sentences of people with at most 2 errors in 86 words', { timeout: TIMEOUT_MS }, async () => {
    let [errors, words] = [0, 0];
    for (const [file, expected] of SENTENCES) {
      const { text } = await transcribe(readRecording(file));
      errors += errorsOf(wordsOf(expected), wordsOf(text));
      words += wordsOf(expected).length;
    }
    expect(words).toBe(86);
    expect(errors).toBeLessThanOrEqual(2);
  });

  it('gives each word of a sentence its time, within 200 ms of another method for most', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const differences: number[] = [];
    for (const [file] of SENTENCES.slice(0, Object.keys(WORD_TIMES).length)) {
      const { words = [] } = await client.audio.transcriptions.create({
        file: new File([Uint8Array.from(readRecording(file))], 'a.wav'),
        model: 'whisper-1',
        response_format: 'verbose_json',
        timestamp_granularities: ['word'],
      });
      const number = /(\d+)\.wav$/.exec(file)?.[1] ?? '';
      differences.push(...differencesOf(words, WORD_TIMES[number] ?? ''));
    }
    const near = differences.filter((seconds) => seconds <= 0.2).length;
    console.log(`${near} of ${differences.length} starts and ends within 200 ms`);
    expect(differences.length).toBeGreaterThanOrEqual(120);
    expect(near / differences.length).toBeGreaterThanOrEqual(0.9);
  });

  it('transcribes 20 files at once, each as if alone', { timeout: TIMEOUT_MS }, async () => {
    const wave = readRecording(SENTENCES[4]?.[0] ?? '');
    const { text } = await transcribe(wave);
    const texts = await Promise.all(Array.from({ length: 20 }, async () => (await transcribe(wave)).text));
    expect(new Set(texts)).toEqual(new Set([text]));
  });
});
