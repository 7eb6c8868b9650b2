import { afterEach, describe, expect, it } from 'vitest';
import { APIUserAbortError, NotFoundError, Selfsame } from '../index.ts';
import { type EchoAnswer, type EchoServer, type RecordedRequest, startEchoServer } from '../testing/echo-server.ts';

const POLL = { pollIntervalMs: 1 };
let server: EchoServer;
let client: Selfsame;

afterEach(async () => {
  await client.close();
  await server.close();
});

async function serve(answer: (request: RecordedRequest, index: number) => object | EchoAnswer): Promise<void> {
  server = await startEchoServer((request, index) => {
    const made = answer(request, index);
    const headers = { 'content-type': 'application/json' };
    return 'body' in made ? (made as EchoAnswer) : { headers, body: JSON.stringify(made) };
  });
  client = new Selfsame({ auth: { token: 'k' }, validation: false }, server.url);
}

const sent = () => server.requests.map(({ method, path }) => `${method} ${path.slice('/v1'.length)}`);

/** Returns the statuses in turn for GET requests; the last one stays. */
function inTurn(statuses: readonly string[], more: object = {}) {
  let reads = 0;
  return ({ method }: RecordedRequest) => {
    if (method === 'GET') reads += 1;
    const status = statuses[Math.min(Math.max(reads - 1, 0), statuses.length - 1)];
    return { id: 'id_1', thread_id: 'thread_1', status, ...more };
  };
}

describe('polling', () => {
  it.each<[string, readonly string[], string, () => Promise<{ status?: string }>]>([
    [
      'a run',
      ['queued', 'in_progress', 'requires_action'],
      '/threads/thread_1/runs/id_1',
      () => client.beta.threads.runs.createAndPoll('thread_1', { assistant_id: 'a' }, POLL),
    ],
    [
      'a run of a new thread',
      ['in_progress', 'cancelling', 'cancelled'],
      '/threads/thread_1/runs/id_1',
      () => client.threads.createAndRunPoll({ assistant_id: 'a' }, POLL),
    ],
    [
      'a file of a vector store',
      ['in_progress', 'failed'],
      '/vector_stores/vs_1/files/id_1',
      () => client.vectorStores.files.createAndPoll('vs_1', { file_id: 'file-1' }, POLL),
    ],
    [
      'a file batch',
      ['in_progress', 'completed'],
      '/vector_stores/vs_1/file_batches/id_1',
      () => client.vectorStores.fileBatches.createAndPoll('vs_1', { file_ids: ['file-1'] }, POLL),
    ],
    [
      'a batch',
      ['validating', 'in_progress', 'finalizing', 'completed'],
      '/batches/id_1',
      () =>
        client.batches.createAndPoll(
          { input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h' },
          POLL,
        ),
    ],
    [
      'a fine-tuning job',
      ['validating_files', 'queued', 'running', 'succeeded'],
      '/fine_tuning/jobs/id_1',
      () => client.fineTuning.jobs.createAndPoll({ model: 'm', training_file: 'file-1' }, POLL),
    ],
    [
      'a response in the background',
      ['queued', 'in_progress', 'completed'],
      '/responses/id_1',
      () => client.responses.poll('id_1', POLL),
    ],
  ])('polls %s until it has ended', async (_what, statuses, path, call) => {
    await serve(inTurn(statuses));
    expect((await call()).status).toBe(statuses.at(-1));
    expect(sent().filter((each) => each === `GET ${path}`)).toHaveLength(statuses.length);
  });

  it('waits for the interval that the server states', async () => {
    const answer = (status: string): EchoAnswer => ({
      headers: { 'content-type': 'application/json', 'openai-poll-after-ms': '150' },
      body: JSON.stringify({ id: 'id_1', status }),
    });
    await serve((_request, index) => answer(index === 0 ? 'in_progress' : 'completed'));
    const start = performance.now();
    await client.batches.poll('id_1');
    expect(performance.now() - start).toBeGreaterThanOrEqual(145);
  });

  it('ends with an error of the server, and with the signal of the caller', async () => {
    await serve((_request, index) =>
      index === 0 ? { id: 'id_1', status: 'in_progress' } : { status: 404, headers: {}, body: '{"error":{}}' },
    );
    await expect(client.batches.poll('id_1', POLL)).rejects.toBeInstanceOf(NotFoundError);
    await client.close();
    await server.close();
    await serve(() => ({ id: 'id_1', status: 'in_progress' }));
    const signal = AbortSignal.timeout(50);
    await expect(client.batches.poll('id_1', { pollIntervalMs: 60_000, signal })).rejects.toBeInstanceOf(
      APIUserAbortError,
    );
  });
});

describe('uploads', () => {
  it('uploads a file for assistants and adds it to a vector store', async () => {
    await serve(inTurn(['in_progress', 'completed']));
    const file = new File(['text'], 'a.txt');
    expect((await client.vectorStores.files.uploadAndPoll('vs_1', file, POLL)).status).toBe('completed');
    expect(sent().slice(0, 2)).toEqual(['POST /files', 'POST /vector_stores/vs_1/files']);
    expect(server.requests[0]?.body).toContain('name="purpose"\r\n\r\nassistants\r\n');
    expect(server.requests[1]?.body).toBe('{"file_id":"id_1"}');
  });

  it('uploads several files at a time and makes one batch of them, in their order', async () => {
    await serve(({ path, body }) =>
      path === '/v1/files'
        ? { id: `file-${/filename="(\w+)/.exec(body)?.[1]}` }
        : { id: 'vsfb_1', status: 'completed' },
    );
    const files = ['a', 'b', 'c'].map((name) => new File([name], name));
    await client.vectorStores.fileBatches.uploadAndPoll(
      'vs_1',
      { files, fileIds: ['file-0'] },
      { ...POLL, maxConcurrency: 2 },
    );
    const created = server.requests.find(({ path }) => path.endsWith('/file_batches'));
    expect(JSON.parse(created?.body ?? '')).toEqual({ file_ids: ['file-0', 'file-a', 'file-b', 'file-c'] });
    await expect(client.vectorStores.fileBatches.uploadAndPoll('vs_1', { files: [] })).rejects.toThrow(
      '`files` is empty',
    );
  });
});

describe('responses', () => {
  it('a response has the text of its messages in output_text', async () => {
    const text = (value: string) => ({ type: 'output_text', text: value });
    const output = [
      { type: 'reasoning', content: [text('hidden')] },
      { type: 'message', content: [text('Hel'), { type: 'refusal', refusal: 'no' }] },
      { type: 'message', content: [text('lo')] },
    ];
    await serve(() => ({ id: 'resp_1', object: 'response', output }));
    expect((await client.responses.create({ model: 'm', input: 'hi' })).output_text).toBe('Hello');
    expect((await client.responses.retrieve('resp_1')).output_text).toBe('Hello');
  });
});

describe('a call', () => {
  it('ends after its own timeout, and its result has the request id', async () => {
    await serve(() => ({
      headers: { 'content-type': 'application/json', 'x-request-id': 'req_7' },
      body: '{"id":"m"}',
    }));
    const model = await client.models.retrieve('m', { timeout: 5 });
    expect([(model as { _request_id?: string })._request_id, Object.keys(model)]).toEqual(['req_7', ['id']]);
    const slow = new Selfsame(
      {
        auth: { token: 'k' },
        transport: {
          send: ({ signal }) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(signal.reason as Error));
            }),
          close: () => Promise.resolve(),
        },
      },
      server.url,
    );
    await expect(slow.models.retrieve('m', { timeout: 0.02 })).rejects.toThrow('longer than 0.02 seconds');
  });
});
