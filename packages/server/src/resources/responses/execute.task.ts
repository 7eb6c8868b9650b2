/** The job of a response: executes its loop. */
import type { Priority } from '../../engines/language-model.ts';
import type { ToolListing } from '../../tools/tool.ts';
import { defineTask } from '../define-task.ts';
import { awaitTools } from '../loops/await-tools.ts';
import { endOrphanStream, executeLoop, LOOP_QUEUE, MAX_LOOP_ATTEMPTS } from '../loops/execute-loop.ts';
import { createLoopTools } from '../loops/loop-tools.ts';
import { createCallItems } from './call-items.ts';
import { createResponseContainer } from './code-container.ts';
import { compactContext } from './compaction/compact-context.ts';
import { clientToolsOf, listFunctions, toTurnSettings } from './definition.ts';
import { failResponse } from './end-response.ts';
import { prepareRemoteTools } from './remote-tools/remote-tools.ts';
import { createResponseOutput } from './response-output.ts';
import { createResponseMeter, createResponseStore } from './response-store.ts';
import { toEntryInput, toToolInput } from './tool-input.ts';

export interface ResponseRef {
  responseId: string;
  /** Default `online`: jobs of earlier versions have none. */
  priority?: Priority;
}

export default defineTask<ResponseRef>({
  name: 'responses.execute',
  queue: LOOP_QUEUE,
  maxAttempts: MAX_LOOP_ATTEMPTS,
  async run({ responseId, priority = 'online' }, context, services) {
    const { repositories, signal } = context;
    const response = await repositories.responses.retrieve(responseId);
    if (response === undefined) return endOrphanStream(repositories, responseId);
    const { model } = response;
    const code = createResponseContainer(services, repositories, response);
    const { request } = code;
    const used = request.tool_choice === 'none' ? [] : (request.tools ?? []);
    // A response that is being cancelled does not wait.
    if (!signal.aborted && response.status === 'queued') {
      await awaitTools(
        services,
        response,
        used.flatMap((entry) => {
          const tool = services.tools.find(entry.type);
          return tool === undefined ? [] : [{ tool, toInput: () => toEntryInput(repositories, entry) }];
        }),
      );
    }
    const calls = createCallItems(clientToolsOf(response));
    const listings: Map<string, ToolListing> = new Map();
    const store = createResponseStore(context, services, response);
    const tools = createLoopTools(services, {
      functions: () => listFunctions(code.request, { tools: services.tools, listings }),
      maxCalls: request.max_tool_calls ?? undefined,
      model,
      store,
      repositories,
      meter: createResponseMeter(services, response),
      signal,
      toInput: async (_tool, call) => ({
        ...toToolInput({ repositories, registry: services.tools }, request, call),
        container: code.container,
      }),
    });
    await executeLoop(context, services, {
      store,
      output: createResponseOutput(calls),
      tools,
      model,
      priority,
      async prepare(stop) {
        await code.find();
        await prepareRemoteTools({ context, services, response, calls, tools, listings, signal: stop });
      },
      prepareTurn: (turn, options) => compactContext({ context, services, response }, turn, options),
      toSettings: (opened, messages, choice) =>
        toTurnSettings(code.request, { model: opened, tools: services.tools, listings, messages, choice }),
    });
  },
  onDead: ({ responseId }, tx, _reason, services) => failResponse(tx, services, responseId),
});
