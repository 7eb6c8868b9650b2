/** Transcription through the official JavaScript client of two generations and the Vercel AI SDK. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { transcribe } from 'ai';
import OpenAI from 'openai';
import OpenAIv4 from 'openai-v4';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const { baseURL, apiKey } = target;
const clients = [
  ['openai 7', new OpenAI({ baseURL, apiKey, maxRetries: 0 })],
  ['openai 4', new OpenAIv4({ baseURL, apiKey, maxRetries: 0 })],
] as const;
/** The scripted engine writes down pitches. */
const bytes = await readFile(join(REPOSITORY, 'examples/meeting-transcriber/meeting.de.wav'));
const file = () => new File([bytes], 'meeting.wav', { type: 'audio/wav' });

describe.runIf(scripted).each(clients)('transcription with %s', (_name, either) => {
  const { audio } = either as OpenAI;

  it('returns each format', async () => {
    const request = { file: file(), model: 'whisper-1' } as const;
    const { text } = await audio.transcriptions.create(request);
    expect(text).toMatch(/^\d+( \d+)+$/);
    expect(await audio.transcriptions.create({ ...request, response_format: 'text' })).toBe(`${text}\n`);
    expect(await audio.transcriptions.create({ ...request, response_format: 'srt' })).toMatch(/^1\n00:00:00,000 --> /);
    expect(await audio.transcriptions.create({ ...request, response_format: 'vtt' })).toMatch(
      /^WEBVTT\n\n00:00:00.000/,
    );
    const verbose = await audio.transcriptions.create({
      ...request,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(verbose).toMatchObject({ text, language: 'english', duration: expect.closeTo(11.58, 1) });
    expect(verbose.words?.map(({ word }) => word).join(' ')).toBe(text);
    expect(verbose.segments?.map((segment) => segment.text).join('')).toBe(` ${text}`);
  });

  it('streams deltas that join to the text', async () => {
    const stream = await audio.transcriptions.create({ file: file(), model: 'gpt-4o-transcribe', stream: true });
    let joined = '';
    let whole = '';
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') joined += event.delta;
      if (event.type === 'transcript.text.done') whole = event.text;
    }
    expect(joined).not.toBe('');
    expect(joined).toBe(whole);
  });

  it('translates', async () => {
    const { text } = await audio.translations.create({ file: file(), model: 'whisper-1' });
    expect(text).toMatch(/^(\d+ hertz ?)+$/);
  });

  it('reports a file that is no audio as an error of the parameter', async () => {
    const broken = new File(['text'], 'a.mp3');
    await expect(audio.transcriptions.create({ file: broken, model: 'whisper-1' })).rejects.toMatchObject({
      status: 400,
      param: 'file',
    });
  });
});

describe.runIf(scripted)('transcription with the AI SDK', () => {
  it('returns the text, its segments, and the duration', async () => {
    const provider = createOpenAI({ baseURL, apiKey });
    const result = await transcribe({ model: provider.transcription('whisper-1'), audio: bytes });
    expect(result.text).toMatch(/^\d+( \d+)+$/);
    expect(result.durationInSeconds).toBeCloseTo(11.58, 1);
    expect(result.segments.length).toBeGreaterThan(0);
  });
});
