/** The fields of an assistant in a request → fields of the record. Missing fields stay missing. */
import type { CreateAssistantRequest, ModifyAssistantRequest } from '@selfsame/contract';
import { defined } from '../../lib/defined.ts';
import type { AssistantFields } from '../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Services } from '../services.ts';
import { toToolResources } from './tool-resources.ts';

/** Fields that a new assistant has by default. */
export const DEFAULT_FIELDS: Omit<AssistantFields, 'model'> = {
  name: null,
  description: null,
  instructions: null,
  tools: [],
  toolResources: {},
  responseFormat: 'auto',
  temperature: null,
  topP: null,
  reasoningEffort: null,
  metadata: {},
};

/** Null, and the older name `none`, are the default format. */
const toFormat = (format: CreateAssistantRequest['response_format']) =>
  format === null || format === undefined || format === 'none' ? DEFAULT_FIELDS.responseFormat : format;

/**
 * Ignores the resources of a new assistant.
 * @throws ApiError naming a model, file or store that does not exist.
 */
export async function toFields(
  { models }: Pick<Services, 'models'>,
  scope: Pick<ProjectRepositories, 'files' | 'vectorStores'>,
  body: Omit<CreateAssistantRequest, 'tool_resources'> | ModifyAssistantRequest,
): Promise<Partial<AssistantFields>> {
  const { model, name, description, instructions, tools, metadata, temperature, top_p: topP } = body;
  const resources = 'tool_resources' in body ? body.tool_resources : undefined;
  const { response_format: format, reasoning_effort: effort } = body;
  if (model !== undefined) models.resolve(model, 'chat');
  return {
    ...defined({ model, name, description, instructions, tools, temperature, topP, reasoningEffort: effort }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    ...(resources === undefined ? {} : { toolResources: await toToolResources(scope, resources) }),
    ...(format === undefined ? {} : { responseFormat: toFormat(format) }),
  };
}
