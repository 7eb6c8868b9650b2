/**
 * For tests: ingestion over any database, with a scripted embedding model, a folder of blobs, and workers for this task
 * only.
 */
import { join } from 'node:path';
import { createModelRegistry } from '../../../engines/registry.ts';
import { createScriptedEmbeddingModel } from '../../../engines/scripted/embedding-model.ts';
import type { AnyTask } from '../../../jobs/task.ts';
import { createWorkerPool, type WorkerPoolOptions } from '../../../jobs/worker-pool.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import { createTextCutter } from '../../../retrieval/chunk/cut-text.ts';
import { openFileSystemBlobs } from '../../../storage/blobs/file-system/file-system-blobs.ts';
import type { Repositories } from '../../../storage/repositories/repositories.ts';
import { createFile } from '../../files/create-file.ts';
import type { Services } from '../../services.ts';
import { type Attachment, attachFiles } from '../attach-files.ts';
import ingest from '../files/ingest.task.ts';

export interface ReaderParts {
  repositories: Repositories;
  ids: IdSource;
  /** Folder of the blobs. */
  folder: string;
  /** Default `scripted-embedding`. */
  modelId?: string;
  /** Whether the model counts as built in. Default false. */
  builtIn?: boolean;
}

const NEVER = new AbortController().signal;

export async function openReader({
  repositories,
  ids,
  folder,
  modelId = 'scripted-embedding',
  builtIn = false,
}: ReaderParts) {
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const facts = { id: modelId, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn };
  const open = async () => createScriptedEmbeddingModel({ modelId });
  await models.replace([{ ...facts, kind: 'embedding', open }]);
  const blobs = await openFileSystemBlobs({ folder: join(folder, 'blobs'), now: systemClock.now });
  const limits = { projectFileBytes: 2 ** 40 };
  // The task uses no other services.
  const textCutter = createTextCutter();
  const services = { models, blobs, textCutter, repositories, ids, clock: systemClock, limits } as unknown as Services;
  const { projectId } = await repositories.system().installation.retrieve();
  const scope = repositories.forProject(projectId);

  async function makeStore(): Promise<string> {
    const id = ids('vs_');
    const now = systemClock.now();
    const times = { createdAt: now, lastActiveAt: now, expiresAfterDays: null, expiresAt: null };
    await scope.vectorStores.create({ id, name: '', description: null, metadata: {}, ...times });
    return id;
  }

  /** Uploads a text and adds it to the store; returns the file's id. */
  async function put(storeId: string, text: string, more: Partial<Attachment> = {}): Promise<string> {
    async function* bytes() {
      yield Buffer.from(text);
    }
    const blob = await blobs.write(ids('blob_'), bytes(), NEVER);
    const about = { filename: 'a.txt', purpose: 'assistants', contentType: 'text/plain', blobs: [blob] };
    const { id: fileId } = await createFile(services, projectId, about);
    const attachment = { fileId, chunkingParam: 'chunking_strategy', ...more };
    const to = { storeId, batchId: null, now: systemClock.now() };
    await scope.transaction((tx) => attachFiles(tx, to, [attachment]));
    return fileId;
  }

  function startPool(options: Partial<WorkerPoolOptions> = {}) {
    const tasks = [ingest] as unknown as AnyTask[];
    const pool = createWorkerPool({ repositories, tasks, services, ids, ...options });
    pool.start();
    return pool;
  }

  async function close() {
    await textCutter.close();
    await models.close();
  }

  return { services, scope, makeStore, put, startPool, close };
}
