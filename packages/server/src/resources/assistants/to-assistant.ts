/** A stored assistant as the API shows it, and the assistant that a request names. */
import type { AssistantObject } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { AssistantRecord, ToolResources } from '../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

/** How an assistant or a run that leaves the sampling to the model is shown. */
export const DEFAULT_SAMPLING = { temperature: 1, topP: 1 } as const;

/** @throws ApiError 404 naming `param` when the project has no assistant of that id. */
export async function findAssistant(
  { assistants }: Pick<ProjectRepositories, 'assistants'>,
  id: string,
  param?: 'assistant_id',
): Promise<AssistantRecord> {
  const record = await assistants.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Assistant', id, param);
  return record;
}

/** A tool that reads nothing has an empty list, as the hosted API answers. */
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
    // Kept in the form in which the contract let them in, as the others that are cast here.
    tools: tools as AssistantObject['tools'],
    tool_resources: { ...emptyResourcesOf(tools), ...toolResources },
    metadata,
    temperature: record.temperature ?? DEFAULT_SAMPLING.temperature,
    top_p: record.topP ?? DEFAULT_SAMPLING.topP,
    response_format: record.responseFormat as AssistantObject['response_format'],
    reasoning_effort: record.reasoningEffort as AssistantObject['reasoning_effort'],
  } as AssistantObject;
}
