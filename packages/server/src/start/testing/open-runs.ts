/**
 * For tests of runs over time and under failures: the whole pipeline with the scripted engine, workers that the test
 * starts, and a manual clock.
 */
import type { MessageDeltaObject } from '@selfsame/contract';
import pino from 'pino';
import { loadConfig } from '../../config/load.ts';
import { createModelRegistry } from '../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import { createEventLog } from '../../events/event-log.ts';
import { createWorkerPool } from '../../jobs/worker-pool.ts';
import type { ManualClock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { loopbackPrincipal } from '../../tenancy/principal.ts';
import { createPipeline } from '../pipeline.ts';
import { loadTasks } from '../tasks.ts';

const NEVER = new AbortController().signal;

interface Parts {
  repositories: Repositories;
  clock: ManualClock;
  ids: IdSource;
  /** Folder of the blobs. */
  folder: string;
}

export interface Message {
  status: string;
  incomplete_details: { reason: string } | null;
  role: string;
  content: { text: { value: string } }[];
}

export interface Run {
  id: string;
  thread_id: string;
  status: string;
  usage: { total_tokens: number; completion_tokens: number } | null;
  incomplete_details: { reason: string } | null;
  last_error: { code: string; message: string } | null;
  required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } } | null;
}

export async function openRuns({ repositories, clock, ids, folder }: Parts) {
  const model = createScriptedLanguageModel({ contextTokens: 1024, parallelRequests: 64 });
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const facts = { id: model.modelId, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  await models.replace([{ ...facts, kind: 'chat', open: async () => model }]);
  const { config } = loadConfig({ dataDir: folder, checkResponses: 'true' }, {});
  const blobs = await openFileSystemBlobs({ folder, now: clock.now });
  const doors = { models, clock, ids, repositories, events: createEventLog(repositories), blobs, limits: config };
  const observe = () => ({ firstEvent: () => undefined, end: () => undefined });
  const { services } = await createPipeline(doors, { config, log: pino({ level: 'silent' }), observe });
  const principal = await loopbackPrincipal(repositories);
  const scope = repositories.forProject(principal.projectId);
  const tasks = await loadTasks();

  async function call<T>(operation: string, params: object, body?: object, query: Record<string, unknown> = {}) {
    const caller = { requestId: 'req_1', principal, signal: NEVER, priority: 'online' } as const;
    const made = await services.invoke(operation, { params, query, body }, caller);
    if (made.kind !== 'object') throw new Error('expected an object');
    return made.value as T;
  }

  const assistant = await call<{ id: string }>('assistants.create', {}, { model: model.modelId });
  const at = ({ id, thread_id }: Run) => ({ thread_id, run_id: id });

  return {
    services,
    repositories: scope,
    call,
    assistantId: assistant.id,
    createThread: async (...contents: string[]) => {
      const messages = contents.map((content) => ({ role: 'user', content }));
      return (await call<{ id: string }>('threads.create', {}, { messages })).id;
    },
    create: (thread_id: string, more: object = {}) =>
      call<Run>('threads.runs.create', { thread_id }, { assistant_id: assistant.id, ...more }),
    retrieve: (run: Run) => call<Run>('threads.runs.retrieve', at(run)),
    cancel: (run: Run) => call<Run>('threads.runs.cancel', at(run)),
    submit: (run: Run, tool_outputs: object[]) =>
      call<Run>('threads.runs.submitToolOutputs', at(run), { tool_outputs }),
    messages: async (thread_id: string) =>
      (await call<{ data: Message[] }>('threads.messages.list', { thread_id }, undefined, { limit: 100, order: 'asc' }))
        .data,
    /** Types of the events in the stream of the run; adjacent deltas are one. */
    eventTypes: async ({ id }: Run) => {
      const types = (await scope.events.list(id, { afterSeq: -1, limit: 1000 }))?.events.map(({ type }) => type) ?? [];
      return types.filter((type, index) => !type.endsWith('.delta') || types[index - 1] !== type);
    },
    /** The text of the message deltas, joined. */
    streamedText: async ({ id }: Run) => {
      const events = (await scope.events.list(id, { afterSeq: -1, limit: 1000 }))?.events ?? [];
      const deltas = events.filter(({ type }) => type === 'thread.message.delta');
      const contents = deltas.map(({ data }) => (data as MessageDeltaObject).delta.content?.[0]);
      return contents.map((content) => (content?.type === 'text' ? content.text?.value : '') ?? '').join('');
    },
    /** Resolves when the stream has this number of events, or has ended. */
    waitForEvents: async ({ id }: Run, count: number) => {
      let received = 0;
      for await (const _ of services.events.tail(principal.projectId, id, { signal: NEVER })) {
        received += 1;
        if (received >= count) return;
      }
    },
    ended: async ({ id }: Run) => (await scope.events.list(id, { afterSeq: -1, limit: 1 }))?.ended,
    /** Without periodic tasks: tests run them when they need them. */
    startPool: () => {
      const own = tasks.filter(({ name }) => name === 'threads.runs.execute');
      const pool = createWorkerPool({ repositories, tasks: own, services, ids, slots: 50 });
      pool.start();
      return pool;
    },
  };
}
