/**
 * The part of the conformance suite that proves the scope: no method of `forProject` reads or changes a record of
 * another project. A new repository or method fails to compile until it has a line in CASES; the second case finds what
 * TypeScript cannot see.
 */
import { expect, it } from 'vitest';
import type { ProjectRepositories } from './repositories.ts';
import type { Cases } from './testing/cases.ts';
import {
  ANSWER,
  ASSISTANT,
  BATCH,
  BATCH_LINE,
  COMPLETION,
  CONTAINER,
  CONTAINER_FILE,
  FILE,
  JOB,
  MESSAGE,
  RESPONSE,
  RUN,
  RUN_STEP,
  THREAD,
  UPLOAD,
  USAGE_EVENT,
  VECTOR_STORE,
  VECTOR_STORE_FILE,
} from './testing/records.ts';

/** A page that contains every record of a case. */
const ALL = { limit: 1000 };

type Call<Repository> = (repository: Repository, id: string) => Promise<unknown>;

interface RepositoryCase<Repository> {
  /** Creates one record in the project whose JSON contains the id of the project. Returns the id of the record. */
  seed(cases: Cases, projectId: string): Promise<string>;
  /** Every method, called with the id of a record: `read` returns records, `write` may change them. */
  methods: { [Method in keyof Repository]: { read: Call<Repository> } | { write: Call<Repository> } };
}

type RepositoryCases = { [Name in keyof ProjectRepositories]: RepositoryCase<ProjectRepositories[Name]> };

const OTHER_BLOB = { key: 'blob_other', bytes: 1, sha256: 'ab' };

const CASES: RepositoryCases = {
  project: {
    seed: async (_cases, projectId) => projectId,
    methods: { retrieve: { read: (repository) => repository.retrieve() } },
  },
  apiKeys: {
    seed: async ({ createKey }, projectId) => (await createKey({ projectId })).id,
    methods: {
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
    },
  },
  jobs: {
    seed: ({ fixture }, projectId) => fixture().repositories.forProject(projectId).jobs.enqueue(JOB),
    methods: {
      enqueue: { write: (repository) => repository.enqueue(JOB) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      cancel: { write: (repository, id) => repository.cancel(id) },
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
      append: { write: (repository, id) => repository.append(id, [{ type: 'other', data: null }], { end: true }) },
      list: { read: (repository, id) => repository.list(id, { afterSeq: -1, limit: 10 }) },
      delete: { write: (repository, id) => repository.delete(id) },
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
        write: (repository, id) => repository.insert({ ...USAGE_EVENT, id }),
      },
      list: { read: (repository) => repository.list(ALL) },
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
      create: { write: (repository, id) => repository.create({ ...COMPLETION, id, createdAt: 0 }, []) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      listMessages: { read: (repository, id) => repository.listMessages(id) },
      list: { read: (repository) => repository.list(ALL) },
      update: { write: (repository, id) => repository.update(id, { changed: 'yes' }) },
      delete: { write: (repository, id) => repository.delete(id) },
    },
  },
  batches: {
    async seed({ fixture, ids, clock }, projectId) {
      const { batches } = fixture().repositories.forProject(projectId);
      const id = ids('batch_');
      await batches.create({ ...BATCH, id, inputFileId: projectId, createdAt: clock.now() });
      await batches.addLines(
        id,
        [1, 2, 3].map((number) => ({ ...BATCH_LINE, number, customId: projectId })),
      );
      await batches.update(id, ['validating'], { status: 'in_progress' });
      await batches.record(id, [
        { ...ANSWER, number: 1 },
        { ...ANSWER, number: 2, outcome: 'failed' },
      ]);
      return id;
    },
    methods: {
      create: { write: (repository, id) => repository.create({ ...BATCH, id }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
      update: { write: (repository, id) => repository.update(id, ['in_progress'], { status: 'validating' }) },
      addLines: {
        write: (repository, id) => repository.addLines(id, [{ ...BATCH_LINE, number: 9, customId: 'other' }]),
      },
      listPending: { read: (repository, id) => repository.listPending(id, { after: 0, limit: 10 }) },
      record: { write: (repository, id) => repository.record(id, [{ ...ANSWER, number: 3 }]) },
      settle: { write: (repository, id) => repository.settle(id, 'batch_cancelled') },
      listFinished: { read: (repository, id) => repository.listFinished(id, 'output', { after: 0, limit: 10 }) },
      deleteLines: { write: (repository, id) => repository.deleteLines(id) },
    },
  },
  containers: {
    async seed({ fixture, ids, clock }, projectId) {
      const { containers } = fixture().repositories.forProject(projectId);
      const id = ids('cntr_');
      await containers.create({ ...CONTAINER, id, name: projectId, createdAt: clock.now() });
      const blob = { key: ids('blob_'), bytes: 3, sha256: projectId };
      await containers.putFile({ ...CONTAINER_FILE, id: `${id}f`, containerId: id, createdAt: 0 }, blob);
      return id;
    },
    methods: {
      create: { write: (repository, id) => repository.create({ ...CONTAINER, id, createdAt: 0 }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
      use: { write: (repository, id) => repository.use(id) },
      delete: { write: (repository, id) => repository.delete(id) },
      expire: { write: (repository, id) => repository.expire(id) },
      putFile: {
        write: (repository, id) =>
          repository.putFile({ ...CONTAINER_FILE, id: 'cfile_other', containerId: id, createdAt: 0 }, OTHER_BLOB),
      },
      retrieveFile: { read: (repository, id) => repository.retrieveFile(id, `${id}f`) },
      listFiles: { read: (repository, id) => repository.listFiles(id, ALL) },
      deleteFile: { write: (repository, id) => repository.deleteFile(id, `${id}f`) },
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
      create: { write: (repository, id) => repository.create({ ...FILE, id, createdAt: 0 }, []) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
      listBlobs: { read: (repository, id) => repository.listBlobs(id) },
      delete: { write: (repository, id) => repository.delete(id) },
      totalBytes: { write: (repository) => repository.totalBytes() },
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
      create: { write: (repository, id) => repository.create({ ...ASSISTANT, id, createdAt: 0 }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
      lock: { read: (repository, id) => repository.lock(id) },
      update: { write: (repository, id) => repository.update(id, { name: 'changed' }) },
      delete: { write: (repository, id) => repository.delete(id) },
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
      create: { write: (repository, id) => repository.create({ ...THREAD, id, createdAt: 0 }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      update: { write: (repository, id) => repository.update(id, { metadata: { a: 'changed' } }) },
      delete: { write: (repository, id) => repository.delete(id) },
      lock: { read: (repository, id) => repository.lock(id) },
      beginRun: { write: (repository, id) => repository.beginRun(id, 'run_other') },
      endRun: { write: (repository, id) => repository.endRun(id, 'run_other') },
      takeSeq: { write: (repository, id) => repository.takeSeq(id, 1) },
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
      create: {
        write: (repository, id) => repository.create(threadOf(id), [{ ...MESSAGE, id: 'msg_other', createdAt: 0 }]),
      },
      retrieve: { read: (repository, id) => repository.retrieve(threadOf(id), id) },
      list: { read: (repository, id) => repository.list(threadOf(id), ALL) },
      update: { write: (repository, id) => repository.update(threadOf(id), id, { metadata: { a: 'changed' } }) },
      delete: { write: (repository, id) => repository.delete(threadOf(id), id) },
    },
  },
  runs: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads, runs } = fixture().repositories.forProject(projectId);
      const id = ids('run_');
      await threads.create({ ...THREAD, id: threadOf(id), createdAt: clock.now() });
      await runs.create({ ...RUN, id, threadId: threadOf(id) });
      return id;
    },
    methods: {
      create: { write: (repository, id) => repository.create({ ...RUN, id: 'run_other', threadId: threadOf(id) }) },
      retrieve: { read: (repository, id) => repository.retrieve(threadOf(id), id) },
      list: { read: (repository, id) => repository.list(threadOf(id), ALL) },
      update: { write: (repository, id) => repository.update(threadOf(id), id, { status: 'failed' }) },
    },
  },
  runSteps: {
    async seed({ fixture, ids, clock }, projectId) {
      const { threads, runs, runSteps } = fixture().repositories.forProject(projectId);
      const runId = ids('run_');
      await threads.create({ ...THREAD, id: threadOf(runId), createdAt: clock.now() });
      await runs.create({ ...RUN, id: runId, threadId: threadOf(runId) });
      await runSteps.create(stepOf(runId));
      return runId;
    },
    methods: {
      create: { write: (repository, runId) => repository.create({ ...stepOf(runId), id: 'step_other' }) },
      retrieve: { read: (repository, runId) => repository.retrieve(runId, stepOf(runId).id) },
      list: { read: (repository, runId) => repository.list(runId, ALL) },
      listCalls: { read: (repository, runId) => repository.listCalls(threadOf(runId), { after: -1, before: 10 }) },
      update: { write: (repository, runId) => repository.update(runId, stepOf(runId).id, { status: 'failed' }) },
    },
  },
  responses: {
    async seed({ fixture, ids }, projectId) {
      const id = ids('resp_');
      await fixture()
        .repositories.forProject(projectId)
        .responses.create({ ...RESPONSE, id }, []);
      return id;
    },
    methods: {
      create: {
        write: (repository, id) =>
          repository.create({ ...RESPONSE, id: 'resp_other', previousResponseId: id }, [itemOf('other')]),
      },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      lock: { read: (repository, id) => repository.lock(id) },
      update: { write: (repository, id) => repository.update(id, { status: 'failed' }) },
      delete: { write: (repository, id) => repository.delete(id) },
    },
  },
  responseItems: {
    async seed({ fixture, ids }, projectId) {
      const { responses, responseItems } = fixture().repositories.forProject(projectId);
      const id = ids('resp_');
      await responses.create({ ...RESPONSE, id }, [itemOf(id, projectId)]);
      await responseItems.append(id, [itemOf(id, projectId)]);
      return id;
    },
    methods: {
      append: { write: (repository, id) => repository.append(id, [itemOf('other')]) },
      listOutput: { read: (repository, id) => repository.listOutput(id) },
      listInput: { read: (repository, id) => repository.listInput(id, ALL) },
      listHistory: { read: (repository, id) => repository.listHistory(id, ALL) },
      firstOfHistory: { read: (repository, id) => repository.firstOfHistory(id) },
      find: { read: (repository, id) => repository.find([itemOf(id).id]) },
    },
  },
  conversations: {
    async seed({ fixture, ids }, projectId) {
      const id = ids('conv_');
      await fixture().repositories.forProject(projectId).conversations.create({ id, metadata: {}, createdAt: 0 }, []);
      return id;
    },
    methods: {
      create: { write: (repository, id) => repository.create({ id, metadata: {}, createdAt: 0 }, [itemOf('other')]) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      update: { write: (repository, id) => repository.update(id, { a: 'changed' }) },
      delete: { write: (repository, id) => repository.delete(id) },
      beginResponse: { write: (repository, id) => repository.beginResponse(id, 'resp_other') },
      endResponse: { write: (repository, id) => repository.endResponse(id, 'resp_other') },
    },
  },
  conversationItems: {
    async seed({ fixture, ids }, projectId) {
      const id = ids('conv_');
      const { conversations } = fixture().repositories.forProject(projectId);
      await conversations.create({ id, metadata: {}, createdAt: 0 }, [itemOf(id, projectId)]);
      return id;
    },
    methods: {
      append: { write: (repository, id) => repository.append(id, [itemOf('other')]) },
      retrieve: { read: (repository, id) => repository.retrieve(id, itemOf(id).id) },
      list: { read: (repository, id) => repository.list(id, ALL) },
      listBefore: { read: (repository, id) => repository.listBefore(id, { before: 10, limit: 10 }) },
      first: { read: (repository, id) => repository.first(id) },
      delete: { write: (repository, id) => repository.delete(id, itemOf(id).id) },
      find: { read: (repository, id) => repository.find([itemOf(id).id]) },
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
      create: { write: (repository, id) => repository.create({ ...UPLOAD, id, expiresAt: 0 }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      addPart: {
        write: (repository, uploadId) => repository.addPart({ id: 'part_x', uploadId, createdAt: 0, blob: BLOB }),
      },
      listParts: { read: (repository, id) => repository.listParts(id) },
      complete: { write: (repository, id) => repository.complete(id, [], { ...FILE, id: 'file-x', createdAt: 0 }) },
      end: { write: (repository, id) => repository.end(id, 'cancelled') },
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
      create: { write: (repository, id) => repository.create({ ...VECTOR_STORE, id, createdAt: 0 }) },
      retrieve: { read: (repository, id) => repository.retrieve(id) },
      list: { read: (repository) => repository.list(ALL) },
      update: { write: (repository, id) => repository.update(id, { name: 'changed' }) },
      delete: { write: (repository, id) => repository.delete(id) },
      createBatch: { write: (repository, storeId) => repository.createBatch({ id: 'vsfb_x', storeId, createdAt: 0 }) },
      retrieveBatch: { read: (repository, id) => repository.retrieveBatch(id, id) },
      cancelBatch: { write: (repository, id) => repository.cancelBatch(id, id, 1) },
      // The results of these name no project; the cases of vector stores check their scope.
      nearest: {
        write: (repository, storeId) => repository.nearest({ storeId, vector: new Float32Array([1]), limit: 1 }),
      },
      search: { write: (repository, storeId) => repository.search({ storeId, terms: ['a'], limit: 1 }) },
      listChunks: { write: (repository, id) => repository.listChunks(id, [2 ** 20]) },
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
        write: (repository, id) =>
          repository.create({ ...VECTOR_STORE_FILE, storeId: id, id, attributes: {}, createdAt: 0 }),
      },
      retrieve: { read: (repository, id) => repository.retrieve({ storeId: id, id }) },
      list: { read: (repository, storeId) => repository.list({ ...ALL, storeId }) },
      updateAttributes: { write: (repository, id) => repository.updateAttributes({ storeId: id, id }, { a: 1 }) },
      complete: {
        write: (repository, id) =>
          repository.complete({ storeId: id, id }, 'job_x', { chunks: [], embeddingModel: 'nano' }),
      },
      fail: {
        write: (repository, id) =>
          repository.fail({ storeId: id, id }, 'job_x', { code: 'server_error', message: 'x' }),
      },
      listChunks: { read: (repository, id) => repository.listChunks({ storeId: id, id }) },
      delete: { write: (repository, id) => repository.delete({ storeId: id, id }) },
      listStores: { write: (repository, id) => repository.listStores(id) },
    },
  },
};

const BLOB = { key: 'blob_x', bytes: 1, sha256: '' };

/** The thread of a record, so that one id names both. */
const threadOf = (id: string) => id.replace(/^(msg|run)_/, 'thread_');

const stepOf = (runId: string) => ({
  ...RUN_STEP,
  id: runId.replace('run_', 'step_'),
  runId,
  threadId: threadOf(runId),
});

/** The same in both projects. */
const STREAM = 'stream';

/** The item of an owner. */
const itemOf = (ownerId: string, text = '') => ({ id: `msg_of_${ownerId}`, data: { text } });

interface Method {
  label: string;
  kind: 'read' | 'write';
  call(scope: ProjectRepositories, ids: ReadonlyMap<string, string>): Promise<unknown>;
}

/** All methods of all repositories, without their types: each is called with its repository. */
function methods(): Method[] {
  return Object.entries(CASES).flatMap(([name, repository]) =>
    Object.entries(repository.methods as Record<string, { read: Call<unknown> } | { write: Call<unknown> }>).map(
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
  for (const [name, repository] of Object.entries(CASES)) ids.set(name, await repository.seed(cases, projectId));
  return ids;
}

export function describeScope(cases: Cases): void {
  it('a project reads its own records and neither reads nor changes those of another', async () => {
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
      // The call may find nothing, or throw.
      await call(scopeOf(mine), otherIds).catch(() => undefined);
      expect(await view(other), label).toEqual(ownView);
    }
  });

  it('the case of the scope covers every repository and method of forProject', async () => {
    const { transaction: _transaction, ...scope } = cases.fixture().repositories.forProject('proj_any');
    const names = Object.entries(scope).flatMap(([repository, own]) =>
      Object.keys(own).map((method) => `${repository}.${method}`),
    );
    expect(names.toSorted()).toEqual(
      methods()
        .map(({ label }) => label)
        .toSorted(),
    );
  });
}
