/** For tests of responses under the handlers: the pipeline's services with the scripted engine, and workers. */
import { createWorkerPool } from '../../jobs/worker-pool.ts';
import type { ManualClock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import { cancelResponse, deleteResponse } from '../../resources/responses/end-response.ts';
import executeTask from '../../resources/responses/execute.task.ts';
import { type ResponseStart, startResponse } from '../../resources/responses/start-response.ts';
import { type NumberedEvent, tailResponse } from '../../resources/responses/tail-response.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { createToolRegistry } from '../../tools/registry.ts';
import type { ServerTool } from '../../tools/tool.ts';
import { openRuns } from './open-runs.ts';

interface Parts {
  repositories: Repositories;
  clock: ManualClock;
  ids: IdSource;
  /** Folder of the blobs. */
  folder: string;
  /** Server tools in place of those of the server. */
  tools?: readonly ServerTool[];
}

export async function openResponses(parts: Parts) {
  const { clock, ids } = parts;
  const opened = await openRuns(parts);
  const scope = opened.repositories;
  const tools = parts.tools === undefined ? opened.services.tools : createToolRegistry(parts.tools);
  const services = { ...opened.services, tools };
  const projectId = (await scope.project.retrieve())?.id ?? '';
  const tasks = [executeTask];

  const message = (role: string, content: unknown): NewItem => {
    const id = ids('msg_');
    return { id, data: { id, type: 'message', role, content } };
  };

  async function tail(id: string, afterSeq = -1, signal = new AbortController().signal): Promise<NumberedEvent[]> {
    const events: NumberedEvent[] = [];
    for await (const event of tailResponse(services, { projectId, id }, { afterSeq, signal })) events.push(event);
    return events;
  }

  return {
    services,
    repositories: scope,
    message,
    tail,
    /** Input: a text of the user, or items. */
    create(input: string | readonly NewItem[], request: object = {}, fields: Partial<ResponseStart> = {}) {
      const start: ResponseStart = {
        id: ids('resp_'),
        model: 'scripted',
        request: { ...request },
        metadata: {},
        previousResponseId: null,
        conversationId: null,
        background: true,
        stored: true,
        apiKeyId: null,
        createdAt: clock.now(),
        ...fields,
      };
      const items = typeof input === 'string' ? [message('user', input)] : input;
      return scope.transaction((tx) => startResponse(tx, start, items));
    },
    cancel: (id: string) => scope.transaction((tx) => cancelResponse(tx, services, id)),
    delete: (id: string) => scope.transaction((tx) => deleteResponse(tx, id)),
    /** The output of a response, without ids. */
    async output(id: string) {
      const items = await scope.responseItems.listOutput(id);
      return items.map(({ data: { id: _id, ...rest } }) => rest);
    },
    startPool() {
      const pool = createWorkerPool({ repositories: parts.repositories, tasks, services, ids, slots: 50 });
      pool.start();
      return pool;
    },
  };
}
