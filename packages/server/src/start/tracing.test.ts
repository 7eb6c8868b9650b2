import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chatBody, startTestServer } from './testing/test-server.ts';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  traceState?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  events: { name: string }[];
  status: { code: number };
}

interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Records the requests that it receives and sends the same response to each. */
async function listen(answer: string): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      calls.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

function spansOf(calls: readonly Call[]): Span[] {
  const exports = calls.map(({ body }) => JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] });
  return exports.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

function attributesOf({ attributes }: Span): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const incoming = { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' };

describe('traces', () => {
  it('traces have operation, model, tokens and status, and continue the trace of the caller if any', async () => {
    const collector = await listen('{}');
    const server = await startTestServer({ traceEndpoint: collector.url, traceHeaders: 'x-key=a%20b' });
    await server.post('/v1/chat/completions', chatBody('one two', { stream: true }), incoming).then((r) => r.text());
    await server.post('/v1/chat/completions', chatBody('x', { model: 'none' }));
    await server.post('/v1/chat/completions', chatBody('@script {"failStart":true}\n'));
    await server.close();
    expect(collector.calls[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'a b' } });
    const [first, second, third] = spansOf(collector.calls);
    expect(first).toMatchObject({
      traceId: TRACE,
      parentSpanId: CALLER,
      traceState: 'vendor=1',
      name: 'chat.completions.create',
      events: [{ name: 'first event' }],
    });
    expect(first === undefined ? {} : attributesOf(first)).toMatchObject({
      'gen_ai.response.model': 'scripted',
      'gen_ai.usage.input_tokens': 2,
      'gen_ai.usage.output_tokens': 2,
      'http.response.status_code': 200,
      'selfsame.request_id': expect.stringMatching(/^req_/),
    });
    expect(second === undefined ? {} : attributesOf(second)).toMatchObject({ 'http.response.status_code': 404 });
    expect(second).toMatchObject({ status: { code: 0 } });
    expect(second?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.traceId).not.toBe(TRACE);
    expect(third).toMatchObject({ status: { code: 2 } });
    expect(JSON.stringify(collector.calls)).not.toContain('one two');
  });

  it('traces are propagated to the upstream under the span of the operation, for streams too', async () => {
    const collector = await listen('{}');
    const answer = {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'up',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
    };
    const upstream = await listen(JSON.stringify(answer));
    const upstreams = JSON.stringify([{ name: 'up', urls: [`${upstream.url}/v1`], models: [{ id: 'up' }] }]);
    const server = await startTestServer({ traceEndpoint: collector.url, upstreams });
    for (const stream of [false, true]) {
      await server
        .post('/v1/chat/completions', chatBody('hi', { model: 'up', stream }), incoming)
        .then((r) => r.text());
    }
    await server.close();
    const spans = spansOf(collector.calls);
    const asked = upstream.calls.filter(({ path }) => path === '/v1/chat/completions');
    expect(asked.length).toBeGreaterThan(0);
    for (const { headers } of asked) {
      const [, trace, span] = String(headers['traceparent']).split('-');
      expect(trace).toBe(TRACE);
      expect(spans.map(({ spanId }) => spanId)).toContain(span);
      expect(headers['tracestate']).toBe('vendor=1');
    }
  });

  it('a trace that cannot be sent does not affect requests and is logged', async () => {
    const server = await startTestServer({ traceEndpoint: 'http://127.0.0.1:1' });
    expect((await server.post('/v1/chat/completions', chatBody('x'))).status).toBe(200);
    await server.close();
    expect(server.logged()).toMatch(/did not take the last traces.*"msg":"tracing"/);
  });

  it('traces are sampled by the configured percentage, or as the caller of the trace decided', async () => {
    const collector = await listen('{}');
    const server = await startTestServer({ traceEndpoint: collector.url, tracePercent: '0' });
    await server.post('/v1/chat/completions', chatBody('x'));
    await server.post('/v1/chat/completions', chatBody('x'), incoming);
    await server.post('/v1/chat/completions', chatBody('x'), { traceparent: `00-${TRACE}-${CALLER}-00` });
    await server.close();
    expect(spansOf(collector.calls).map(({ traceId }) => traceId)).toEqual([TRACE]);
  });
});
