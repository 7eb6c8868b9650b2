import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { silence, tone, toRecording, transcriptionOf } from '../testing/recordings.ts';
import { runTranscriptionModelConformance } from '../transcription-model.conformance.ts';
import type { TranscribeRequest } from '../transcription-model.ts';
import { upstreamOf } from './testing/upstream-of.ts';
import { createUpstreamTranscriptionModel } from './transcription-model.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ checkResponses: 'false' });
});
afterAll(() => server.close());

const WHOLE_FILES = 'an upstream gets whole files, as bytes';

runTranscriptionModelConformance(
  'a Selfsame server as an upstream',
  async () => {
    const upstream = upstreamOf([`${server.url}/v1`]);
    const names = { modelId: 'far', upstreamId: 'scripted-transcription' };
    return { model: createUpstreamTranscriptionModel(upstream, names), speech: tone(440, 3) };
  },
  {
    skip: [
      { test: 'returns log probabilities of tokens whose bytes are the text', reason: 'a Whisper model returns none' },
      { test: 'detects the language among the requested ones', reason: 'upstreams do not take several languages' },
      { test: 'yields segments before it has read the whole recording', reason: WHOLE_FILES },
      { test: 'fails with the error of a recording that cannot be decoded', reason: WHOLE_FILES },
      { test: 'releases the caller of an aborted request within 250 ms', reason: 'the scripted upstream is too fast' },
      {
        test: 'fails requests in flight with engine_failed when it is closed',
        reason: 'the scripted upstream is too fast',
      },
    ],
  },
);

describe('an odd upstream of transcription', () => {
  let odd: Server;
  let answer: unknown;
  let received: { path: string | undefined; form: FormData };
  beforeAll(async () => {
    odd = createServer((request, response) => {
      void buffer(request).then(async (bytes) => {
        const type = request.headers['content-type'] ?? '';
        const body = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
        if (request.method === 'POST') received = { path: request.url, form: await body.formData() };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => odd.close());

  const transcribe = async (more: Partial<TranscribeRequest> = {}, upstreamId = 'whisper-large') => {
    const upstream = upstreamOf([`http://127.0.0.1:${(odd.address() as AddressInfo).port}/v1`]);
    const model = createUpstreamTranscriptionModel(upstream, { modelId: 'far', upstreamId });
    const options = { signal: new AbortController().signal, priority: 'online' } as const;
    return await Array.fromAsync(model.doTranscribe(transcriptionOf(toRecording(silence(1)), more), options));
  };

  it('is asked with the file, the parameters and the times of the request', async () => {
    answer = { text: 'Hi.', language: 'german', duration: 1, segments: [{ start: 0, end: 1, text: ' Hi.' }] };
    await transcribe({ language: 'de', prompt: 'Before.', temperature: 0.5, wordTimes: true });
    const { path, form } = received;
    expect(path).toBe('/v1/audio/transcriptions');
    const { file, ...fields } = Object.fromEntries(form.entries());
    expect(fields).toEqual({
      model: 'whisper-large',
      response_format: 'verbose_json',
      language: 'de',
      prompt: 'Before.',
      temperature: '0.5',
      'timestamp_granularities[]': 'segment',
    });
    expect(form.getAll('timestamp_granularities[]')).toEqual(['word', 'segment']);
    expect(file).toMatchObject({ name: 'speech.wav', size: 32_044 });
    await transcribe({ task: 'translate' });
    expect(received.path).toBe('/v1/audio/translations');
  });

  it('makes one segment of an answer without any', async () => {
    answer = { text: 'Hi there.', usage: { type: 'tokens', input_tokens: 14, output_tokens: 4, total_tokens: 18 } };
    const events = await transcribe({ logprobs: true }, 'gpt-4o-transcribe');
    expect(Object.fromEntries(received.form.entries())).toMatchObject({
      response_format: 'json',
      'include[]': 'logprobs',
    });
    expect(events).toMatchObject([
      { type: 'segment', segment: { text: 'Hi there.', start: 0 } },
      { type: 'end', usage: { audioTokens: 14, outputTokens: 4 } },
    ]);
  });

  it.each([
    ['no text', {}],
    ['a list', []],
  ])('refuses an answer with %s', async (_what, odds) => {
    answer = odds;
    await expect(transcribe()).rejects.toMatchObject({ status: 502 });
  });
});
