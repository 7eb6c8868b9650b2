/** The whole way from files of people to words, with Whisper base. Skipped without the model and the recordings. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readRecording,
  realWhisperPath,
  recordingsFolder,
  SENTENCES,
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

  it('transcribes 20 files at once, each as if alone', { timeout: TIMEOUT_MS }, async () => {
    const wave = readRecording(SENTENCES[4]?.[0] ?? '');
    const { text } = await transcribe(wave);
    const texts = await Promise.all(Array.from({ length: 20 }, async () => (await transcribe(wave)).text));
    expect(new Set(texts)).toEqual(new Set([text]));
  });
});
