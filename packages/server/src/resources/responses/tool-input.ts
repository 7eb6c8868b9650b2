/** What a server tool of a response reads, in the form that tools take it from assistants. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ServerTool, ToolInput } from '../../tools/tool.ts';
import type { ResponseRequest } from './definition.ts';

export function toToolInput(
  repositories: ProjectRepositories,
  { tools }: ResponseRequest,
  { type }: ServerTool,
): ToolInput {
  const { vector_store_ids: ids, ...settings } = tools?.find((tool) => tool.type === type) ?? { type };
  const resources = Array.isArray(ids) ? [{ file_search: { vector_store_ids: ids as string[] } }] : [];
  return { settings: { type, [type]: settings }, resources, repositories };
}
