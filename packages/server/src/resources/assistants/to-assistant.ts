/** Stored assistants → objects of the API, and the assistant of a request. */
import type { AssistantObject } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { AssistantRecord, ToolResources } from '../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

/** Returned for an assistant or a run that does not set the sampling. */
export const DEFAULT_SAMPLING = { temperature: 1, topP: 1 } as const;

/** @throws ApiError 404 naming `param` if the assistant does not exist in the project. */
export async function findAssistant(
  { assistants }: Pick<ProjectRepositories, 'assistants'>,
  id: string,
  param?: 'assistant_id',
): Promise<AssistantRecord> {
  const record = await assistants.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Assistant', id, param);
  return record;
}

/** Like the hosted API, returns an empty list for a tool without resources. */
function emptyResourcesOf(tools: AssistantRecord['tools']): ToolResources {
  const has = (wanted: string) => tools.some(({ type }) => type === wanted);
  return {
    ...(has('code_interpreter') ? { code_interpreter: { file_ids: [] } } : {}),
    ...(has('file_search') ? { file_search: { vector_store_ids: [] } } : {}),
  };
}

export function toAssistant(record: AssistantRecord): AssistantObject {
  const { id, createdAt, name, description, model, instructions, tools, toolResources, metadata } = record;
  return {
    id,
    object: 'assistant',
    created_at: toSeconds(createdAt),
    name,
    description,
    model,
    instructions,
    // Stored in the form that the contract validated, like the other values that are cast here.
    tools: tools as AssistantObject['tools'],
    tool_resources: { ...emptyResourcesOf(tools), ...toolResources },
    metadata,
    temperature: record.temperature ?? DEFAULT_SAMPLING.temperature,
    top_p: record.topP ?? DEFAULT_SAMPLING.topP,
    response_format: record.responseFormat as AssistantObject['response_format'],
    reasoning_effort: record.reasoningEffort as AssistantObject['reasoning_effort'],
  } as AssistantObject;
}
