/** The container of `code_interpreter` in a run: the runs of a thread share it. */
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import type { RunDefinition, RunRecord } from '../../../storage/repositories/runs.ts';
import { CODE_INTERPRETER } from '../../../tools/code-interpreter/definition.ts';
import type { CodeContainer } from '../../../tools/tool.ts';
import { createCodeContainer, type LoopContainer, listFilenames } from '../../loops/code-container.ts';
import type { Services } from '../../services.ts';

export interface RunContainer {
  /** Undefined without the tool. */
  container?: CodeContainer;
  /** The definition, whose tool describes the container to the model. */
  definition: RunDefinition;
}

/** The id of the container of a thread. */
export const toContainerId = (threadId: string) => `cntr_${threadId.replace(/^thread_/, '')}`;

export async function findRunContainer(
  services: Services,
  scope: Transactional<ProjectRepositories>,
  { projectId, threadId, definition }: RunRecord,
): Promise<RunContainer> {
  if (!definition.tools.some(({ type }) => type === CODE_INTERPRETER)) return { definition };
  const thread = await scope.threads.retrieve(threadId);
  const resources = [definition.toolResources, thread?.toolResources];
  const container: LoopContainer = {
    id: toContainerId(threadId),
    projectId,
    name: threadId,
    fileIds: resources.flatMap((each) => each?.code_interpreter?.file_ids ?? []),
    savesFiles: true,
  };
  const described = { filenames: await listFilenames(scope, container) };
  const tools = definition.tools.map((tool) =>
    tool['type'] === CODE_INTERPRETER ? { ...tool, [CODE_INTERPRETER]: described } : tool,
  );
  return { definition: { ...definition, tools }, container: createCodeContainer(services, scope, container) };
}
