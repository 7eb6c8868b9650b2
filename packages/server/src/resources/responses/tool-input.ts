/** What a server tool of a response reads, in the form that tools take it from assistants. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ServerTool, ToolInput } from '../../tools/tool.ts';
import type { ResponseRequest } from './definition.ts';
import { type SearchTool, toSearchOptions } from './search-options.ts';

export function toToolInput(
  repositories: ProjectRepositories,
  { tools }: ResponseRequest,
  { type }: ServerTool,
): ToolInput {
  const tool = tools?.find((each) => each.type === type) ?? { type };
  const { vector_store_ids: ids, ...settings } = tool;
  const resources = Array.isArray(ids) ? [{ file_search: { vector_store_ids: ids as string[] } }] : [];
  const search = { ...toSearchOptions(tool as SearchTool, 'tools'), hasAttributes: true };
  return { settings: { type, [type]: { ...settings, ...search } }, resources, repositories };
}
