/**
 * For tests of batches over time and under failures: a worker with the whole pipeline, a model that can refuse, and a
 * manual clock, over any database.
 */
import { join } from 'node:path';
import pino from 'pino';
import { loadConfig } from '../../config/load.ts';
import type { LanguageModel } from '../../engines/language-model.ts';
import { createModelRegistry } from '../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { createEventLog } from '../../events/event-log.ts';
import { createWorkerPool, type WorkerPoolOptions } from '../../jobs/worker-pool.ts';
import type { ManualClock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import { createFile } from '../../resources/files/create-file.ts';
import { readParts } from '../../resources/files/read-parts.ts';
import type { Services } from '../../resources/services.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { loopbackPrincipal, type Principal } from '../../tenancy/principal.ts';
import { createPipeline } from '../pipeline.ts';
import { loadTasks } from '../tasks.ts';

const NEVER = new AbortController().signal;
const ENDPOINT = '/v1/chat/completions';

/** Refuses a given number of requests as an overloaded engine does, and records its calls. */
function createBusyModel() {
  const inner = createScriptedLanguageModel();
  const seen: { priority: string; atOnce: number }[] = [];
  let running = 0;
  let refusals = 0;
  const model: LanguageModel = {
    ...inner,
    modelId: 'busy',
    async *doGenerate(request, options) {
      if (refusals > 0) {
        refusals -= 1;
        throw errors.engineOverloaded(256);
      }
      running += 1;
      seen.push({ priority: options.priority, atOnce: running });
      try {
        yield* inner.doGenerate(request, options);
      } finally {
        running -= 1;
      }
    },
  };
  const refuse = (count: number) => {
    refusals = count;
  };
  return { model, seen, refuse };
}

export interface OutputLine {
  custom_id: string;
  error: { code: string } | null;
}

interface Parts {
  repositories: Repositories;
  clock: ManualClock;
  ids: IdSource;
  /** Folder of the blobs. */
  folder: string;
}

async function openServices({ repositories, clock, ids, folder }: Parts, model: LanguageModel): Promise<Services> {
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const facts = { id: model.modelId, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  await models.replace([{ ...facts, kind: 'chat', open: async () => model }]);
  const { config } = loadConfig({ dataDir: folder, checkResponses: 'true' }, {});
  const blobs = await openFileSystemBlobs({ folder: join(folder, 'blobs'), now: clock.now });
  const doors = { models, clock, ids, repositories, events: createEventLog(repositories), blobs, limits: config };
  const observe = () => ({ firstEvent: () => undefined, end: () => undefined });
  return (await createPipeline(doors, { config, log: pino({ level: 'silent' }), observe })).services;
}

/** `begin` creates a batch of chat requests with the custom ids r0, r1, …, and returns its id. */
export async function openBatches(parts: Parts) {
  const { repositories, ids } = parts;
  const busy = createBusyModel();
  const services = await openServices(parts, busy.model);
  const principal = await loopbackPrincipal(repositories);
  const scope = repositories.forProject(principal.projectId);

  async function begin(contents: readonly string[], as: Principal = principal): Promise<string> {
    const lines = contents.map((content, i) => {
      const body = { model: 'busy', messages: [{ role: 'user', content }] };
      return `${JSON.stringify({ custom_id: `r${i}`, method: 'POST', url: ENDPOINT, body })}\n`;
    });
    async function* bytes() {
      yield Buffer.from(lines.join(''));
    }
    const blob = await services.blobs.write(ids('blob_'), bytes(), NEVER);
    const about = { filename: 'in.jsonl', purpose: 'batch', contentType: 'application/jsonl', blobs: [blob] };
    const file = await createFile(services, principal.projectId, about);
    const body = { input_file_id: file.id, endpoint: ENDPOINT, completion_window: '24h' };
    const caller = { requestId: 'req_1', principal: as, signal: NEVER, priority: 'online' } as const;
    const made = await services.invoke('batches.create', { params: {}, query: {}, body }, caller);
    if (made.kind !== 'object') throw new Error('expected a batch');
    return (made.value as { id: string }).id;
  }

  async function read(fileId: string | null | undefined): Promise<OutputLine[]> {
    const file = await scope.files.retrieve(fileId ?? '');
    const range = { start: 0, length: file?.bytes ?? 0 };
    const blobs = await scope.files.listBlobs(file?.id ?? '');
    const parts: Uint8Array[] = [];
    for await (const part of readParts(services.blobs, blobs, range)) parts.push(part);
    const text = Buffer.concat(parts).toString().trim();
    return text.split('\n').map((line) => JSON.parse(line));
  }

  /** Without periodic tasks: tests run them when they need them. */
  async function startPool(options: Partial<WorkerPoolOptions> = {}) {
    const tasks = (await loadTasks()).filter(
      ({ name, everyMs }) => name.startsWith('batches.') && everyMs === undefined,
    );
    const pool = createWorkerPool({ repositories, tasks, services, ids, ...options });
    pool.start();
    return pool;
  }

  return { busy, services, principal, scope, begin, read, startPool, find: (id: string) => scope.batches.retrieve(id) };
}
