/** The job of a run: waits for the data of its tools, then executes its loop. */
import { defineTask } from '../../define-task.ts';
import { awaitTools } from '../../loops/await-tools.ts';
import { endOrphanStream, executeLoop, LOOP_QUEUE, MAX_LOOP_ATTEMPTS } from '../../loops/execute-loop.ts';
import { createLoopTools } from '../../loops/loop-tools.ts';
import { findRunContainer } from './code-container.ts';
import { listFunctions, toTurnSettings, withChoice } from './definition.ts';
import { createRunOutput } from './run-output.ts';
import { createRunMeter, createRunStore, type RunRef } from './run-store.ts';
import { toToolInput } from './tool-input.ts';

export default defineTask<RunRef>({
  name: 'threads.runs.execute',
  queue: LOOP_QUEUE,
  maxAttempts: MAX_LOOP_ATTEMPTS,
  async run(ref, context, services) {
    const { repositories, signal } = context;
    const run = await repositories.runs.retrieve(ref.threadId, ref.runId);
    if (run === undefined) return endOrphanStream(repositories, ref.runId);
    const store = createRunStore(context, services, ref);
    const { model } = run;
    const code = await findRunContainer(services, repositories, run);
    const { definition } = code;
    const listUsedTools = () =>
      definition.toolChoice === 'none'
        ? []
        : definition.tools.flatMap(({ type }) => {
            const tool = services.tools.find(type);
            return tool === undefined ? [] : [{ tool, toInput: () => toToolInput(repositories, run, tool) }];
          });
    // A run that is being cancelled does not wait.
    if (!signal.aborted && run.status === 'queued') await awaitTools(services, run, listUsedTools());
    const tools = createLoopTools(services, {
      functions: () => listFunctions(definition, services.tools),
      model,
      store,
      repositories,
      meter: createRunMeter(services, run),
      signal,
      toInput: async (tool) => ({ ...(await toToolInput(repositories, run, tool)), container: code.container }),
    });
    await executeLoop(context, services, {
      store,
      output: createRunOutput(),
      tools,
      model,
      toSettings: (opened, messages, choice) =>
        toTurnSettings(withChoice(definition, choice), { model: opened, tools: services.tools, messages }),
    });
  },
});
