/** The job of a response: executes its loop. */
import { defineTask } from '../define-task.ts';
import { endOrphanStream, executeLoop, LOOP_QUEUE, MAX_LOOP_ATTEMPTS } from '../loops/execute-loop.ts';
import { createLoopTools } from '../loops/loop-tools.ts';
import { createCallItems } from './call-items.ts';
import { customNamesOf, requestOf, toTurnSettings } from './definition.ts';
import { failResponse } from './end-response.ts';
import { createResponseOutput } from './response-output.ts';
import { createResponseMeter, createResponseStore } from './response-store.ts';
import { toToolInput } from './tool-input.ts';

export interface ResponseRef {
  responseId: string;
}

export default defineTask<ResponseRef>({
  name: 'responses.execute',
  queue: LOOP_QUEUE,
  maxAttempts: MAX_LOOP_ATTEMPTS,
  async run({ responseId }, context, services) {
    const { repositories, signal } = context;
    const response = await repositories.responses.retrieve(responseId);
    if (response === undefined) return endOrphanStream(repositories, responseId);
    const { model } = response;
    const request = requestOf(response);
    const store = createResponseStore(context, services, response);
    const tools = createLoopTools(services, {
      types: new Set((request.tools ?? []).map(({ type }) => type)),
      maxCalls: request.max_tool_calls ?? undefined,
      model,
      store,
      repositories,
      meter: createResponseMeter(services, response),
      signal,
      toInput: async (tool) => toToolInput(repositories, request, tool),
    });
    await executeLoop(context, services, {
      store,
      output: createResponseOutput(createCallItems(customNamesOf(response))),
      tools,
      model,
      toSettings: (opened, messages, choice) =>
        toTurnSettings(request, { model: opened, tools: services.tools, messages, choice }),
    });
  },
  onDead: ({ responseId }, tx, _reason, services) => failResponse(tx, services, responseId),
});
