/** Speech through the official JavaScript client of two generations and the Vercel AI SDK. */
import { createOpenAI } from '@ai-sdk/openai';
import { experimental_generateSpeech as generateSpeech } from 'ai';
import OpenAI from 'openai';
import OpenAIv4 from 'openai-v4';
import { describe, expect, it } from 'vitest';
import { scripted, target } from './target.ts';

const { baseURL, apiKey } = target;
const clients = [
  ['openai 7', new OpenAI({ baseURL, apiKey, maxRetries: 0 })],
  ['openai 4', new OpenAIv4({ baseURL, apiKey, maxRetries: 0 })],
] as const;
const TEXT = 'One two three. Four five six.';
/** The first bytes of each format; pcm has none. */
const MAGIC = { mp3: 'ID3', opus: 'OggS', flac: 'fLaC', wav: 'RIFF', pcm: '' } as const;

describe.runIf(scripted).each(clients)('speech with %s', (_name, client) => {
  it.each(Object.entries(MAGIC))('returns %s', async (format, magic) => {
    const response = await (client as OpenAI).audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'coral',
      input: TEXT,
      response_format: format as keyof typeof MAGIC,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString('latin1', 0, magic.length)).toBe(magic);
    expect(bytes.length).toBeGreaterThan(5000);
  });

  it('streams a body that can be read while the text is spoken', async () => {
    const response = await (client as OpenAI).audio.speech.create({
      model: 'tts-1',
      voice: 'onyx',
      input: `@script {"delayMs":300}\n${TEXT}`,
      response_format: 'pcm',
    });
    const times: number[] = [];
    for await (const _chunk of response.body as unknown as AsyncIterable<Uint8Array>) times.push(performance.now());
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
  });

  it('reports an unknown voice as an error of the parameter', async () => {
    const request = { model: 'tts-1', voice: 'nicole', input: TEXT } as OpenAI.Audio.SpeechCreateParams;
    await expect((client as OpenAI).audio.speech.create(request)).rejects.toMatchObject({
      status: 400,
      param: 'voice',
    });
  });
});

describe.runIf(scripted)('speech with the AI SDK', () => {
  it('generates speech', async () => {
    const provider = createOpenAI({ baseURL, apiKey });
    const { audio } = await generateSpeech({ model: provider.speech('tts-1'), text: TEXT, voice: 'nova', speed: 2 });
    expect(audio.format).toBe('mp3');
    expect(Buffer.from(audio.uint8Array).toString('latin1', 0, 3)).toBe('ID3');
  });
});
