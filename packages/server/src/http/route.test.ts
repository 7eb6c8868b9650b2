/** Routes of operations with two encodings of the body, another status, and plain text in the response. */
import { audio, evals, images, type Operation } from '@selfsame/contract';
import Fastify from 'fastify';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { toJson } from '../lib/json.ts';
import type { Outcome, RawInput } from '../operations/invocation.ts';
import { acceptForms, type FileReceiver } from './read-form.ts';
import { acceptJson } from './read-json.ts';
import { createJsonReader } from './receive-json.ts';
import { renderError, toServerError } from './render-error.ts';
import { addOperationRoute, type RouteOptions } from './route.ts';

/** Discards the bytes of files. */
const files: FileReceiver = {
  async receive(source) {
    let bytes = 0;
    for await (const chunk of source) bytes += chunk.byteLength;
    return { key: 'blob', bytes, sha256: '00' };
  },
  discard: async () => undefined,
};

const json = createJsonReader();
afterAll(() => json.close());

/** Returns an app with the route of an operation, and the inputs that it was invoked with. */
function serve(operation: Operation, outcome: Outcome) {
  const app = Fastify().setReplySerializer(toJson);
  app.setErrorHandler((error, request, reply) => renderError(toServerError(error, request), request, reply));
  app.decorateRequest('receivedAt', 0).decorateRequest('tokenUsage', undefined);
  acceptJson(app, json);
  acceptForms(app, files);
  const inputs: RawInput[] = [];
  addOperationRoute(app, operation, {
    invoke: async (_id: string, input: RawInput) => {
      inputs.push(input);
      return outcome;
    },
    files,
    authenticate: async () => ({}),
    clock: systemClock,
    log: { debug: () => undefined },
    signalOf: () => new AbortController().signal,
    traced: false,
    limits: { keepAliveMs: 1000 },
  } as unknown as RouteOptions);
  return { app, inputs };
}

function imageForm() {
  const form = new FormData();
  form.append('prompt', 'a hat');
  form.append('image[]', new File(['a'], 'a.png'));
  form.append('image[]', new File(['b'], 'b.png'));
  return form;
}

const IMAGES: Outcome = { kind: 'object', value: { created: 1, data: [] } };

it('an operation with two encodings takes a form with several files', async () => {
  const { app, inputs } = serve(images.edit, IMAGES);
  const { body, headers } = new Request('http://localhost', { method: 'POST', body: imageForm() });
  const payload = Buffer.from(await new Response(body).arrayBuffer());
  const response = await app.inject({
    method: 'POST',
    url: '/v1/images/edits',
    headers: { 'content-type': headers.get('content-type') ?? '' },
    payload,
  });
  expect(response.json()).toEqual({ created: 1, data: [] });
  expect(inputs).toMatchObject([
    { encoding: 'multipart', body: { prompt: 'a hat', image: [{ filename: 'a.png' }, { filename: 'b.png' }] } },
  ]);
  await app.close();
});

it('an operation with two encodings takes JSON of the size of its files', async () => {
  const { app, inputs } = serve(images.edit, IMAGES);
  const body = { prompt: 'a hat', images: [{ image_url: `data:image/png;base64,${'A'.repeat(2 * 1024 ** 2)}` }] };
  const response = await app.inject({ method: 'POST', url: '/v1/images/edits', body });
  expect(response.statusCode).toBe(200);
  expect(inputs).toMatchObject([{ encoding: 'json', body: { prompt: 'a hat' } }]);
  await app.close();
});

it('an operation that takes only a form refuses JSON', async () => {
  const { app, inputs } = serve(images.createVariation, IMAGES);
  const response = await app.inject({ method: 'POST', url: '/v1/images/variations', body: { prompt: 'x' } });
  expect(response.statusCode).toBe(415);
  expect(response.json()).toMatchObject({ error: { message: expect.stringContaining('multipart/form-data') } });
  expect(inputs).toEqual([]);
  await app.close();
});

it('a response has the status that its operation declares', async () => {
  const { app } = serve(evals.create, { kind: 'object', value: { id: 'eval_1' } });
  const response = await app.inject({ method: 'POST', url: '/v1/evals', body: {} });
  expect({ status: response.statusCode, body: response.json() }).toEqual({ status: 201, body: { id: 'eval_1' } });
  await app.close();
});

it('a text is sent as plain text without quotes', async () => {
  const { app } = serve(audio.transcriptions.create, { kind: 'text', text: '1\n00:00 --> 00:01\n"Hi"\n' });
  const form = new FormData();
  form.append('file', new File(['a'], 'a.wav'));
  const { body, headers } = new Request('http://localhost', { method: 'POST', body: form });
  const response = await app.inject({
    method: 'POST',
    url: '/v1/audio/transcriptions',
    headers: { 'content-type': headers.get('content-type') ?? '' },
    payload: Buffer.from(await new Response(body).arrayBuffer()),
  });
  expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(response.body).toBe('1\n00:00 --> 00:01\n"Hi"\n');
  await app.close();
});
