import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOpenApiDocument } from '@selfsame/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assembleContext } from '../../../generation/loop/assemble-context.ts';
import { createManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { createValidator } from '../../../operations/validator.ts';
import { openFileSystemBlobs } from '../../../storage/blobs/file-system/file-system-blobs.ts';
import { openSqliteFixture, type SqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';
import { createRunHistory } from '../../threads/runs/run-history.ts';
import { toRunStep } from '../../threads/runs/steps/to-run-step.ts';
import { toRun } from '../../threads/runs/to-run.ts';
import { importAssistants } from './import-assistants.ts';
import { importFiles } from './import-files.ts';
import { ImportError, readObjects } from './read-objects.ts';

const NOW = 2_000_000_000_000;
const WHOLE = { instructions: '', window: { type: 'fitting' } } as const;

let folder: string;
let fixture: SqliteFixture;
let scope: ReturnType<SqliteFixture['repositories']['forProject']>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-import-'));
  const clock = createManualClock(Date.now());
  fixture = await openSqliteFixture(clock, createIdSource(clock));
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  scope = fixture.repositories.forProject(projectId);
});

afterEach(async () => {
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const text = (value: string) => [{ type: 'text', text: { value, annotations: [] } }];
/** The hosted service lists messages without a status. */
const message = (id: string, created_at: number, more: object = {}) => ({
  id,
  object: 'thread.message',
  created_at,
  thread_id: 'thread_a',
  role: 'user',
  content: text(id),
  ...more,
});

const ASSISTANT = {
  id: 'asst_a',
  object: 'assistant',
  created_at: 1_700_000_000,
  model: 'gpt-4o',
  name: 'Ada',
  tools: [{ type: 'file_search' }],
  tool_resources: { file_search: { vector_store_ids: ['vs_x'] } },
  temperature: 0.2,
};

const RUN = {
  id: 'run_1',
  object: 'thread.run',
  created_at: 10,
  thread_id: 'thread_a',
  assistant_id: 'asst_a',
  status: 'completed',
  required_action: null,
  last_error: null,
  expires_at: null,
  started_at: 10,
  cancelled_at: null,
  failed_at: null,
  completed_at: 12,
  incomplete_details: null,
  model: 'gpt-4o',
  instructions: 'Be brief.',
  tools: [{ type: 'code_interpreter' }, { type: 'file_search' }],
  metadata: {},
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  temperature: 1,
  top_p: 1,
  max_prompt_tokens: null,
  max_completion_tokens: 300,
  truncation_strategy: { type: 'last_messages', last_messages: 3 },
  tool_choice: 'auto',
  parallel_tool_calls: true,
  response_format: 'auto',
};

const CONTENT = 'step_details.tool_calls[*].file_search.results[*].content';
const CREATION = { type: 'message_creation', message_creation: { message_id: 'msg_2' } };
const RESULTS = [{ file_id: 'file-1', file_name: 'a.txt', score: 0.5, content: [{ type: 'text', text: 'a' }] }];
const STEP = {
  id: 'step_1',
  object: 'thread.run.step',
  created_at: 11,
  assistant_id: 'asst_a',
  thread_id: 'thread_a',
  run_id: 'run_1',
  type: 'tool_calls',
  status: 'completed',
  step_details: {
    type: 'tool_calls',
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}', output: '1' } },
      {
        id: 'call_2',
        type: 'code_interpreter',
        code_interpreter: { input: '1+2', outputs: [{ type: 'logs', logs: '3' }] },
      },
      { id: 'call_3', type: 'file_search', file_search: { results: RESULTS } },
    ],
  },
  last_error: null,
  expired_at: null,
  cancelled_at: null,
  failed_at: null,
  completed_at: 12,
  metadata: {},
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
};

const V1_ASSISTANT = {
  ...ASSISTANT,
  id: 'asst_1',
  tools: [{ type: 'retrieval' }],
  tool_resources: undefined,
  file_ids: ['file-1'],
};

const validator = createValidator(buildOpenApiDocument({ version: 'test', serverUrl: '/v1' }));
const importAll = (objects: Parameters<typeof importAssistants>[1]) =>
  importAssistants(scope, objects, { findDifference: validator.findResponseDifference, now: () => NOW });

const counts = (report: Awaited<ReturnType<typeof importAssistants>>) =>
  Object.fromEntries(
    [...report].map(([kind, { imported, present, refused, skipped }]) => [
      kind,
      [imported, present, refused.length, skipped],
    ]),
  );

describe('importAssistants', () => {
  it('imports assistants of API v1 and v2 under their ids, once', async () => {
    const objects = [ASSISTANT, JSON.parse(JSON.stringify(V1_ASSISTANT))];
    expect(counts(await importAll(objects))).toEqual({ assistant: [2, 0, 0, 0] });
    expect(counts(await importAll(objects))).toEqual({ assistant: [0, 2, 0, 0] });
    expect(await scope.assistants.retrieve('asst_a')).toMatchObject({
      createdAt: 1_700_000_000_000,
      name: 'Ada',
      instructions: null,
      temperature: 0.2,
      topP: null,
      toolResources: { file_search: { vector_store_ids: ['vs_x'] } },
    });
    expect(await scope.assistants.retrieve('asst_1')).toMatchObject({
      tools: [{ type: 'file_search' }],
      toolResources: { code_interpreter: { file_ids: ['file-1'] } },
    });
  });

  it('imports a newest-first list of messages in order of creation, also within one second', async () => {
    const page = {
      object: 'list',
      data: [message('msg_4', 20), message('msg_3', 10), message('msg_2', 10), message('msg_1', 10)],
    };
    await writeFile(join(folder, 'a.json'), JSON.stringify(page));
    const objects = await readObjects(join(folder, 'a.json'));
    expect(counts(await importAll(objects))).toEqual({ 'thread.message': [4, 0, 0, 0] });
    const more = [...objects, message('msg_5', 30, { role: 'assistant', status: 'in_progress', run_id: 'run_1' })];
    expect(counts(await importAll(more))).toEqual({ 'thread.message': [1, 4, 0, 0] });
    const { records } = await scope.messages.list('thread_a', { limit: 10 });
    expect(records.map(({ id, status }) => [id, status])).toEqual([
      ['msg_1', 'completed'],
      ['msg_2', 'completed'],
      ['msg_3', 'completed'],
      ['msg_4', 'completed'],
      ['msg_5', 'incomplete'],
    ]);
    expect(records[4]).toMatchObject({ incompleteReason: 'run_failed', runId: 'run_1', completedAt: null });
    expect(await scope.threads.retrieve('thread_a')).toMatchObject({ createdAt: 10_000 });
  });

  it('imports each run and step once and keeps the order of steps and messages', async () => {
    const called = { role: 'assistant', content: text('3'), run_id: 'run_1', assistant_id: 'asst_a' };
    const objects = [
      message('msg_1', 10),
      message('msg_2', 12, called),
      message('msg_3', 12),
      RUN,
      { ...RUN, id: 'run_2', status: 'requires_action', usage: null, created_at: 12, completed_at: null },
      STEP,
      { ...STEP, id: 'step_2', created_at: 12, type: 'message_creation', step_details: CREATION },
      {
        ...STEP,
        id: 'step_3',
        run_id: 'run_2',
        created_at: 12,
        status: 'in_progress',
        completed_at: null,
        usage: null,
      },
    ];
    const all = { 'thread.message': [3, 0, 0, 0], 'thread.run': [2, 0, 0, 0], 'thread.run.step': [3, 0, 0, 0] };
    expect(counts(await importAll(objects))).toEqual(all);
    const again = { 'thread.message': [0, 3, 0, 0], 'thread.run': [0, 2, 0, 0], 'thread.run.step': [0, 3, 0, 0] };
    expect(counts(await importAll(objects))).toEqual(again);
    const [one, two] = await Promise.all(['run_1', 'run_2'].map((id) => scope.runs.retrieve('thread_a', id)));
    expect(one === undefined ? one : toRun(one)).toEqual({ ...RUN, tool_resources: {}, expires_at: null });
    expect(two).toMatchObject({ status: 'expired', expiresAt: 612_000, jobId: null });
    const steps = await scope.runSteps.list('run_1', { limit: 10 });
    const [calls, creation] = steps.records.map((step) => toRunStep(step, { include: [CONTENT] }));
    expect(calls).toEqual(STEP);
    expect(creation?.step_details).toEqual(CREATION);
    const { records } = await scope.messages.list('thread_a', { limit: 10 });
    const [waiting] = (await scope.runSteps.list('run_2', { limit: 10 })).records;
    expect(waiting).toMatchObject({ status: 'expired', expiredAt: 612_000 });
    const order = [...records, ...steps.records].sort((a, b) => a.seq - b.seq);
    expect(order.map(({ id }) => id)).toEqual(['msg_1', 'step_1', 'step_2', 'msg_2', 'msg_3']);
    // The outputs of the calls are part of the next prompt.
    const context = await assembleContext(createRunHistory(scope, 'thread_a'), WHOLE, { tokens: 1000 });
    expect(context.messages.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual([
      '1',
      '3',
      'a',
    ]);
  });

  it('imports runs of API v1 and renames their retrieval calls to file_search', async () => {
    const old = { ...RUN, tools: [{ type: 'retrieval' }], file_ids: ['file-1'], usage: undefined, top_p: undefined };
    const call = { id: 'call_1', type: 'retrieval', retrieval: {} };
    const step = { ...STEP, step_details: { type: 'tool_calls', tool_calls: [call] } };
    const report = await importAll(JSON.parse(JSON.stringify([old, step])));
    expect(counts(report)).toEqual({ 'thread.run': [1, 0, 0, 0], 'thread.run.step': [1, 0, 0, 0] });
    const run = await scope.runs.retrieve('thread_a', 'run_1');
    expect(run?.definition).toMatchObject({
      tools: [{ type: 'file_search' }],
      toolResources: { code_interpreter: { file_ids: ['file-1'] } },
    });
    const [kept] = (await scope.runSteps.list('run_1', { limit: 1 })).records;
    expect(kept === undefined ? kept : toRunStep(kept).step_details).toMatchObject({
      tool_calls: [{ id: 'call_1', type: 'file_search', file_search: {} }],
    });
  });

  it('imports vector stores and queues their files for ingestion', async () => {
    const store = {
      id: 'vs_a',
      object: 'vector_store',
      created_at: 7,
      name: null,
      usage_bytes: 5,
      file_counts: { in_progress: 0, completed: 2, failed: 0, cancelled: 0, total: 2 },
      status: 'completed',
      expires_after: { anchor: 'last_active_at', days: 7 },
      expires_at: 9,
      last_active_at: 8,
      metadata: { a: 'b' },
    };
    const attached = {
      id: 'file-1',
      object: 'vector_store.file',
      usage_bytes: 5,
      created_at: 7,
      vector_store_id: 'vs_a',
      status: 'completed',
      chunking_strategy: { type: 'other' },
    };
    await scope.files.create(
      { id: 'file-1', filename: 'a', purpose: 'assistants', contentType: '', bytes: 0, expiresAt: null, createdAt: 1 },
      [],
    );
    const objects = [attached, store, { ...attached, id: 'file-2' }, { ...attached, vector_store_id: 'vs_b' }];
    const report = await importAll(objects);
    expect(counts(report)).toEqual({ 'vector_store.file': [1, 0, 2, 0], vector_store: [1, 0, 0, 0] });
    expect(report.get('vector_store.file')?.refused.map(({ reason }) => reason)).toEqual([
      'the file is not there: it comes with its content',
      'its store vs_b is not there',
    ]);
    expect(await scope.vectorStores.retrieve('vs_a')).toMatchObject({
      name: '',
      metadata: { a: 'b' },
      createdAt: 7000,
      expiresAt: NOW + 7 * 24 * 3_600_000,
      fileCounts: { inProgress: 1, total: 1 },
    });
    expect(counts(await importAll(objects))).toEqual({ 'vector_store.file': [0, 1, 2, 0], vector_store: [0, 1, 0, 0] });
  });

  it('reports refused objects with a reason and counts skipped ones', async () => {
    const objects = [
      { ...ASSISTANT, model: undefined },
      { id: 'run_1', object: 'thread.run' },
      { id: 'batch_1', object: 'batch' },
      { ...STEP, id: 'step_x', run_id: 'run_x' },
      { id: 'thread_b', object: 'thread', created_at: 5 },
    ];
    const report = await importAll(JSON.parse(JSON.stringify(objects)));
    expect(counts(report)).toEqual({
      assistant: [0, 0, 1, 0],
      'thread.run': [0, 0, 1, 0],
      batch: [0, 0, 0, 1],
      'thread.run.step': [0, 0, 1, 0],
      thread: [1, 0, 0, 0],
    });
    expect(report.get('thread.run.step')?.refused).toEqual([{ id: 'step_x', reason: 'its run run_x is not there' }]);
    expect(report.get('assistant')?.refused[0]).toMatchObject({
      id: 'asst_a',
      reason: expect.stringContaining('model'),
    });
  });

  it('imports files whose content has the described size, once', async () => {
    const clock = createManualClock(Date.now());
    const blobs = await openFileSystemBlobs({ folder: join(folder, 'blobs'), now: clock.now });
    const into = { files: scope.files, blobs, ids: createIdSource(clock), folder };
    const file = (id: string, filename: string, bytes = 3) =>
      ({ id, object: 'file', filename, bytes, purpose: 'assistants', created_at: 7, expires_at: null }) as const;
    await writeFile(join(folder, 'file-1'), 'abc');
    await writeFile(join(folder, 'b.txt'), 'abc');
    const objects = [
      file('file-1', 'a.txt'),
      file('file-2', 'b.txt'),
      file('file-3', 'none'),
      file('file-4', 'b.txt', 4),
    ];
    const { refused, ...counted } = await importFiles(into, objects);
    expect(counted).toEqual({ imported: 2, present: 0, skipped: 0 });
    expect(refused.map(({ id }) => id)).toEqual(['file-3', 'file-4']);
    expect(await importFiles(into, objects.slice(0, 2))).toMatchObject({ imported: 0, present: 2 });
    expect(await scope.files.retrieve('file-2')).toMatchObject({ filename: 'b.txt', createdAt: 7000, bytes: 3 });
    const [blob] = await scope.files.listBlobs('file-2');
    const pieces = await Array.fromAsync(blobs.read(blob?.key ?? ''));
    expect(Buffer.concat(pieces).toString()).toBe('abc');
  });

  it('reads JSON Lines and names the line that is not JSON', async () => {
    const path = join(folder, 'a.jsonl');
    await writeFile(path, `${JSON.stringify(ASSISTANT)}\n\n${JSON.stringify({ data: [ASSISTANT, ASSISTANT] })}\n`);
    expect(await readObjects(path)).toHaveLength(3);
    await writeFile(path, `${JSON.stringify(ASSISTANT)}\n{"a":`);
    await expect(readObjects(path)).rejects.toThrow(
      new ImportError(`${path} is neither JSON nor JSON lines: see line 2.`),
    );
  });
});
