/** Resources of the tools of an assistant or a thread. Checked in the request, so that no run fails because of them. */
import type { ToolResources as GivenResources, NewToolResources } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ToolResources } from '../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Services } from '../services.ts';
import type { NewStore } from '../vector-stores/keep-store.ts';

type Scope = Pick<ProjectRepositories, 'files' | 'vectorStores'>;

/** @throws ApiError naming `param` if the file does not exist. */
export async function checkFile({ files }: Pick<Scope, 'files'>, id: string, param: string): Promise<void> {
  if ((await files.retrieve(id)) === undefined) {
    throw errors.invalidValue(param, `Invalid '${param}': no such File object: '${id}'.`);
  }
}

async function checkStore({ vectorStores }: Pick<Scope, 'vectorStores'>, id: string, param: string): Promise<void> {
  if ((await vectorStores.retrieve(id)) === undefined) {
    throw errors.invalidValue(param, `Invalid '${param}': no such VectorStore object: '${id}'.`);
  }
}

/**
 * @param param name of the resources in errors.
 * @throws ApiError naming the parameter that refers to nothing.
 */
export async function toToolResources(
  scope: Scope,
  given: GivenResources,
  param = 'tool_resources',
): Promise<ToolResources> {
  const { code_interpreter: code, file_search: search } = given ?? {};
  for (const [index, id] of (search?.vector_store_ids ?? []).entries()) {
    await checkStore(scope, id, `${param}.file_search.vector_store_ids[${index}]`);
  }
  for (const [index, id] of (code?.file_ids ?? []).entries()) {
    await checkFile(scope, id, `${param}.code_interpreter.file_ids[${index}]`);
  }
  return {
    ...(code === undefined ? {} : { code_interpreter: { file_ids: code.file_ids ?? [] } }),
    ...(search === undefined ? {} : { file_search: { vector_store_ids: search.vector_store_ids ?? [] } }),
  };
}

export interface NewResources {
  toolResources: ToolResources;
  /** New stores that `toolResources` refers to; stored in the same transaction. */
  stores: readonly NewStore[];
}

export interface NewResourcesOptions {
  /** Expiry of a new store, in days after its last use. */
  expiresAfterDays: number | null;
  /** Name of the resources in errors. */
  param?: string;
}

/** As `toToolResources`, for a new object. */
export async function toNewToolResources(
  services: Pick<Services, 'ids'>,
  scope: Scope,
  given: NewToolResources,
  options: NewResourcesOptions,
): Promise<NewResources> {
  const { expiresAfterDays, param = 'tool_resources' } = options;
  const { file_search: search, ...rest } = given ?? {};
  const { vector_stores: wanted = [], ...named } = search ?? {};
  const path = `${param}.file_search`;
  if (wanted.length > 0 && (named.vector_store_ids ?? []).length > 0) {
    throw errors.invalidValue(
      `${path}.vector_stores`,
      `Invalid '${path}': 'vector_store_ids' and 'vector_stores' exclude each other.`,
    );
  }
  const stores: NewStore[] = [];
  for (const [index, { file_ids: fileIds = [], chunking_strategy: chunking, metadata }] of wanted.entries()) {
    const store = `${path}.vector_stores[${index}]`;
    for (const [at, id] of fileIds.entries()) await checkFile(scope, id, `${store}.file_ids[${at}]`);
    const kept = { id: services.ids('vs_'), name: '', description: null, metadata: metadata ?? {}, expiresAfterDays };
    stores.push({ ...kept, fileIds, chunking, chunkingParam: `${store}.chunking_strategy` });
  }
  const all = { ...rest, ...(search === undefined ? {} : { file_search: named }) };
  const toolResources = await toToolResources(scope, all, param);
  if (stores.length === 0) return { toolResources, stores };
  return { toolResources: { ...toolResources, file_search: { vector_store_ids: stores.map(({ id }) => id) } }, stores };
}
