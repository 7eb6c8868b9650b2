/**
 * The container of `code_interpreter` in a response: the one that the request names, the last one that an earlier
 * answer used, or a new one.
 */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import { CODE_INTERPRETER } from '../../tools/code-interpreter/definition.ts';
import type { CodeContainer } from '../../tools/tool.ts';
import { checkFile } from '../assistants/tool-resources.ts';
import { checkMemoryLimit } from '../containers/memory-limit.ts';
import { findRunningContainer } from '../containers/to-container.ts';
import { createCodeContainer, type LoopContainer, listFilenames } from '../loops/code-container.ts';
import type { Services } from '../services.ts';
import { requestOf } from './definition.ts';
import { readItems } from './response-history.ts';
import type { ResponseRequest } from './response-request.ts';

type Tool = Extract<NonNullable<CreateResponse['tools']>[number], { type: 'code_interpreter' }>;

const isCodeInterpreter = ({ type }: { type: string }) => type === CODE_INTERPRETER;

/** @throws ApiError naming the property of a container that this server cannot honour, or that refers to nothing. */
export async function checkContainers(scope: ProjectRepositories, { tools }: CreateResponse): Promise<void> {
  let found = false;
  for (const [index, tool] of (tools ?? []).entries()) {
    if (tool.type !== CODE_INTERPRETER) continue;
    if (found) throw errors.invalidValue(`tools[${index}]`, `'${CODE_INTERPRETER}' is given twice.`);
    found = true;
    await checkContainer(scope, tool, `tools[${index}].container`);
  }
}

async function checkContainer(scope: ProjectRepositories, { container }: Tool, param: string): Promise<void> {
  if (typeof container === 'string') {
    await findRunningContainer(scope, container);
    return;
  }
  checkMemoryLimit(container.memory_limit, `${param}.memory_limit`);
  if (container.network_policy?.type === 'allowlist') {
    throw errors.unsupportedParameter(`${param}.network_policy.type`, 'Code in a container has no network.');
  }
  for (const [index, id] of (container.file_ids ?? []).entries()) {
    await checkFile(scope, id, `${param}.file_ids[${index}]`);
  }
}

export interface ResponseContainer {
  /** Undefined before `find`, and without the tool. */
  readonly container: CodeContainer | undefined;
  /** The request, whose tool describes the container to the model. */
  readonly request: ResponseRequest;
  find(): Promise<void>;
}

export function createResponseContainer(
  services: Services,
  scope: Transactional<ProjectRepositories>,
  response: ResponseRecord,
): ResponseContainer {
  let request = requestOf(response);
  let container: CodeContainer | undefined;
  return {
    get container() {
      return container;
    },
    get request() {
      return request;
    },
    async find() {
      const tool = request.tools?.find(isCodeInterpreter) as Tool | undefined;
      if (tool === undefined) return;
      const found = await findContainer({ services, scope, response }, tool);
      const described = { container_id: found.id, filenames: await listFilenames(scope, found) };
      request = {
        ...request,
        tools: request.tools?.map((each) => (isCodeInterpreter(each) ? { ...each, ...described } : each)) ?? null,
      };
      container = createCodeContainer(services, scope, found);
    },
  };
}

interface Search {
  services: Services;
  scope: ProjectRepositories;
  response: ResponseRecord;
}

async function findContainer(search: Search, { container }: Tool): Promise<LoopContainer> {
  const common = { projectId: search.response.projectId, savesFiles: false };
  if (typeof container === 'string') return { ...common, id: container, fileIds: [] };
  const id = (await findUsed(search)) ?? search.services.ids('cntr_');
  const { file_ids: fileIds = [], memory_limit: memoryLimit } = container;
  return { ...common, id, name: 'auto', memoryLimit, fileIds };
}

/** Items that are searched for an earlier call. */
const MAX_ITEMS = 1000;

/** The running container of the last call before the response, or of an earlier attempt of it. */
async function findUsed({ scope, response }: Search): Promise<string | undefined> {
  let read = 0;
  for await (const { data } of readItems(scope, response)) {
    if (data['type'] === 'code_interpreter_call') {
      const id = String(data['container_id']);
      return (await scope.containers.retrieve(id))?.status === 'running' ? id : undefined;
    }
    read += 1;
    if (read >= MAX_ITEMS) return undefined;
  }
  return undefined;
}
