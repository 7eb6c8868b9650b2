import OpenAI from 'openai';
import OpenAIv4 from 'openai-v4';
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

const RATE = 16_000;
/** The scripted model hears 440 and 880 Hz, a pause, then 300 Hz. */
const AUDIO = joinSamples(tone(440, 0.5), tone(880, 0.5), silence(1), tone(300, 0.5));
const TEXT = '440 880 300';
const file = (bytes: Uint8Array<ArrayBuffer> | string = toWave(AUDIO, RATE), name = 'tones.wav') =>
  new File([bytes], name);
type Params = OpenAI.Audio.TranscriptionCreateParams;
const transcribe = (more: Partial<Params> = {}) =>
  client.audio.transcriptions.create({ file: file(), model: 'whisper-1', ...more } as Params) as Promise<unknown>;

describe('audio.transcriptions.create', () => {
  it('returns the text with its duration for whisper-1, and with its tokens for the newer models', async () => {
    expect(await transcribe()).toEqual({
      text: TEXT,
      languages: [{ code: 'en' }],
      usage: { type: 'duration', seconds: 3 },
    });
    const counted = { input_tokens: 5, output_tokens: 3, total_tokens: 8 };
    expect(await transcribe({ model: 'gpt-4o-transcribe' })).toMatchObject({ usage: { type: 'tokens', ...counted } });
  });

  it('returns plain text, subtitles and web subtitles', async () => {
    expect(await transcribe({ response_format: 'text' })).toBe(`${TEXT}\n`);
    const [first, second] = ['00:00:00,000 --> 00:00:01,000', '00:00:02,000 --> 00:00:02,500'];
    expect(await transcribe({ response_format: 'srt' })).toBe(`1\n${first}\n440 880\n\n2\n${second}\n300\n\n`);
    const web = `${first}\n440 880\n\n${second}\n300\n\n`.replaceAll(',', '.');
    expect(await transcribe({ response_format: 'vtt' })).toBe(`WEBVTT\n\n${web}`);
  });

  it('returns segments by default in verbose JSON, and words if they are requested', async () => {
    const segments = [
      { id: 0, seek: 0, start: 0, end: 1, text: ' 440 880', tokens: [440, 880], temperature: 0.4 },
      { id: 1, seek: 200, start: 2, end: 2.5, text: ' 300', tokens: [300], temperature: 0.4 },
    ];
    const words = [
      { word: '440', start: 0, end: 0.5 },
      { word: '880', start: 0.5, end: 1 },
      { word: '300', start: 2, end: 2.5 },
    ];
    const verbose = (more: Partial<Params>) =>
      transcribe({ response_format: 'verbose_json', temperature: 0.4, ...more }) as Promise<object>;
    const plain = await verbose({});
    const head = { task: 'transcribe', language: 'english', duration: 2.5, text: TEXT };
    expect(plain).toMatchObject({ ...head, segments, usage: { type: 'duration', seconds: 3 } });
    expect(plain).not.toHaveProperty('words');
    const both = await verbose({ timestamp_granularities: ['word', 'segment'] });
    expect(both).toMatchObject({ segments, words });
    const onlyWords = await verbose({ timestamp_granularities: ['word'] });
    expect(onlyWords).toMatchObject({ words });
    expect(onlyWords).not.toHaveProperty('segments');
  });

  it('returns log probabilities if they are requested', async () => {
    const { logprobs } = (await transcribe({ include: ['logprobs'] })) as OpenAI.Audio.Transcription;
    expect(logprobs?.map(({ token }) => token)).toEqual([' 440', ' 880', ' 300']);
    expect(logprobs?.[0]).toEqual({ token: ' 440', logprob: -0.25, bytes: [32, 52, 52, 48] });
  });

  it('streams the text of each segment, then the complete text', async () => {
    const stream = await client.audio.transcriptions.create({
      file: file(),
      model: 'gpt-4o-transcribe',
      stream: true,
      include: ['logprobs'],
    });
    const events = await Array.fromAsync(stream);
    expect(events.map((event) => ('delta' in event ? event.delta : event.type))).toEqual([
      '440 880',
      ' 300',
      'transcript.text.done',
    ]);
    expect(events.at(-1)).toMatchObject({ text: TEXT, usage: { type: 'tokens', output_tokens: 3, total_tokens: 8 } });
    expect(events[0]).toMatchObject({ logprobs: [{ token: ' 440' }, { token: ' 880' }] });
  });

  it('returns an empty text for silence', async () => {
    const quiet = file(toWave(silence(3), RATE));
    expect(await transcribe({ file: quiet })).toMatchObject({ text: '', languages: [] });
    expect(await transcribe({ file: quiet, response_format: 'srt' })).toBe('');
    expect(await transcribe({ file: quiet, response_format: 'vtt' })).toBe('WEBVTT\n\n');
  });

  it.each([
    [8000, 1],
    [22_050, 2],
    [44_100, 2],
    [48_000, 6],
  ])('reads a recording of %i Hz and %i channels', async (rate, channels) => {
    const audio = joinSamples(tone(440, 1, rate), tone(880, 1, rate));
    const { text } = (await transcribe({ file: file(toWave(audio, rate, channels)) })) as { text: string };
    expect(text).toBe('440 440 880 880');
  });

  it('transcribes for version 4 of the official client', async () => {
    const older = new OpenAIv4({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
    const answer = await older.audio.transcriptions.create({ file: file(), model: 'whisper-1' });
    expect(answer.text).toBe(TEXT);
  });

  it('uses the language as a code or an English name', async () => {
    const languageOf = async (language: string) =>
      ((await transcribe({ language, response_format: 'verbose_json' })) as { language: string }).language;
    expect(await languageOf('de')).toBe('german');
    expect(await languageOf('German')).toBe('german');
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['a text', 'This is no audio.', 'could not be decoded'],
    ['a header without sound', toWave(new Float32Array(0), RATE), 'holds no sound'],
  ])('refuses %s with an error that names the file', async (_what, bytes, message) => {
    const refused = transcribe({ file: file(bytes, 'x.mp3') });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      param: 'file',
      message: expect.stringContaining(`'x.mp3' ${message}`),
    });
  });

  it.each([
    [{ response_format: 'diarized_json' }, 'response_format'],
    [{ known_speaker_names: ['Ann'] }, 'known_speaker_names'],
    [{ timestamp_granularities: ['word'] }, 'timestamp_granularities'],
    [{ response_format: 'text', include: ['logprobs'] }, 'include'],
    [{ response_format: 'srt', stream: true }, 'response_format'],
    [{ language: 'xx' }, 'language'],
    [{ language: 'fr' }, 'language'],
    [{ languages: ['en', 'fr'] }, 'languages[1]'],
    [{ temperature: 2 }, 'temperature'],
    [{ model: 'scripted' }, 'model'],
  ])('refuses %o with an error that names the parameter', async (params, param) => {
    await expect(transcribe(params as Partial<Params>)).rejects.toMatchObject({ param });
  });

  it('reports the error of the model', async () => {
    const failing = transcribe({ prompt: '@script {"failStart":true}' });
    await expect(failing).rejects.toMatchObject({ status: 500, code: 'engine_failed' });
  });

  it('accepts a strategy for chunks', async () => {
    const strategies: NonNullable<Params['chunking_strategy']>[] = [
      'auto',
      { type: 'server_vad', silence_duration_ms: 400 },
    ];
    for (const chunking_strategy of strategies) {
      expect(await transcribe({ chunking_strategy })).toMatchObject({ text: TEXT });
    }
  });

  it('refuses a file of more than 25 MB', async () => {
    const large = file(new Uint8Array(25 * 1024 ** 2 + 1), 'large.wav');
    await expect(transcribe({ file: large })).rejects.toMatchObject({ status: 413 });
  });
});
