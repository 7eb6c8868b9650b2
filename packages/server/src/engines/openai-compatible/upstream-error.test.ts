import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../../testing/request.ts';
import { chatBody, startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { type MisbehavingUpstream, startMisbehavingUpstream } from './testing/misbehaving-upstream.ts';

const SILENCE_MS = 250;
/** Longer than any test takes, even on a loaded machine. */
const PATIENCE_MS = 15_000;

const upstreamSettings = (name: string, urls: readonly string[], silenceMs: number) => ({
  name,
  urls,
  models: [{ id: name, upstreamId: 'far' }],
  features: ['logprobs'],
  connectTimeoutMs: PATIENCE_MS,
  headersTimeoutMs: silenceMs,
  idleTimeoutMs: silenceMs,
  healthIntervalMs: 60_000,
});

const startServer = (url: string) =>
  startTestServer({
    scripted: 'false',
    upstreams: JSON.stringify([
      upstreamSettings('far', [url], PATIENCE_MS),
      upstreamSettings('hasty', [url], SILENCE_MS),
    ]),
  });

let upstream: MisbehavingUpstream;
let server: TestServer;
beforeAll(async () => {
  upstream = await startMisbehavingUpstream();
  server = await startServer(upstream.url);
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

interface Seen {
  status: number;
  code: string | undefined;
  text: string;
  /** Whether a stream ended with its end mark. */
  done: boolean;
  retryAfter: string | null;
  message: string;
}

async function ask(fault: string, { stream = false, at = server, model = 'far' } = {}): Promise<Seen> {
  const response = await at.post(
    '/v1/chat/completions',
    chatBody(fault === '' ? 'Hi' : `@fault ${fault}`, { model, stream }),
  );
  const retryAfter = response.headers.get('retry-after');
  const body = await response.text();
  const events = body.split('\n\n').filter((event) => event.startsWith('data: {'));
  const parsed = stream && response.ok ? events.map((event) => JSON.parse(event.slice(6))) : [JSON.parse(body)];
  const error = parsed.find((each) => 'error' in each)?.error;
  const text = parsed
    .map((each) => each.choices?.[0]?.delta?.content ?? each.choices?.[0]?.message?.content ?? '')
    .join('');
  return {
    status: response.status,
    code: error?.code,
    message: error?.message ?? '',
    text,
    retryAfter,
    done: body.endsWith('data: [DONE]\n\n'),
  };
}

/** Before the first event: fault → status and code, for plain and streamed requests. */
const BEFORE = [
  ['silent', 504, 'upstream_timeout'],
  ['head only', 504, 'upstream_timeout'],
  ['comments, then silence', 504, 'upstream_timeout'],
  ['resets at once', 502, 'upstream_failed'],
  ['ends at once', 502, 'upstream_failed'],
  ['not json', 502, 'upstream_failed'],
  ['error event', 502, 'upstream_failed'],
  ['giant line', 502, 'upstream_failed'],
  ['html', 502, 'upstream_failed'],
  ['not http', 502, 'upstream_failed'],
  ['400', 400, 'upstream_refused'],
  ['context', 400, 'context_length_exceeded'],
  ['401', 502, 'upstream_refused_key'],
  ['404', 404, 'model_not_found'],
  ['429', 429, 'upstream_overloaded'],
  ['500', 502, 'upstream_failed'],
  ['503', 503, 'upstream_unavailable'],
  ['giant error', 502, 'upstream_failed'],
] as const;

/** After the first word: fault → code. */
const AFTER = [
  ['stands still', 504, 'upstream_timeout'],
  ['drip', 504, 'upstream_timeout'],
  ['resets in the middle', 502, 'upstream_failed'],
  ['ends early', 502, 'upstream_failed'],
  ['ends in the middle of an event', 502, 'upstream_failed'],
  ['not json in the middle', 502, 'upstream_failed'],
] as const;

/** Timeouts are short only in tests that wait for one. */
const modelFor = (code: string) => (code === 'upstream_timeout' ? 'hasty' : 'far');

describe('what a client sees of an upstream that misbehaves', () => {
  it.each(BEFORE)(
    'returns for the fault "%s" status %i and %s, streamed or not, after one request and without an open connection',
    async (fault, status, code) => {
      for (const stream of [false, true]) {
        const before = upstream.posts;
        const since = performance.now();
        const seen = await ask(fault, { stream, model: modelFor(code) });
        expect(seen).toMatchObject({ status, code, text: '' });
        expect(seen.message).not.toContain('secret');
        expect(upstream.posts - before).toBe(1);
        // Undici's own clock ticks twice a second.
        expect(performance.now() - since).toBeLessThan(PATIENCE_MS / 2);
      }
    },
  );

  it.each(AFTER)(
    'returns for the fault "%s" the words that arrived and an error event, or status %i with %s',
    async (fault, status, code) => {
      const before = upstream.posts;
      const since = performance.now();
      const model = modelFor(code);
      expect(await ask(fault, { stream: true, model })).toMatchObject({ status: 200, text: 'one', code, done: false });
      expect(await ask(fault, { model })).toMatchObject({ status, code });
      expect(upstream.posts - before).toBe(2);
      expect(performance.now() - since).toBeLessThan(PATIENCE_MS / 2);
      await expect.poll(() => upstream.busy()).toBe(0);
    },
  );

  it("returns the upstream's message about the request with the parameter that it names", async () => {
    const response = await server.post('/v1/chat/completions', chatBody('@fault 400', { model: 'far' }));
    expect(await response.json()).toEqual({
      error: { message: 'Too hot.', type: 'invalid_request_error', param: 'temperature', code: 'upstream_refused' },
    });
  });

  it('returns the finish reason of an answer that a content filter cut', async () => {
    const finishes = async (stream: boolean) => {
      const body = chatBody('@fault filtered', { model: 'far', stream });
      const text = await (await server.post('/v1/chat/completions', body)).text();
      expect(text).toContain('one');
      return text.match(/"finish_reason":"\w+"/g);
    };
    const wanted = ['"finish_reason":"content_filter"'];
    expect([await finishes(true), await finishes(false)]).toEqual([wanted, wanted]);
  });

  it("returns the upstream's retry-after header", async () => {
    expect((await ask('429')).retryAfter).toBe('7');
    expect((await ask('503')).retryAfter).toBe('3');
  });

  it('returns an error for an answer without the requested format, call or log probabilities', async () => {
    const promised = { model: 'far', response_format: { type: 'json_object' } };
    const answer = await server.post('/v1/chat/completions', chatBody('json, please', promised));
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('not the JSON that was asked for');
    const tools = [{ type: 'function', function: { name: 'go' } }];
    const called = { model: 'far', tools, tool_choice: 'required', stream: true };
    const stream = await (await server.post('/v1/chat/completions', chatBody('go', called))).text();
    expect(stream).toContain('"upstream_failed"');
    expect(stream).not.toContain('[DONE]');
    const scored = await server.post('/v1/chat/completions', chatBody('Hi', { model: 'far', logprobs: true }));
    expect(await scored.text()).toContain('no log probabilities');
  });

  it('waits for a slow upstream that keeps sending', async () => {
    expect(await ask('crawl', { stream: true })).toMatchObject({
      status: 200,
      text: 'one two',
      done: true,
      code: undefined,
    });
  });

  it('returns 503 if no server listens at the address', async () => {
    const gone = await startMisbehavingUpstream();
    const far = await startServer(gone.url);
    await gone.close();
    expect(await ask('none', { at: far })).toMatchObject({ status: 503, code: 'upstream_unavailable' });
    await far.close();
  });

  it('cancels the work upstream immediately when the client disconnects', async () => {
    const leaving = new AbortController();
    const response = await sendRequest(`${server.url}/v1/chat/completions`, {
      body: chatBody('@fault stands still', { model: 'far', stream: true }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    expect(upstream.busy()).toBe(1);
    leaving.abort();
    const since = performance.now();
    await expect.poll(() => upstream.busy(), { interval: 5 }).toBe(0);
    expect(performance.now() - since).toBeLessThan(250);
  });
});

const ELSEWHERE = ['silent', 'head only', 'resets at once', 'ends at once', 'html', '429', '503', 'not http'];
const SILENT = ['silent', 'head only', 'stands still'];
const HERE = ['stands still', 'resets in the middle', '400', '401', '500'];

describe('with two replicas', () => {
  let whole: MisbehavingUpstream;
  let pair: TestServer;
  const bad = new Map<string, MisbehavingUpstream>();
  beforeAll(async () => {
    whole = await startMisbehavingUpstream('none');
    for (const fault of [...ELSEWHERE, ...HERE]) bad.set(fault, await startMisbehavingUpstream(fault));
    const patience = (fault: string) => (SILENT.includes(fault) ? SILENCE_MS : PATIENCE_MS);
    const url = (fault: string) => bad.get(fault)?.url ?? '';
    const upstreams = [
      ...ELSEWHERE.map((fault) => upstreamSettings(fault, [url(fault), whole.url], patience(fault))),
      ...HERE.map((fault) => upstreamSettings(fault, [url(fault), url(fault)], patience(fault))),
    ];
    pair = await startTestServer({ scripted: 'false', upstreams: JSON.stringify(upstreams) });
  });
  afterAll(async () => {
    await pair.close();
    for (const each of [whole, ...bad.values()]) await each.close();
  });

  it.each(ELSEWHERE)('returns the answer of the other replica after the fault "%s"', async (fault) => {
    const asked = [false, true].map((stream) => ask('', { at: pair, stream, model: fault }));
    for (const seen of await Promise.all(asked)) expect(seen).toMatchObject({ status: 200, text: 'one two' });
    expect(bad.get(fault)?.posts).toBe(1);
  });

  it.each(HERE)('does not send the request to the other replica after the fault "%s"', async (fault) => {
    expect(await ask('', { at: pair, stream: true, model: fault })).not.toMatchObject({ done: true });
    expect(bad.get(fault)?.posts).toBe(1);
  });
});
