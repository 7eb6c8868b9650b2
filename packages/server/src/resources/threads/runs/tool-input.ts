/** What a tool of a run reads: its entry in `tools`, and the resources of the run and of its thread. */
import type { ToolResources } from '../../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import type { ServerTool, ToolInput } from '../../../tools/tool.ts';

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
