import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { importAssistants } from './import-assistants.ts';
import { importFiles } from './import-files.ts';
import { ImportError, readObjects } from './read-objects.ts';

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
/** As the hosted service lists them: without a status. */
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

const FIRST_VERSION = {
  ...ASSISTANT,
  id: 'asst_1',
  tools: [{ type: 'retrieval' }],
  tool_resources: undefined,
  file_ids: ['file-1'],
};

const counts = (report: Awaited<ReturnType<typeof importAssistants>>) =>
  Object.fromEntries(
    [...report].map(([kind, { brought, present, refused, left }]) => [kind, [brought, present, refused.length, left]]),
  );

describe('an import of assistants', () => {
  it('brings assistants of both versions over under their ids, once', async () => {
    const objects = [ASSISTANT, JSON.parse(JSON.stringify(FIRST_VERSION))];
    expect(counts(await importAssistants(scope, objects))).toEqual({ assistant: [2, 0, 0, 0] });
    expect(counts(await importAssistants(scope, objects))).toEqual({ assistant: [0, 2, 0, 0] });
    expect(await scope.assistants.retrieve('asst_a')).toMatchObject({
      createdAt: 1_700_000_000_000,
      name: 'Ada',
      instructions: null,
      temperature: 0.2,
      topP: 1,
      toolResources: { file_search: { vector_store_ids: ['vs_x'] } },
    });
    expect(await scope.assistants.retrieve('asst_1')).toMatchObject({
      tools: [{ type: 'file_search' }],
      toolResources: { code_interpreter: { file_ids: ['file-1'] } },
    });
  });

  it('brings messages over in their order, newest first as they were listed, also of one second', async () => {
    const page = {
      object: 'list',
      data: [message('msg_4', 20), message('msg_3', 10), message('msg_2', 10), message('msg_1', 10)],
    };
    await writeFile(join(folder, 'a.json'), JSON.stringify(page));
    const objects = await readObjects(join(folder, 'a.json'));
    expect(counts(await importAssistants(scope, objects))).toEqual({ 'thread.message': [4, 0, 0, 0] });
    const more = [...objects, message('msg_5', 30, { role: 'assistant', status: 'in_progress', run_id: 'run_1' })];
    expect(counts(await importAssistants(scope, more))).toEqual({ 'thread.message': [1, 4, 0, 0] });
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

  it('tells what it refuses and what it leaves out', async () => {
    const objects = [
      { ...ASSISTANT, model: undefined },
      { id: 'run_1', object: 'thread.run' },
      { id: 'thread_b', object: 'thread', created_at: 5 },
    ];
    const report = await importAssistants(scope, JSON.parse(JSON.stringify(objects)));
    expect(counts(report)).toEqual({ assistant: [0, 0, 1, 0], 'thread.run': [0, 0, 0, 1], thread: [1, 0, 0, 0] });
    expect(report.get('assistant')?.refused[0]).toMatchObject({ id: 'asst_a', why: expect.stringContaining('model') });
  });

  it('brings files over with their contents, whole and once', async () => {
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
    expect(counted).toEqual({ brought: 2, present: 0, left: 0 });
    expect(refused.map(({ id }) => id)).toEqual(['file-3', 'file-4']);
    expect(await importFiles(into, objects.slice(0, 2))).toMatchObject({ brought: 0, present: 2 });
    expect(await scope.files.retrieve('file-2')).toMatchObject({ filename: 'b.txt', createdAt: 7000, bytes: 3 });
    const [blob] = await scope.files.listBlobs('file-2');
    const pieces = await Array.fromAsync(blobs.read(blob?.key ?? ''));
    expect(Buffer.concat(pieces).toString()).toBe('abc');
  });

  it('reads lines too, and names the line that is none', async () => {
    const path = join(folder, 'a.jsonl');
    await writeFile(path, `${JSON.stringify(ASSISTANT)}\n\n${JSON.stringify({ data: [ASSISTANT, ASSISTANT] })}\n`);
    expect(await readObjects(path)).toHaveLength(3);
    await writeFile(path, `${JSON.stringify(ASSISTANT)}\n{"a":`);
    await expect(readObjects(path)).rejects.toThrow(
      new ImportError(`${path} is neither JSON nor JSON lines: see line 2.`),
    );
  });
});
