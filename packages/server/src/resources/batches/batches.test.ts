import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

const LINES = 1000;
const MAX_MS = 60_000;
const ENDED = ['failed', 'completed', 'expired', 'cancelled'];

type Json = Record<string, unknown>;

interface BatchBody extends Json {
  id: string;
  status: string;
  request_counts: { total: number; completed: number; failed: number };
  output_file_id?: string;
  error_file_id?: string;
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const upload = (text: string, purpose = 'batch') => server.upload(text, 'in.jsonl', purpose);

const create = (input_file_id: string, more: object = {}) => {
  const body = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h', ...more };
  return server.request<BatchBody & { error?: Json }>('POST', '/v1/batches', body);
};

const retrieve = async (id: string) => (await server.request<BatchBody>('GET', `/v1/batches/${id}`)).body;
const cancel = (id: string) => server.post(`/v1/batches/${id}/cancel`, '');

async function ended(id: string): Promise<BatchBody> {
  await expect
    .poll(async () => (await retrieve(id)).status, { timeout: MAX_MS, interval: 50 })
    .toSatisfy((status) => ENDED.includes(status as string));
  return retrieve(id);
}

async function read(
  fileId: string | undefined,
): Promise<{ custom_id: string; response: Json | null; error: Json | null }[]> {
  if (fileId === undefined) return [];
  const text = await (await fetch(`${server.url}/v1/files/${fileId}/content`)).text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const chat = (content: string, more: object = {}) => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content }],
  ...more,
});

const line = (custom_id: string, body: unknown, more: object = {}) =>
  JSON.stringify({ custom_id, method: 'POST', url: '/v1/chat/completions', body, ...more });

const run = async (lines: string[], more: object = {}) =>
  ended((await create(await upload(lines.join('\n')), more)).body.id);

const slowLines = (count: number, delayMs: number) =>
  Array.from({ length: count }, (_, i) => line(`s${i}`, chat(`@script {"startDelayMs":${delayMs}}\nslow ${i}`)));

describe('batches', () => {
  it.each([
    ['a broken line', '{"custom_id": "b", "method": ', { code: 'invalid_json_line', line: 3, param: null }],
    ['a line that is no object', '[1]', { code: 'invalid_json_line', line: 3, param: null }],
    ['a repeated custom_id', line('a', chat('x')), { code: 'duplicate_custom_id', line: 3, param: 'custom_id' }],
    ['another method', line('b', chat('x'), { method: 'GET' }), { code: 'invalid_method', line: 3, param: 'method' }],
    ['another url', line('b', {}, { url: '/v1/embeddings' }), { code: 'invalid_url', line: 3, param: 'url' }],
  ])('fails a batch with the code and the number of %s, whose file the upload accepts', async (_what, bad, error) => {
    const batch = await run([line('a', chat('x')), '', bad]);
    expect(batch).toMatchObject({ status: 'failed', errors: { object: 'list', data: [error] } });
  });

  it('a batch whose file has no lines fails with empty_file', async () => {
    expect(await run(['', ' ', ''])).toMatchObject({ status: 'failed', errors: { data: [{ code: 'empty_file' }] } });
  });

  it(`writes each of ${LINES} good and bad lines once to the output or error file, in input order`, async () => {
    const lines = Array.from({ length: LINES }, (_, i) =>
      line(`r${i} ü`, i % 4 === 3 ? chat('x', { nonsense: i }) : chat(`hello ${i}`)),
    );
    const batch = await run(lines, { metadata: { topic: 'cats' } });
    expect(batch).toMatchObject({
      object: 'batch',
      status: 'completed',
      endpoint: '/v1/chat/completions',
      model: 'scripted',
      request_counts: { total: LINES, completed: 750, failed: 250 },
      metadata: { topic: 'cats' },
    });
    for (const time of ['created_at', 'in_progress_at', 'finalizing_at', 'completed_at'])
      expect(batch[time]).toBeTypeOf('number');
    expect(Number(batch['expires_at']) - Number(batch['created_at'])).toBe(86_400);
    const output = await read(batch.output_file_id);
    const errors = await read(batch.error_file_id);
    const numbers = Array.from({ length: LINES }, (_, i) => i);
    expect(output.map(({ custom_id }) => custom_id)).toEqual(numbers.filter((i) => i % 4 !== 3).map((i) => `r${i} ü`));
    expect(errors.map(({ custom_id }) => custom_id)).toEqual(numbers.filter((i) => i % 4 === 3).map((i) => `r${i} ü`));
    expect(output[5]).toEqual({
      id: expect.stringMatching(/^batch_req_/),
      custom_id: 'r6 ü',
      response: {
        status_code: 200,
        request_id: expect.stringMatching(/^req_/),
        body: expect.objectContaining({
          object: 'chat.completion',
          choices: [expect.objectContaining({ finish_reason: 'stop' })],
        }),
      },
      error: null,
    });
    expect(JSON.stringify(output[5])).toContain('"content":"hello 6"');
    expect(errors[0]).toMatchObject({
      response: { status_code: 400, body: { error: { param: 'nonsense', code: 'unknown_parameter' } } },
      error: null,
    });
    const usage = batch['usage'] as { input_tokens: number; output_tokens: number; total_tokens: number };
    expect(usage.input_tokens).toBeGreaterThan(750);
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
  });

  it('reports every invalid line of the input with its number, and runs no line', async () => {
    const batch = await run([
      line('a', chat('x')),
      line(5 as unknown as string, chat('x')),
      line('a', chat('x')),
      line('b', chat('x'), { method: 'GET', url: '/v1/embeddings' }),
      JSON.stringify({ method: 'POST', url: '/v1/chat/completions', body: [], extra: 1 }),
    ]);
    expect(batch).toMatchObject({ status: 'failed', failed_at: expect.any(Number), request_counts: { total: 0 } });
    expect(batch.output_file_id ?? batch.error_file_id).toBeUndefined();
    const { object, data } = batch['errors'] as { object: string; data: Json[] };
    expect(object).toBe('list');
    expect(data.map(({ line: at, code, param }) => [at, code, param])).toEqual([
      [2, 'invalid_custom_id', 'custom_id'],
      [3, 'duplicate_custom_id', 'custom_id'],
      [4, 'invalid_method', 'method'],
      [4, 'invalid_url', 'url'],
      [5, 'missing_required_parameter', 'custom_id'],
      [5, 'unknown_parameter', 'extra'],
      [5, 'invalid_type', 'body'],
    ]);
  });

  it('runs embeddings and completions, and creates no empty file', async () => {
    const at = (url: string, body: object) => JSON.stringify({ custom_id: 'a', method: 'POST', url, body });
    const embedding = await run([at('/v1/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b'] })], {
      endpoint: '/v1/embeddings',
    });
    expect(embedding).toMatchObject({ status: 'completed', request_counts: { completed: 1, failed: 0 } });
    expect(embedding.error_file_id).toBeUndefined();
    expect((await read(embedding.output_file_id))[0]).toMatchObject({ response: { body: { data: [{}, {}] } } });
    const completion = await run([at('/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 5 })], {
      endpoint: '/v1/completions',
    });
    expect(completion).toMatchObject({ status: 'completed', request_counts: { completed: 0, failed: 1 } });
    expect(completion.output_file_id).toBeUndefined();
  });

  it('reports a stream, an unknown model and an engine failure as errors of their lines', async () => {
    const batch = await run([
      line('stream', chat('x', { stream: true })),
      line('model', { ...chat('x'), model: 'none' }),
      line('engine', chat('@script {"failStart":true}\nx')),
      line('fine', chat('x')),
    ]);
    expect(batch.request_counts).toEqual({ total: 4, completed: 1, failed: 3 });
    const retryAfterSeconds = (await read(batch.error_file_id)).map(({ custom_id, response }) => {
      const { status_code, body } = response as { status_code: number; body: { error: Json } };
      return [custom_id, status_code, body.error['param'], body.error['code']];
    });
    expect(retryAfterSeconds).toEqual([
      ['stream', 400, 'stream', 'unsupported_value'],
      ['model', 404, 'model', 'model_not_found'],
      ['engine', 500, null, 'engine_failed'],
    ]);
  });

  it('a cancelled batch ends soon, keeps its answers and lists the unanswered lines as errors', async () => {
    const { body } = await create(
      await upload([...slowLines(6, 1), ...slowLines(50, 20_000).map((each) => each.replace('"s', '"t'))].join('\n')),
    );
    await expect.poll(async () => (await retrieve(body.id)).request_counts.completed, { timeout: MAX_MS }).toBe(6);
    const answer = (await (await cancel(body.id)).json()) as BatchBody;
    expect(answer).toMatchObject({ status: 'cancelling', cancelling_at: expect.any(Number) });
    const batch = await ended(body.id);
    expect(batch).toMatchObject({
      status: 'cancelled',
      cancelled_at: expect.any(Number),
      request_counts: { total: 56, completed: 6, failed: 50 },
    });
    expect(await read(batch.output_file_id)).toHaveLength(6);
    const errors = await read(batch.error_file_id);
    expect(new Set(errors.map(({ custom_id }) => custom_id)).size).toBe(50);
    expect(errors[0]).toEqual({
      id: expect.stringMatching(/^batch_req_/),
      custom_id: 't0',
      response: null,
      error: { code: 'batch_cancelled', message: expect.any(String) },
    });
    const again = await cancel(body.id);
    expect([again.status, ((await again.json()) as { error: Json }).error['code']]).toEqual([
      400,
      'batch_not_cancellable',
    ]);
  });

  it('sets output_expires_after on the result files', async () => {
    const batch = await run([line('a', chat('x'))], { output_expires_after: { anchor: 'created_at', seconds: 3600 } });
    const file = (await server.request<Json>('GET', `/v1/files/${batch.output_file_id}`)).body;
    expect(file).toMatchObject({ purpose: 'batch_output', filename: `${batch.id}_output.jsonl` });
    expect(Number(file['expires_at']) - Number(file['created_at'])).toBe(3600);
  });

  it('lists the lines that it could not read because the input file was deleted', async () => {
    const id = await upload([...slowLines(300, 20)].join('\n'));
    const { body } = await create(id);
    await expect
      .poll(async () => (await retrieve(body.id)).request_counts.completed, { timeout: MAX_MS })
      .toBeGreaterThan(0);
    await server.request('DELETE', `/v1/files/${id}`);
    const batch = await ended(body.id);
    expect(batch.status).toBe('completed');
    expect(batch.request_counts.completed + batch.request_counts.failed).toBe(300);
    const codes = (await read(batch.error_file_id)).map(({ error }) => error?.['code']);
    expect(new Set(codes)).toEqual(new Set(['input_file_missing']));
  });

  it('lists batches newest first, page by page', async () => {
    type Page = { data: BatchBody[]; has_more: boolean };
    const { body: page } = await server.request<Page>('GET', '/v1/batches?limit=2');
    expect(page.data).toHaveLength(2);
    expect(page.has_more).toBe(true);
    const last = page.data[1]?.id ?? '';
    const next = (await server.request<Page>('GET', `/v1/batches?after=${last}`)).body;
    expect(next.data.map(({ id }) => id).every((id) => id < last)).toBe(true);
  });

  it('refuses a batch that cannot start, naming the parameter', async () => {
    const good = await upload(line('a', chat('x')));
    const other = await upload('x', 'assistants');
    for (const [more, param] of [
      [{ input_file_id: 'file-none' }, 'input_file_id'],
      [{ input_file_id: other }, 'input_file_id'],
      [{ endpoint: '/v1/files' }, 'endpoint'],
      [{ endpoint: '/v1/videos' }, 'endpoint'],
      [{ completion_window: '1h' }, 'completion_window'],
      [{ metadata: { a: 1 } }, 'metadata.a'],
      [{ output_expires_after: { anchor: 'created_at', seconds: 60 } }, 'output_expires_after.seconds'],
      [{ nonsense: 1 }, 'nonsense'],
    ] as const) {
      const { status, body } = await create(good, more);
      expect([status, body.error?.['param']]).toEqual([400, param]);
    }
    const missing = await server.request('GET', '/v1/batches/batch_none');
    expect(missing.status).toBe(404);
  });
});
