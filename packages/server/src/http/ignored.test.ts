import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ logLevel: 'debug', corsOrigins: 'http://localhost:3000' });
});
afterAll(() => server.close());

const chat = (more: object) => server.post('/v1/chat/completions', chatBody('hello', more));

describe('parameters without effect', () => {
  it('names parameters without effect in the headers of a plain response and in the log', async () => {
    const response = await chat({ verbosity: 'low' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-selfsame-ignored')).toBe('verbosity');
    const requestId = response.headers.get('x-request-id');
    const lines = server.logged().trim().split('\n');
    const line = lines.map((text) => JSON.parse(text)).find((each) => each.requestId === requestId && each.ignored);
    expect(line).toMatchObject({ level: 20, ignored: 'verbosity' });
  });

  it('names parameters without effect in the headers of a stream', async () => {
    const response = await chat({ verbosity: 'low', stream: true });
    expect(response.headers.get('x-selfsame-ignored')).toBe('verbosity');
    expect(await response.text()).toContain('data: [DONE]');
  });

  it('omits x-selfsame-ignored when every parameter has an effect', async () => {
    expect((await chat({})).headers.has('x-selfsame-ignored')).toBe(false);
  });

  it('exposes x-selfsame-ignored to pages of other origins', async () => {
    const response = await server.post('/v1/chat/completions', chatBody('hello', { verbosity: 'low' }), {
      origin: 'http://localhost:3000',
    });
    expect(response.headers.get('access-control-expose-headers')).toContain('x-selfsame-ignored');
  });
});
