/** What the tools of an assistant or a thread may read: checked when it is given, so that a run does not fail of it later. */
import type { NewToolResources } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ToolResources } from '../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

type Scope = Pick<ProjectRepositories, 'files'>;

/** @throws ApiError naming `param` when there is no such file. */
export async function checkFile({ files }: Scope, id: string, param: string): Promise<void> {
  if ((await files.retrieve(id)) === undefined) {
    throw errors.invalidValue(param, `Invalid '${param}': no such File object: '${id}'.`);
  }
}

/**
 * @param param names the resources in errors.
 * @throws ApiError naming what does not exist or cannot be served.
 */
export async function toToolResources(
  scope: Scope,
  given: NewToolResources,
  param = 'tool_resources',
): Promise<ToolResources> {
  const { code_interpreter: code, file_search: search } = given ?? {};
  for (const name of ['vector_store_ids', 'vector_stores'] as const) {
    if ((search?.[name] ?? []).length === 0) continue;
    throw errors.unsupportedParameter(`${param}.file_search.${name}`, 'This server has no vector stores yet.');
  }
  for (const [index, id] of (code?.file_ids ?? []).entries()) {
    await checkFile(scope, id, `${param}.code_interpreter.file_ids[${index}]`);
  }
  return {
    ...(code === undefined ? {} : { code_interpreter: { file_ids: code.file_ids ?? [] } }),
    ...(search === undefined ? {} : { file_search: { vector_store_ids: search.vector_store_ids ?? [] } }),
  };
}
