import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinSamples, tone, toWave } from '../../../engines/testing/recordings.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

const RATE = 16_000;
/** The scripted transcription model writes down the pitch of tones. */
const SPEECH = Buffer.from(toWave(joinSamples(tone(440, 0.5), tone(880, 0.5)), RATE)).toString('base64');

const messagesWith = (data: string): OpenAI.ChatCompletionMessageParam[] => [
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Heard: ' },
      { type: 'input_audio', input_audio: { data, format: 'wav' } },
    ],
  },
];

async function start(settings: Record<string, string>) {
  const server = await startTestServer(settings);
  const { chat } = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const ask = (data: string) => chat.completions.create({ model: 'scripted', messages: messagesWith(data) });
  return { server, ask };
}

describe('recordings in messages for a model that does not hear', () => {
  let server: TestServer;
  let ask: (data: string) => Promise<OpenAI.ChatCompletion>;
  beforeAll(async () => {
    ({ server, ask } = await start({ chatAudio: 'transcribe' }));
  });
  afterAll(() => server.close());

  it('are read as their transcripts if the operator allows it', async () => {
    const { choices } = await ask(SPEECH);
    expect(choices[0]?.message.content).toBe('Heard: 440 880');
  });

  it('are refused by their place if they are no audio', async () => {
    const param = 'messages[0].content[1].input_audio.data';
    await expect(ask(Buffer.from('no audio').toString('base64'))).rejects.toMatchObject({ status: 400, param });
    await expect(ask('')).rejects.toMatchObject({ status: 400, param });
  });

  it('are refused by name without the setting', async () => {
    const other = await start({});
    const param = 'messages[0].content[1].type';
    await expect(other.ask(SPEECH)).rejects.toMatchObject({ status: 400, param });
    await other.server.close();
  });
});
