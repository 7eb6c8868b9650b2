import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinSamples, silence, tone, toWave } from '../../../engines/testing/recordings.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

const AUDIO = joinSamples(tone(440, 0.5), silence(1), tone(300, 0.5));
type Params = OpenAI.Audio.TranslationCreateParams;
const translate = (more: Partial<Params> = {}) =>
  client.audio.translations.create({
    file: new File([toWave(AUDIO, 16_000)], 'tones.wav'),
    model: 'whisper-1',
    ...more,
  } as Params) as Promise<unknown>;

describe('audio.translations.create', () => {
  it('returns the English text in every format', async () => {
    expect(await translate()).toEqual({ text: '440 hertz 300 hertz' });
    expect(await translate({ response_format: 'text' })).toBe('440 hertz 300 hertz\n');
    expect(await translate({ response_format: 'srt' })).toContain('1\n00:00:00,000 --> 00:00:00,500\n440 hertz\n');
    expect(await translate({ response_format: 'vtt' })).toContain('00:00:01.500 --> 00:00:02.000\n300 hertz\n');
    expect(await translate({ response_format: 'verbose_json' })).toMatchObject({
      task: 'translate',
      language: 'english',
      duration: 2,
      text: '440 hertz 300 hertz',
      segments: [{ text: ' 440 hertz' }, { text: ' 300 hertz' }],
    });
  });

  it('refuses a file that is no audio with an error that names it', async () => {
    const refused = translate({ file: new File(['text'], 'a.mp3') });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'file' });
  });

  it('refuses formats and parameters that translations do not have', async () => {
    await expect(translate({ response_format: 'diarized_json' as 'json' })).rejects.toMatchObject({
      param: 'response_format',
    });
    await expect(translate({ language: 'de' } as Partial<Params>)).rejects.toMatchObject({ param: 'language' });
  });
});
