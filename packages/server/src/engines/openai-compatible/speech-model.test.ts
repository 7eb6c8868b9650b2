import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { runSpeechModelConformance } from '../speech-model.conformance.ts';
import { createUpstreamSpeechModel } from './speech-model.ts';
import { upstreamOf } from './testing/upstream-of.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ checkResponses: 'false' });
});
afterAll(() => server.close());

runSpeechModelConformance('a Selfsame server as an upstream', async () => ({
  model: createUpstreamSpeechModel(upstreamOf([`${server.url}/v1`]), { modelId: 'far', upstreamId: 'scripted-speech' }),
  voices: ['alloy', 'scripted_onyx'],
  slow: '@script {"delayMs":150}\nOne two three. Four five six. Seven eight. Nine ten. Eleven.',
}));

describe('an odd upstream of speech', () => {
  let odd: Server;
  let reply: (response: ServerResponse) => void;
  let received: unknown;
  beforeAll(async () => {
    odd = createServer((request, response) => {
      void text(request).then((body) => {
        received = body === '' ? undefined : JSON.parse(body);
        reply(response);
      });
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => odd.close());

  const request = { text: 'One.', voice: 'custom', speed: 1 };
  const speak = async (more: object = {}) => {
    const upstream = upstreamOf([`http://127.0.0.1:${(odd.address() as AddressInfo).port}/v1`]);
    const model = createUpstreamSpeechModel(upstream, { modelId: 'far', upstreamId: 'near' });
    const options = { signal: new AbortController().signal, priority: 'online' } as const;
    const parts = await Array.fromAsync(model.doSpeak({ ...request, ...more }, options));
    return parts.flatMap((part) => Array.from(part));
  };

  it('is asked for pcm with the voice, speed and instructions of the request', async () => {
    reply = (response) => response.writeHead(200, { 'content-type': 'audio/pcm' }).end(Buffer.from([1, 0]));
    await speak();
    expect(received).toEqual({ model: 'near', input: 'One.', voice: 'custom', response_format: 'pcm' });
    await speak({ speed: 2, instructions: 'Whisper.' });
    expect(received).toMatchObject({ speed: 2, instructions: 'Whisper.' });
  });

  it('joins samples whose bytes arrive in two chunks', async () => {
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'audio/pcm' }).write(Buffer.from([0x34]));
      setTimeout(() => response.end(Buffer.from([0x12, 0xff, 0xff])), 50);
    };
    expect(await speak()).toEqual([0x1234, -1]);
  });

  it.each([
    ['text instead of audio', 'application/json', '{"audio":""}'],
    ['no audio', 'audio/pcm', ''],
  ])('fails with upstream_failed for %s', async (_what, type, body) => {
    reply = (response) => response.writeHead(200, { 'content-type': type }).end(body);
    await expect(speak()).rejects.toMatchObject({ status: 502, code: 'upstream_failed' });
  });

  it('fails when the connection breaks within the audio', async () => {
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'audio/pcm', 'content-length': '1000' }).write(Buffer.alloc(10));
      setTimeout(() => response.destroy(), 50);
    };
    await expect(speak()).rejects.toMatchObject({ status: expect.toSatisfy((status: number) => status >= 500) });
  });

  it('passes on the status and message of a refusal', async () => {
    const error = { message: 'No such voice.', type: 'invalid_request_error', param: 'voice', code: 'invalid_value' };
    reply = (response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    await expect(speak()).rejects.toMatchObject({ status: 400, param: 'voice' });
  });
});
