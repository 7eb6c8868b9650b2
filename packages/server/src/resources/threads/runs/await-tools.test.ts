/**
 * Runs that are created right after files were attached: with the real server and the official client 4.104, and with
 * a manual clock.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai-v4';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../../jobs/worker-pool.ts';
import { createManualClock, type ManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { openRuns } from '../../../start/testing/open-runs.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';
import { openSqliteFixture, type SqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';

const PATIENT = { timeout: 15_000, interval: 10 };
const NOTHING = 'Nothing was found.';
const FIRST_VERSION = { headers: { 'OpenAI-Beta': 'assistants=v1' } };
const FACT = 'The harbour gate opens at four.';
const SEARCH = [{ type: 'file_search' as const }];
const ASK = `@script ${JSON.stringify({ calls: [{ name: 'file_search', arguments: { query: 'harbour gate' } }] })}\nwhen?`;

describe('a run that is created while files are read', () => {
  let server: TestServer;
  let client: OpenAI;
  let assistantId: string;

  beforeAll(async () => {
    server = await startTestServer();
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
    assistantId = (await client.beta.assistants.create({ model: 'scripted', tools: SEARCH })).id;
  });

  afterAll(() => server.close());

  /** Long enough that a run which does not wait ends before the file is read. */
  async function upload(): Promise<string> {
    const lines = Array.from({ length: 6000 }, (_, i) => `Line ${i} says nothing about it.`);
    const file = await toFile(Buffer.from([...lines, FACT].join('\n')), 'harbour.txt');
    return (await client.files.create({ file, purpose: 'assistants' })).id;
  }

  const attachedTo = (file_id: string) => [{ file_id, tools: SEARCH }];

  /** The output of the run's search. */
  async function found({ id, thread_id, status }: OpenAI.Beta.Threads.Run): Promise<string> {
    expect(status).toBe('completed');
    const { data } = await client.beta.threads.messages.list(thread_id, { run_id: id });
    const [part] = data[0]?.content ?? [];
    return part?.type === 'text' ? part.text.value : '';
  }

  const POLL = { pollIntervalMs: 20 };
  const question = { role: 'user' as const, content: ASK };

  it('a run finds a file that a message of the thread attached', async () => {
    const thread = await client.beta.threads.create();
    await client.beta.threads.messages.create(thread.id, { ...question, attachments: attachedTo(await upload()) });
    expect(
      await found(await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistantId }, POLL)),
    ).toContain(FACT);
  });

  it('a run finds a file of the messages that createAndRun creates the thread with', async () => {
    const thread = { messages: [{ ...question, attachments: attachedTo(await upload()) }] };
    expect(
      await found(await client.beta.threads.createAndRunPoll({ assistant_id: assistantId, thread }, POLL)),
    ).toContain(FACT);
  });

  it('a run finds a file that its additional messages attached', async () => {
    const { id } = await client.beta.threads.create();
    const additional_messages = [{ ...question, attachments: attachedTo(await upload()) }];
    const body = { assistant_id: assistantId, additional_messages };
    expect(await found(await client.beta.threads.runs.createAndPoll(id, body, POLL))).toContain(FACT);
  });

  it('a run finds a file of a vector store that was created with the thread', async () => {
    const tool_resources = { file_search: { vector_stores: [{ file_ids: [await upload()] }] } };
    const thread = { messages: [question], tool_resources };
    expect(
      await found(await client.beta.threads.createAndRunPoll({ assistant_id: assistantId, thread }, POLL)),
    ).toContain(FACT);
  });

  it('a run finds a file of a vector store that was created with the assistant', async () => {
    const tool_resources = { file_search: { vector_stores: [{ file_ids: [await upload()] }] } };
    const assistant = await client.beta.assistants.create({ model: 'scripted', tools: SEARCH, tool_resources });
    const thread = { messages: [question] };
    expect(
      await found(await client.beta.threads.createAndRunPoll({ assistant_id: assistant.id, thread }, POLL)),
    ).toContain(FACT);
  });

  it('a run finds the files of a batch in the vector store that the run names', async () => {
    const store = await client.vectorStores.create({});
    await client.vectorStores.fileBatches.create(store.id, { file_ids: [await upload()] });
    const tool_resources = { file_search: { vector_store_ids: [store.id] } };
    const body = { assistant_id: assistantId, tools: SEARCH, tool_resources, thread: { messages: [question] } };
    expect(await found(await client.beta.threads.createAndRunPoll(body, POLL))).toContain(FACT);
  });

  it('a run finds the file_ids of a message of the Assistants API v1', async () => {
    const tools = [{ type: 'retrieval' }] as unknown as OpenAI.Beta.AssistantTool[];
    const assistant = await client.beta.assistants.create({ model: 'scripted', tools }, FIRST_VERSION);
    const thread = await client.beta.threads.create({}, FIRST_VERSION);
    const body = { ...question, file_ids: [await upload()] };
    await client.beta.threads.messages.create(thread.id, body, FIRST_VERSION);
    const run = await client.beta.threads.runs.create(thread.id, { assistant_id: assistant.id }, FIRST_VERSION);
    await client.beta.threads.runs.poll(thread.id, run.id, POLL);
    expect(await found(await client.beta.threads.runs.retrieve(thread.id, run.id))).toContain(FACT);
  });

  it('a run streams that it is queued, and answers once the file has been read', async () => {
    const thread = { messages: [{ ...question, attachments: attachedTo(await upload()) }] };
    const events: string[] = [];
    let said = '';
    const stream = await client.beta.threads.createAndRun({ assistant_id: assistantId, thread, stream: true });
    for await (const { event, data } of stream) {
      events.push(event);
      if (event === 'thread.message.delta')
        for (const part of data.delta.content ?? []) said += part.type === 'text' ? part.text?.value : '';
    }
    expect(events.slice(0, 4)).toEqual([
      'thread.created',
      'thread.run.created',
      'thread.run.queued',
      'thread.run.in_progress',
    ]);
    expect(said).toContain(FACT);
  });

  it('a run continues without a file that cannot be read', async () => {
    const bytes = await toFile(Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37, 0x0a]), 'broken.pdf');
    const { id } = await client.files.create({ file: bytes, purpose: 'assistants' });
    const thread = { messages: [{ ...question, attachments: attachedTo(id) }] };
    expect(await found(await client.beta.threads.createAndRunPoll({ assistant_id: assistantId, thread }, POLL))).toBe(
      NOTHING,
    );
  });
});

const FILE_ID = 'file-harbour';

describe('a run whose files are still read', () => {
  let folder: string;
  let fixture: SqliteFixture;
  let clock: ManualClock;
  let runs: Awaited<ReturnType<typeof openRuns>>;
  let pool: WorkerPool;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selfsame-waits-'));
    clock = createManualClock(Date.now());
    const ids = createIdSource(clock);
    fixture = await openSqliteFixture(clock, ids);
    runs = await openRuns({ repositories: fixture.repositories, clock, ids, folder });
    const file = { id: FILE_ID, filename: 'a.txt', purpose: 'assistants', contentType: 'text/plain', bytes: 0 };
    await runs.repositories.files.create({ ...file, createdAt: clock.now(), expiresAt: null }, []);
    // No worker processes files: they stay in progress.
    pool = runs.startPool();
  });

  afterEach(async () => {
    await pool.stop(0);
    await runs.services.models.close();
    await fixture.dispose();
    await rm(folder, { recursive: true });
  });

  const settled = { timeout: 3000, interval: 10 };
  const statusOf = async (run: { id: string; thread_id: string }) =>
    (await runs.repositories.runs.retrieve(run.thread_id, run.id))?.status;

  const attachments = [{ file_id: FILE_ID, tools: SEARCH }];

  async function waitingRun(body: object = {}) {
    const message = { role: 'user', content: ASK, attachments };
    const thread = await runs.call<{ id: string }>('threads.create', {}, { messages: [message] });
    return runs.create(thread.id, { tools: SEARCH, ...body });
  }

  async function storeOf(run: { thread_id: string }): Promise<string> {
    const thread = await runs.repositories.threads.retrieve(run.thread_id);
    return thread?.toolResources.file_search?.vector_store_ids?.[0] ?? '';
  }

  const said = async (run: { thread_id: string }) =>
    (await runs.messages(run.thread_id)).at(-1)?.content[0]?.text.value;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 400));

  it('a run stays queued without a running job, and after 60 s searches the files that are ready', async () => {
    const run = await waitingRun();
    await pause();
    expect(await statusOf(run)).toBe('queued');
    expect(pool.running).toBe(0);
    clock.advance(59_000);
    await pause();
    expect(await statusOf(run)).toBe('queued');
    clock.advance(1000);
    await expect.poll(() => statusOf(run), settled).toBe('completed');
    expect(await said(run)).toBe(NOTHING);
  });

  it('a new run starts although many runs wait for files', async () => {
    const waiting = await Promise.all(Array.from({ length: 60 }, () => waitingRun()));
    const other = await runs.create(await runs.createThread('hello'));
    await expect.poll(() => statusOf(other), settled).toBe('completed');
    expect(new Set(await Promise.all(waiting.map(statusOf)))).toEqual(new Set(['queued']));
  });

  it('a run is cancelled immediately while it waits for files', async () => {
    const run = await waitingRun();
    await pause();
    const cancelled = await runs.cancel(run);
    expect(['cancelling', 'cancelled']).toContain(cancelled.status);
    await expect.poll(() => statusOf(run), { timeout: 250, interval: 5 }).toBe('cancelled');
  });

  it('a run expires at its time while it waits for files', async () => {
    const run = await waitingRun();
    clock.advance(600_000);
    expect((await runs.retrieve(run)).status).toBe('expired');
  });

  it('a run continues when its file has failed', async () => {
    const run = await waitingRun();
    await pause();
    const place = { storeId: await storeOf(run), id: FILE_ID };
    const { jobId = '' } = (await runs.repositories.vectorStoreFiles.retrieve(place)) ?? {};
    await runs.repositories.vectorStoreFiles.fail(place, jobId, { code: 'invalid_file', message: 'No.' });
    await expect.poll(() => statusOf(run), settled).toBe('completed');
    expect(await said(run)).toBe(NOTHING);
  });

  it.each([
    ['it has no file search', { tools: [] }],
    ['it must not call tools', { tool_choice: 'none' }],
  ])('does not wait for files if %s', async (_why, body) => {
    const run = await waitingRun(body);
    await expect.poll(() => statusOf(run), PATIENT).toMatch(/completed|failed/);
  });
});
