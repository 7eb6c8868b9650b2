import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudioFacts } from '../../../audio/testing/audio-facts.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = OpenAI.Audio.SpeechCreateParams;
const REQUEST: Params = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'One two three. Four five six.' };
/** The scripted model speaks a word in 200 ms. */
const REQUEST_SECONDS = 1.2;

const speak = (more: Partial<Params> = {}) => client.audio.speech.create({ ...REQUEST, ...more });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** Of the first second of samples at 24 kHz. */
function pitchOf(pcm: Buffer): number {
  let crossings = 0;
  for (let i = 2; i < Math.min(pcm.length, 48_000); i += 2) {
    if (pcm.readInt16LE(i - 2) < 0 && pcm.readInt16LE(i) >= 0) crossings += 1;
  }
  return crossings;
}

interface SpeechEvent {
  type: string;
  /** Of a delta. */
  audio: string;
}

async function eventsOf(response: Response): Promise<SpeechEvent[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('audio.speech.create', () => {
  const FORMATS: [NonNullable<Params['response_format']>, string, string][] = [
    ['mp3', 'audio/mpeg', 'mp3'],
    ['opus', 'audio/ogg', 'ogg opus'],
    ['flac', 'audio/flac', 'flac'],
    ['wav', 'audio/wav', 'wav'],
  ];
  it.each(FORMATS)('returns %s with its media type, duration, rate and channels', async (format, type, found) => {
    const response = await speak({ response_format: format });
    expect(response.headers.get('content-type')).toBe(type);
    const facts = readAudioFacts(await bytesOf(response));
    expect(facts).toMatchObject({ format: found, sampleRate: 24_000, channels: 1 });
    expect(Math.abs(facts.seconds - REQUEST_SECONDS)).toBeLessThan(0.05);
  });

  it('returns pcm as 16-bit samples at 24 kHz without a header', async () => {
    const response = await speak({ response_format: 'pcm' });
    expect(response.headers.get('content-type')).toBe('audio/pcm');
    expect(await bytesOf(response)).toHaveLength(2 * 24_000 * REQUEST_SECONDS);
  });

  it('returns mp3 by default', async () => {
    expect(readAudioFacts(await bytesOf(await speak())).format).toBe('mp3');
  });

  it('returns aac, or names ffmpeg where the machine has none', async () => {
    const response = await speak({ response_format: 'aac' }).catch((error: unknown) => error);
    if (response instanceof Response) {
      expect(response.headers.get('content-type')).toBe('audio/aac');
      expect(readAudioFacts(await bytesOf(response)).format).toBe('adts');
    } else {
      expect(response).toMatchObject({ status: 400, param: 'response_format', code: 'unsupported_value' });
      expect(String(response)).toContain('ffmpeg');
    }
  });

  it('speaks twice as fast at speed 2 and half as fast at speed 0.5, at the same pitch', async () => {
    const [normal, fast, slow] = await Promise.all(
      [1, 2, 0.5].map(async (speed) => bytesOf(await speak({ response_format: 'pcm', speed }))),
    );
    expect(fast?.length).toBe((normal?.length ?? 0) / 2);
    expect(slow?.length).toBe((normal?.length ?? 0) * 2);
    expect(pitchOf(slow ?? Buffer.alloc(0))).toBe(pitchOf(normal ?? Buffer.alloc(0)));
  });

  it('has a different voice for each name of the API, and accepts the names of the model', async () => {
    const names = 'alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar'.split(' ');
    const pitches: number[] = [];
    for (const voice of names) pitches.push(pitchOf(await bytesOf(await speak({ voice, response_format: 'pcm' }))));
    expect(new Set(pitches).size).toBe(13);
    const own = await bytesOf(await speak({ voice: 'scripted_echo', response_format: 'pcm' }));
    expect(pitchOf(own)).toBe(pitches[4]);
  });

  it('sends the audio of the first sentence before the second one is spoken', async () => {
    const input = '@script {"delayMs":400}\nOne two three. Four five six. Seven.';
    const started = performance.now();
    const response = await speak({ input, response_format: 'pcm' });
    expect(response.headers.get('content-length')).toBeNull();
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    const firstMs = performance.now() - started;
    expect(value?.length).toBeGreaterThan(0);
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read());
    expect(performance.now() - started - firstMs).toBeGreaterThan(500);
  });

  it('returns events with base64 audio and usage for stream_format sse', async () => {
    const response = await speak({ stream_format: 'sse', response_format: 'pcm' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await eventsOf(response);
    const last = events.pop();
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['speech.audio.delta']));
    const audio = Buffer.concat(events.map(({ audio }) => Buffer.from(audio, 'base64')));
    expect(audio.equals(await bytesOf(await speak({ response_format: 'pcm' })))).toBe(true);
    expect(events.length).toBeGreaterThan(1);
    expect(last).toEqual({
      type: 'speech.audio.done',
      usage: { input_tokens: 8, output_tokens: 24, total_tokens: 32 },
    });
  });

  const REFUSED: [string, object, string, string][] = [
    ['an empty text', { input: ' \n' }, 'input', 'empty_string'],
    ['no text', { input: undefined }, 'input', 'missing_required_parameter'],
    ['a text of 4,097 characters', { input: 'a'.repeat(4097) }, 'input', 'string_above_max_length'],
    ['no voice', { voice: undefined }, 'voice', 'missing_required_parameter'],
    ['an unknown voice', { voice: 'nicole' }, 'voice', 'invalid_value'],
    ['the name of an inherited property as a voice', { voice: 'constructor' }, 'voice', 'invalid_value'],
    ['a custom voice', { voice: { id: 'voice_1' } }, 'voice', 'unsupported_value'],
    ['another format', { response_format: 'ogg' }, 'response_format', 'invalid_value'],
    ['a speed below 0.25', { speed: 0.2 }, 'speed', 'decimal_below_min_value'],
    ['a speed above 4', { speed: 4.1 }, 'speed', 'decimal_above_max_value'],
    ['instructions', { instructions: 'Whisper.' }, 'instructions', 'unsupported_parameter'],
    ['another stream format', { stream_format: 'ws' }, 'stream_format', 'invalid_value'],
    ['an unknown field', { pitch: 2 }, 'pitch', 'unknown_parameter'],
  ];
  it.each(REFUSED)('refuses %s in a request for speech by name', async (_what, more, param, code) => {
    const response = await server.post('/v1/audio/speech', { ...REQUEST, ...more });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, code, type: 'invalid_request_error' } });
  });

  it('accepts 4,096 characters, counted as in Unicode', async () => {
    const response = await speak({ input: '😀'.repeat(4096), response_format: 'pcm' });
    expect((await bytesOf(response)).length).toBeGreaterThan(0);
  });

  it('names the voices of the model in the error for an unknown voice', async () => {
    await expect(speak({ voice: 'nicole' })).rejects.toThrow(/alloy, ash, .*scripted_alloy/);
  });

  it('refuses to speak with a chat model, and returns 503 while no speech model is installed', async () => {
    await expect(speak({ model: 'scripted' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    const without = await startTestServer({ scripted: 'false' });
    const response = await without.post('/v1/audio/speech', REQUEST);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'model_unavailable' } });
    await without.close();
  });

  it('returns an error as JSON when the engine fails before the first audio', async () => {
    for (const stream_format of ['audio', 'sse'] as const) {
      const failing = speak({ input: '@script {"failStart":true}\nOne.', stream_format });
      await expect(failing).rejects.toMatchObject({ status: 500, code: 'engine_failed' });
    }
  });

  it('breaks the connection when the engine fails after the first audio', async () => {
    const input = '@script {"crashAfter":1,"delayMs":100}\nOne two. Three four.';
    const response = await speak({ input, response_format: 'pcm' });
    await expect(bytesOf(response)).rejects.toThrow();
    const events = await eventsOf(await speak({ input, response_format: 'pcm', stream_format: 'sse' }));
    expect(events.at(-1)).toMatchObject({ error: { code: 'engine_failed' } });
  });

  it('stops speaking for disconnected clients, so that the next request does not wait', async () => {
    const input = `@script {"delayMs":200}\n${'One. '.repeat(50)}`;
    // The engine serves four requests in parallel.
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    for (const { signal } of controllers) {
      await client.audio.speech.create({ ...REQUEST, input, response_format: 'pcm' }, { signal });
    }
    const left = performance.now();
    for (const controller of controllers) controller.abort();
    await bytesOf(await speak({ response_format: 'pcm' }));
    expect(performance.now() - left).toBeLessThan(1000);
  });
});
