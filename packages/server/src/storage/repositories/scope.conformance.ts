/**
 * The part of the conformance suite that proves the scope: no method of `forProject` shows or changes anything of another project.
 * The type makes a new room or method fail to compile until it has a line in ROOMS, and the second case fails on what TypeScript cannot see.
 */
import { expect, it } from 'vitest';
import type { ProjectRepositories } from './repositories.ts';
import type { Cases } from './testing/cases.ts';

/** A page larger than the case fills. */
const ALL = { limit: 1000 };

type Call<Room> = (room: Room, id: string) => Promise<unknown>;

interface RoomCase<Room> {
  /** Makes one record in the project; its text as JSON holds the project's id. Answers its id. */
  seed(cases: Cases, projectId: string): Promise<string>;
  /** Every method, called with the id of a record; `read` shows what is there, `write` changes it. */
  methods: { [Method in keyof Room]: { read: Call<Room> } | { write: Call<Room> } };
}

type Rooms = { [Name in keyof ProjectRepositories]: RoomCase<ProjectRepositories[Name]> };

const ROOMS: Rooms = {
  project: {
    seed: async (_cases, projectId) => projectId,
    methods: { retrieve: { read: (room) => room.retrieve() } },
  },
  apiKeys: {
    seed: async ({ createKey }, projectId) => (await createKey({ projectId })).id,
    methods: { retrieve: { read: (room, id) => room.retrieve(id) }, list: { read: (room) => room.list(ALL) } },
  },
  jobs: {
    seed: ({ fixture }, projectId) => fixture().repositories.forProject(projectId).jobs.enqueue(JOB),
    methods: {
      enqueue: { write: (room) => room.enqueue(JOB) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      cancel: { write: (room, id) => room.cancel(id) },
    },
  },
  events: {
    async seed({ fixture }, projectId) {
      await fixture()
        .repositories.forProject(projectId)
        .events.append(STREAM, [{ type: 'made', data: projectId }]);
      return STREAM;
    },
    methods: {
      append: { write: (room, id) => room.append(id, [{ type: 'other', data: null }], { end: true }) },
      list: { read: (room, id) => room.list(id, { afterSeq: -1, limit: 10 }) },
    },
  },
  usageEvents: {
    async seed({ fixture, usageEvent }, projectId) {
      const { organizationId: _o, projectId: _p, ...event } = await usageEvent();
      await fixture().repositories.forProject(projectId).usageEvents.insert(event);
      return event.id;
    },
    methods: {
      insert: {
        write: (room, id) => room.insert({ ...USAGE, id }),
      },
      list: { read: (room) => room.list(ALL) },
    },
  },
  chatCompletions: {
    async seed({ fixture, ids, clock }, projectId) {
      const { chatCompletions } = fixture().repositories.forProject(projectId);
      const id = ids('chatcmpl-');
      await chatCompletions.create({ ...COMPLETION, id, createdAt: clock.now() }, [{ content: projectId }]);
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...COMPLETION, id, createdAt: 0 }, []) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      listMessages: { read: (room, id) => room.listMessages(id) },
      list: { read: (room) => room.list(ALL) },
      update: { write: (room, id) => room.update(id, { changed: 'yes' }) },
      delete: { write: (room, id) => room.delete(id) },
    },
  },
  batches: {
    async seed({ fixture, ids, clock }, projectId) {
      const { batches } = fixture().repositories.forProject(projectId);
      const id = ids('batch_');
      await batches.create({ ...BATCH, id, inputFileId: projectId, createdAt: clock.now() });
      await batches.addLines(
        id,
        [1, 2, 3].map((number) => ({ ...LINE, number, customId: projectId })),
      );
      await batches.update(id, ['validating'], { status: 'in_progress' });
      await batches.record(id, [
        { ...ANSWER, number: 1 },
        { ...ANSWER, number: 2, outcome: 'failed' },
      ]);
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...BATCH, id }) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      list: { read: (room) => room.list(ALL) },
      update: { write: (room, id) => room.update(id, ['in_progress'], { status: 'validating' }) },
      addLines: { write: (room, id) => room.addLines(id, [{ ...LINE, number: 9, customId: 'other' }]) },
      listPending: { read: (room, id) => room.listPending(id, { after: 0, limit: 10 }) },
      record: { write: (room, id) => room.record(id, [{ ...ANSWER, number: 3 }]) },
      settle: { write: (room, id) => room.settle(id, 'batch_cancelled') },
      listFinished: { read: (room, id) => room.listFinished(id, 'output', { after: 0, limit: 10 }) },
      deleteLines: { write: (room, id) => room.deleteLines(id) },
    },
  },
  files: {
    async seed({ fixture, ids, clock }, projectId) {
      const { files } = fixture().repositories.forProject(projectId);
      const id = ids('file-');
      const blob = { key: ids('blob_'), bytes: 3, sha256: projectId };
      await files.create({ ...FILE, id, createdAt: clock.now() }, [blob]);
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...FILE, id, createdAt: 0 }, []) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      list: { read: (room) => room.list(ALL) },
      listBlobs: { read: (room, id) => room.listBlobs(id) },
      delete: { write: (room, id) => room.delete(id) },
      totalBytes: { write: (room) => room.totalBytes() },
    },
  },
  assistants: {
    async seed({ fixture, ids, clock }, projectId) {
      const { assistants } = fixture().repositories.forProject(projectId);
      const id = ids('asst_');
      await assistants.create({ ...ASSISTANT, id, createdAt: clock.now() });
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...ASSISTANT, id, createdAt: 0 }) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      list: { read: (room) => room.list(ALL) },
      update: { write: (room, id) => room.update(id, { name: 'changed' }) },
      delete: { write: (room, id) => room.delete(id) },
    },
  },
  threads: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads } = fixture().repositories.forProject(projectId);
      const id = ids('thread_');
      await threads.create({ ...THREAD, id, createdAt: clock.now() });
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...THREAD, id, createdAt: 0 }) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      update: { write: (room, id) => room.update(id, { metadata: { a: 'changed' } }) },
      delete: { write: (room, id) => room.delete(id) },
      lock: { read: (room, id) => room.lock(id) },
      beginRun: { write: (room, id) => room.beginRun(id, 'run_other') },
      endRun: { write: (room, id) => room.endRun(id, 'run_other') },
      takeSeq: { write: (room, id) => room.takeSeq(id, 1) },
    },
  },
  messages: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads, messages } = fixture().repositories.forProject(projectId);
      const id = ids('msg_');
      await threads.create({ ...THREAD, id: threadOf(id), createdAt: clock.now() });
      await messages.create(threadOf(id), [{ ...MESSAGE, id, createdAt: clock.now() }]);
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create(threadOf(id), [{ ...MESSAGE, id: 'msg_other', createdAt: 0 }]) },
      retrieve: { read: (room, id) => room.retrieve(threadOf(id), id) },
      list: { read: (room, id) => room.list(threadOf(id), ALL) },
      update: { write: (room, id) => room.update(threadOf(id), id, { metadata: { a: 'changed' } }) },
      delete: { write: (room, id) => room.delete(threadOf(id), id) },
    },
  },
  runs: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads, runs } = fixture().repositories.forProject(projectId);
      const id = ids('run_');
      await threads.create({ ...THREAD, id: threadOfRun(id), createdAt: clock.now() });
      await runs.create({ ...RUN, id, threadId: threadOfRun(id) });
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...RUN, id: 'run_other', threadId: threadOfRun(id) }) },
      retrieve: { read: (room, id) => room.retrieve(threadOfRun(id), id) },
      list: { read: (room, id) => room.list(threadOfRun(id), ALL) },
      update: { write: (room, id) => room.update(threadOfRun(id), id, { status: 'failed' }) },
    },
  },
  runSteps: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads, runs, runSteps } = fixture().repositories.forProject(projectId);
      const runId = ids('run_');
      await threads.create({ ...THREAD, id: threadOfRun(runId), createdAt: clock.now() });
      await runs.create({ ...RUN, id: runId, threadId: threadOfRun(runId) });
      await runSteps.create(stepOf(runId));
      return runId;
    },
    methods: {
      create: { write: (room, runId) => room.create({ ...stepOf(runId), id: 'step_other' }) },
      retrieve: { read: (room, runId) => room.retrieve(runId, stepOf(runId).id) },
      list: { read: (room, runId) => room.list(runId, ALL) },
      listCalls: { read: (room, runId) => room.listCalls(threadOfRun(runId), { after: -1, before: 10 }) },
      update: { write: (room, runId) => room.update(runId, stepOf(runId).id, { status: 'failed' }) },
    },
  },
  uploads: {
    async seed({ fixture, ids, clock }, projectId) {
      const { uploads } = fixture().repositories.forProject(projectId);
      const id = ids('upload_');
      await uploads.create({ ...UPLOAD, id, expiresAt: clock.now() });
      const blob = { key: ids('blob_'), bytes: 3, sha256: projectId };
      await uploads.addPart({ id: ids('part_'), uploadId: id, createdAt: 0, blob });
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...UPLOAD, id, expiresAt: 0 }) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      addPart: {
        write: (room, uploadId) =>
          room.addPart({ id: 'part_x', uploadId, createdAt: 0, blob: { key: 'blob_x', bytes: 1, sha256: '' } }),
      },
      listParts: { read: (room, id) => room.listParts(id) },
      complete: { write: (room, id) => room.complete(id, [], { ...FILE, id: 'file-x', createdAt: 0 }) },
      end: { write: (room, id) => room.end(id, 'cancelled') },
    },
  },
  vectorStores: {
    async seed({ fixture, ids, clock }, projectId) {
      const { vectorStores } = fixture().repositories.forProject(projectId);
      const id = ids('vs_');
      await vectorStores.create({ ...VECTOR_STORE, id, createdAt: clock.now() });
      // A batch of the same id, so that one id names both.
      await vectorStores.createBatch({ id, storeId: id, createdAt: clock.now() });
      return id;
    },
    methods: {
      create: { write: (room, id) => room.create({ ...VECTOR_STORE, id, createdAt: 0 }) },
      retrieve: { read: (room, id) => room.retrieve(id) },
      list: { read: (room) => room.list(ALL) },
      update: { write: (room, id) => room.update(id, { name: 'changed' }) },
      delete: { write: (room, id) => room.delete(id) },
      createBatch: { write: (room, storeId) => room.createBatch({ id: 'vsfb_x', storeId, createdAt: 0 }) },
      retrieveBatch: { read: (room, id) => room.retrieveBatch(id, id) },
      cancelBatch: { write: (room, id) => room.cancelBatch(id, id, 1) },
      // What these find is without a project; that they find nothing of another is shown with vector stores.
      nearest: { write: (room, storeId) => room.nearest({ storeId, vector: new Float32Array([1]), limit: 1 }) },
      search: { write: (room, storeId) => room.search({ storeId, terms: ['a'], limit: 1 }) },
      listChunks: { write: (room, id) => room.listChunks(id, [2 ** 20]) },
    },
  },
  vectorStoreFiles: {
    async seed({ fixture, ids, clock }, projectId) {
      const { vectorStores, vectorStoreFiles } = fixture().repositories.forProject(projectId);
      const id = ids('vs_');
      await vectorStores.create({ ...VECTOR_STORE, id, createdAt: clock.now() });
      const file = { ...VECTOR_STORE_FILE, storeId: id, id, attributes: { projectId }, createdAt: clock.now() };
      await vectorStoreFiles.create(file);
      const chunk = { text: projectId, page: null, start: 0, end: 1, vectors: [], terms: new Map() };
      await vectorStoreFiles.complete({ storeId: id, id }, 'job_x', { chunks: [chunk], embeddingModel: 'nano' });
      return id;
    },
    methods: {
      create: {
        write: (room, id) => room.create({ ...VECTOR_STORE_FILE, storeId: id, id, attributes: {}, createdAt: 0 }),
      },
      retrieve: { read: (room, id) => room.retrieve({ storeId: id, id }) },
      list: { read: (room, storeId) => room.list({ ...ALL, storeId }) },
      updateAttributes: { write: (room, id) => room.updateAttributes({ storeId: id, id }, { a: 1 }) },
      complete: {
        write: (room, id) => room.complete({ storeId: id, id }, 'job_x', { chunks: [], embeddingModel: 'nano' }),
      },
      fail: {
        write: (room, id) => room.fail({ storeId: id, id }, 'job_x', { code: 'server_error', message: 'x' }),
      },
      listChunks: { read: (room, id) => room.listChunks({ storeId: id, id }) },
      delete: { write: (room, id) => room.delete({ storeId: id, id }) },
      listStores: { write: (room, id) => room.listStores(id) },
    },
  },
};

const VECTOR_STORE = {
  name: 'a',
  description: null,
  metadata: {},
  expiresAfterDays: null,
  expiresAt: null,
  lastActiveAt: 0,
};

const VECTOR_STORE_FILE = { batchId: null, jobId: 'job_x', chunkTokens: 800, overlapTokens: 400 };

const UPLOAD = {
  filename: 'a',
  purpose: 'assistants',
  contentType: 'text/plain',
  bytes: 3,
  fileLifetimeSeconds: null,
  createdAt: 0,
};

const ASSISTANT = {
  model: 'nano',
  name: null,
  description: null,
  instructions: null,
  tools: [],
  toolResources: {},
  responseFormat: 'auto',
  temperature: 1,
  topP: 1,
  reasoningEffort: null,
  metadata: {},
};

const THREAD = { toolResources: {}, metadata: {} };

const MESSAGE = {
  role: 'user' as const,
  status: 'completed' as const,
  incompleteReason: null,
  content: [],
  attachments: [],
  metadata: {},
  assistantId: null,
  runId: null,
  completedAt: null,
  incompleteAt: null,
};

/** A message is found by its thread's id and its own: one tells the other here. */
const threadOf = (messageId: string) => messageId.replace('msg_', 'thread_');

const BATCH = {
  apiKeyId: null,
  endpoint: '/v1/embeddings',
  inputFileId: 'file-1',
  completionWindow: '24h',
  outputLifetimeSeconds: null,
  metadata: null,
  createdAt: 0,
  expiresAt: 0,
};

const LINE = { start: 0, bytes: 1 };

const ANSWER = { outcome: 'completed', result: '{}', usage: null, model: null } as const;

const RUN = {
  assistantId: 'asst_1',
  status: 'queued' as const,
  model: 'nano',
  definition: {
    instructions: '',
    tools: [],
    toolResources: {},
    temperature: 1,
    topP: 1,
    maxPromptTokens: null,
    maxCompletionTokens: null,
    truncation: { type: 'auto' as const },
    toolChoice: 'auto',
    parallelToolCalls: true,
    responseFormat: 'auto',
    reasoningEffort: null,
  },
  metadata: {},
  open: null,
  calls: [],
  promptTokens: 0,
  completionTokens: 0,
  lastError: null,
  incompleteReason: null,
  jobId: null,
  attempt: 0,
  apiKeyId: null,
  createdAt: 0,
  expiresAt: 0,
  startedAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
};

const threadOfRun = (runId: string) => runId.replace('run_', 'thread_');

const stepOf = (runId: string) => ({
  id: runId.replace('run_', 'step_'),
  threadId: threadOfRun(runId),
  runId,
  assistantId: 'asst_1',
  type: 'tool_calls' as const,
  status: 'completed' as const,
  messageId: null,
  calls: [],
  lastError: null,
  promptTokens: null,
  completionTokens: null,
  createdAt: 0,
  expiredAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
});

const COMPLETION = { model: 'nano', requestedModel: 'nano', completion: {}, metadata: { a: 'b' } };

const FILE = { filename: 'a', purpose: 'assistants', contentType: 'text/plain', bytes: 3, expiresAt: null };

/** The same in both projects. */
const STREAM = 'stream';

const JOB = { task: 'tests.nothing', payload: null, queue: 'tests', priority: 0, maxAttempts: 1 };

const USAGE = {
  apiKeyId: null,
  operationId: 'chat.completions.create',
  modelId: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  requests: 0,
  startedAt: 0,
  durationMs: 0,
  status: 200,
};

interface Method {
  label: string;
  kind: 'read' | 'write';
  call(scope: ProjectRepositories, ids: ReadonlyMap<string, string>): Promise<unknown>;
}

/** All methods of all rooms, their types put aside: each is called with the room that it belongs to. */
function methods(): Method[] {
  return Object.entries(ROOMS).flatMap(([name, room]) =>
    Object.entries(room.methods as Record<string, { read: Call<unknown> } | { write: Call<unknown> }>).map(
      ([method, entry]) => ({
        label: `${name}.${method}`,
        kind: 'read' in entry ? 'read' : 'write',
        call: (scope, ids) => {
          const run = 'read' in entry ? entry.read : entry.write;
          return run(scope[name as keyof ProjectRepositories], ids.get(name) ?? '');
        },
      }),
    ),
  );
}

async function seedAll(cases: Cases, projectId: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const [name, room] of Object.entries(ROOMS)) ids.set(name, await room.seed(cases, projectId));
  return ids;
}

export function describeScope(cases: Cases): void {
  it('shows a project what is its own and nothing of another, and lets it change nothing of another', async () => {
    const { fixture, installation, createProject } = cases;
    const mine = (await installation()).projectId;
    const other = (await createProject()).id;
    const scopeOf = (projectId: string) => fixture().repositories.forProject(projectId);
    await seedAll(cases, mine);
    const otherIds = await seedAll(cases, other);
    const reads = methods().filter(({ kind }) => kind === 'read');
    const view = (projectId: string) => Promise.all(reads.map(({ call }) => call(scopeOf(projectId), otherIds)));

    const ownView = await view(other);
    for (const [index, { label }] of reads.entries()) {
      expect(JSON.stringify(ownView[index]), label).toContain(other);
      expect(JSON.stringify((await view(mine))[index] ?? null), label).not.toContain(other);
      expect(JSON.stringify((await view('proj_none'))[index] ?? null), label).not.toContain(other);
    }
    for (const { label, kind, call } of methods()) {
      if (kind === 'read') continue;
      // It may answer that there is nothing of that id, or refuse.
      await call(scopeOf(mine), otherIds).catch(() => undefined);
      expect(await view(other), label).toEqual(ownView);
    }
  });

  it('has no room or method of forProject that the case above leaves out', async () => {
    const { transaction: _transaction, ...scope } = cases.fixture().repositories.forProject('proj_any');
    const names = Object.entries(scope).flatMap(([room, own]) => Object.keys(own).map((method) => `${room}.${method}`));
    expect(names.toSorted()).toEqual(
      methods()
        .map(({ label }) => label)
        .toSorted(),
    );
  });
}
