/** The server tools of one run, and the usage of their calls. */
import { listServerCalls, type ServerTools } from '../../../generation/loop/server-tools.ts';
import type { ToolResources } from '../../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunCall, RunRecord } from '../../../storage/repositories/runs.ts';
import type { ServerTool, ToolInput } from '../../../tools/tool.ts';
import type { Services } from '../../services.ts';
import { toRunUsage } from './run-usage.ts';

interface RunToolsOptions {
  run: RunRecord;
  repositories: ProjectRepositories;
  signal: AbortSignal;
}

export function createRunTools(
  services: Pick<Services, 'tools' | 'models' | 'clock' | 'ids'>,
  options: RunToolsOptions,
): ServerTools {
  const { tools } = services;
  const types = new Set<unknown>(options.run.definition.tools.map(({ type }) => type));
  return {
    mayEndCitation: tools.mayEndCitation,
    findCitations: tools.findCitations,
    has: (name) => types.has(name) && tools.find(name) !== undefined,
    async runCalls(calls) {
      const done: RunCall[] = [];
      for (const call of calls) {
        const tool = call.own === undefined ? undefined : tools.find(call.own.type);
        const before = done.filter(({ own }) => own !== undefined);
        done.push(tool === undefined ? call : await runCall(services, options, { tool, call, before }));
      }
      return done;
    },
  };
}

async function runCall(
  services: Pick<Services, 'models' | 'clock' | 'ids'>,
  { run, repositories, signal }: RunToolsOptions,
  { tool, call, before }: { tool: ServerTool; call: RunCall; before: readonly RunCall[] },
): Promise<RunCall> {
  const startedAt = services.clock.now();
  const used: { modelId: string; inputTokens: number }[] = [];
  const { capabilities } = await services.models.languageModel(run.model);
  const result = await tool.run(call, {
    ...(await toToolInput(repositories, run, tool)),
    contextTokens: capabilities.contextTokens,
    earlierCalls: [...(await listServerCalls(repositories, run)), ...before],
    signal,
    onUsage: (usage) => used.push(usage),
  });
  for (const { modelId, inputTokens } of used) {
    const tokens = { promptTokens: inputTokens, completionTokens: 0, cachedTokens: 0 };
    await repositories.usageEvents.insert(toRunUsage(services, run, { tokens, startedAt, modelId }));
  }
  return result;
}

/** What a tool of the run reads: its entry in `tools`, and the resources of the run and of its thread. */
export async function toToolInput(
  repositories: ProjectRepositories,
  { definition, threadId }: RunRecord,
  { type }: ServerTool,
): Promise<ToolInput> {
  const thread = await repositories.threads.retrieve(threadId);
  const resources = [definition.toolResources, thread?.toolResources];
  return {
    settings: definition.tools.find((tool) => tool['type'] === type) ?? {},
    resources: resources.filter((each): each is ToolResources => each !== undefined),
    repositories,
  };
}
