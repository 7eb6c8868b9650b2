/** What a server tool of a response reads, in the form that tools take it from assistants. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { FILE_SEARCH } from '../../tools/file-search/definition.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { ToolInput } from '../../tools/tool.ts';
import type { RequestTool, ResponseRequest } from './response-request.ts';
import { type SearchTool, toSearchOptions } from './search-options.ts';
import { toToolSettings } from './tool-settings.ts';

interface ToolInputDeps {
  repositories: ProjectRepositories;
  registry: ToolRegistry;
}

export function toToolInput(
  { repositories, registry }: ToolInputDeps,
  { tools }: ResponseRequest,
  { own }: ModelCall,
): ToolInput {
  const label = own?.details['server_label'];
  const type = own?.type ?? '';
  const isEntry = (tool: RequestTool) => registry.find(tool.type)?.type === type && tool['server_label'] === label;
  return toEntryInput(repositories, tools?.find(isEntry) ?? { type });
}

/** @param entry an entry of `tools`. */
export function toEntryInput(repositories: ProjectRepositories, entry: RequestTool): ToolInput {
  const search =
    entry.type === FILE_SEARCH ? { ...toSearchOptions(entry as SearchTool, 'tools'), hasAttributes: true } : {};
  const given: RequestTool = { ...entry, ...search };
  const { vector_store_ids: ids, ...settings } = given;
  const resources = Array.isArray(ids) ? [{ file_search: { vector_store_ids: ids as string[] } }] : [];
  return { settings: toToolSettings(settings), resources, repositories };
}
