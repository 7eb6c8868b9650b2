/** The server tools of one loop, and the usage of their calls. */
import type { LoopStore } from '../../generation/loop/loop-store.ts';
import type { ServerTools } from '../../generation/loop/server-tools.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ServerTool, ToolFunction, ToolInput } from '../../tools/tool.ts';
import type { Services } from '../services.ts';
import type { LoopMeter } from './loop-meter.ts';

export interface LoopToolsOptions {
  /** The functions of the server tools that the loop may use, before its next turn. */
  functions(): readonly ToolFunction[];
  /** Maximum number of calls of the loop; further calls are not run. Default: unlimited. */
  maxCalls?: number | undefined;
  /** The model's name in the request. */
  model: string;
  store: Pick<LoopStore, 'listServerCalls'>;
  repositories: ProjectRepositories;
  meter: LoopMeter;
  signal: AbortSignal;
  toInput(tool: ServerTool, call: ModelCall): Promise<ToolInput>;
}

/** What the model reads of a call that is not run. */
const LIMIT_REACHED = 'No more tools can be called for this answer. Answer with what was found before.';

type ToolServices = Pick<Services, 'tools' | 'models' | 'clock'>;

export function createLoopTools(services: ToolServices, options: LoopToolsOptions): ServerTools {
  const { tools } = services;
  const { maxCalls = Number.POSITIVE_INFINITY } = options;
  return {
    mayEndCitation: tools.mayEndCitation,
    findCitations: tools.findCitations,
    listShown: tools.listShown,
    ownOf: (name) => options.functions().find((each) => each.name === name)?.own,
    hasEffects: ({ own }) => tools.find(own?.type)?.interrupt !== undefined,
    interrupt(call) {
      if (call.output !== null) return call;
      return tools.find(call.own?.type)?.interrupt?.(call) ?? call;
    },
    async runCalls(calls) {
      const done: ModelCall[] = [];
      for (const call of calls) {
        const tool = call.own === undefined ? undefined : tools.find(call.own.type);
        if (tool === undefined || call.output !== null) {
          done.push(call);
          continue;
        }
        const before = [...(await options.store.listServerCalls()), ...done.filter(({ own }) => own !== undefined)];
        if (before.length >= maxCalls) done.push({ ...call, output: LIMIT_REACHED });
        else done.push(await runCall(services, options, { tool, call, before }));
      }
      return done;
    },
  };
}

async function runCall(
  { clock, models }: ToolServices,
  { model, repositories, meter, signal, toInput }: LoopToolsOptions,
  { tool, call, before }: { tool: ServerTool; call: ModelCall; before: readonly ModelCall[] },
): Promise<ModelCall> {
  const startedAt = clock.now();
  const used: { modelId: string; inputTokens: number }[] = [];
  const { capabilities } = await models.languageModel(model);
  const result = await tool.run(call, {
    ...(await toInput(tool, call)),
    contextTokens: capabilities.contextTokens,
    earlierCalls: before,
    signal,
    onUsage: (usage) => used.push(usage),
  });
  for (const { modelId, inputTokens } of used) {
    const tokens = { promptTokens: inputTokens, completionTokens: 0, cachedTokens: 0 };
    await meter(repositories, { tokens, startedAt, modelId });
  }
  return result;
}
