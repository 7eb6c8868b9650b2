/** Assistants, stored combinations of model, instructions and tools: `assistants.*`. */
import Type, { type Static } from 'typebox';
import {
  AssistantObjectV1,
  CreateAssistantRequestV1,
  ListAssistantsResponseV1,
  ModifyAssistantRequestV1,
} from './assistants/v1.ts';
import {
  AssistantsApiResponseFormatOption,
  assistantTools,
  MAX_ASSISTANT_TOOLS,
  newToolResources,
  toolResources,
} from './common/assistant-tools.ts';
import { Metadata } from './common/metadata.ts';
import { ReasoningEffort } from './common/model-options.ts';
import { beforeParam, page, pageQuery } from './common/pages.ts';
import { samplingParams } from './common/sampling.ts';
import { operation } from './operation.ts';
import { clearable, named, nullable, ref } from './schema.ts';

export * as files from './assistants/files.ts';

/** Enough for 256,000 escaped characters and the tools. */
const ASSISTANT_BYTES = 4 * 1024 ** 2;

const name = nullable(Type.String({ maxLength: 256 }), { description: 'At most 256 characters.' });
const description = nullable(Type.String({ maxLength: 512 }), { description: 'At most 512 characters.' });
const instructions = nullable(Type.String({ maxLength: 256_000 }), {
  description: 'System instructions for the model: at most 256,000 characters.',
});
const model = Type.String({ description: 'Id of the model that runs use.' });
const { temperature, top_p } = samplingParams;
const responseFormat = Type.Optional(nullable(ref(AssistantsApiResponseFormatOption)));
const reasoningEffort = Type.Optional(ref(ReasoningEffort));

export const AssistantObject = named(
  'AssistantObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('assistant'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    name,
    description,
    model,
    instructions,
    tools: assistantTools(MAX_ASSISTANT_TOOLS),
    tool_resources: Type.Optional(toolResources),
    metadata: ref(Metadata),
    temperature,
    top_p,
    response_format: responseFormat,
    reasoning_effort: reasoningEffort,
  }),
);
export type AssistantObject = Static<typeof AssistantObject>;

/** Properties of an assistant that requests may set on creation and update. */
const fields = {
  name: Type.Optional(name),
  description: Type.Optional(description),
  instructions: Type.Optional(instructions),
  tools: Type.Optional(assistantTools(MAX_ASSISTANT_TOOLS)),
  metadata: Type.Optional(ref(Metadata)),
  temperature,
  top_p,
  response_format: responseFormat,
  reasoning_effort: reasoningEffort,
};

export const CreateAssistantRequest = named(
  'CreateAssistantRequest',
  Type.Object({ model, ...fields, tool_resources: Type.Optional(newToolResources) }, { additionalProperties: false }),
);
export type CreateAssistantRequest = Static<typeof CreateAssistantRequest>;

export const ModifyAssistantRequest = named(
  'ModifyAssistantRequest',
  clearable(
    Type.Object(
      { model: Type.Optional(model), ...fields, tool_resources: Type.Optional(toolResources) },
      { additionalProperties: false },
    ),
  ),
);
export type ModifyAssistantRequest = Static<typeof ModifyAssistantRequest>;

export const ListAssistantsResponse = page('ListAssistantsResponse', AssistantObject);
export type ListAssistantsResponse = Static<typeof ListAssistantsResponse>;

export const DeleteAssistantResponse = named(
  'DeleteAssistantResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('assistant.deleted') }),
);
export type DeleteAssistantResponse = Static<typeof DeleteAssistantResponse>;

const AssistantParams = Type.Object({ assistant_id: Type.String({ description: 'Id of the assistant.' }) });

export const create = operation({
  id: 'assistants.create',
  method: 'POST',
  path: '/assistants',
  summary: 'Creates an assistant.',
  authority: 'project',
  beta: 'assistants',
  body: CreateAssistantRequest,
  bodyLimit: ASSISTANT_BYTES,
  response: AssistantObject,
  versions: { 'assistants=v1': { body: CreateAssistantRequestV1, response: AssistantObjectV1 } },
});

export const list = operation({
  id: 'assistants.list',
  method: 'GET',
  path: '/assistants',
  summary: 'Lists the assistants of the project.',
  authority: 'project',
  beta: 'assistants',
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam }),
  response: ListAssistantsResponse,
  versions: { 'assistants=v1': { response: ListAssistantsResponseV1 } },
});

export const retrieve = operation({
  id: 'assistants.retrieve',
  method: 'GET',
  path: '/assistants/{assistant_id}',
  summary: 'Retrieves an assistant.',
  authority: 'project',
  beta: 'assistants',
  params: AssistantParams,
  response: AssistantObject,
  versions: { 'assistants=v1': { response: AssistantObjectV1 } },
});

export const update = operation({
  id: 'assistants.update',
  method: 'POST',
  path: '/assistants/{assistant_id}',
  summary: 'Updates an assistant. Absent fields stay unchanged.',
  authority: 'project',
  beta: 'assistants',
  params: AssistantParams,
  body: ModifyAssistantRequest,
  bodyLimit: ASSISTANT_BYTES,
  response: AssistantObject,
  versions: { 'assistants=v1': { body: ModifyAssistantRequestV1, response: AssistantObjectV1 } },
});

const deleteAssistant = operation({
  id: 'assistants.delete',
  method: 'DELETE',
  path: '/assistants/{assistant_id}',
  summary: 'Deletes an assistant.',
  authority: 'project',
  beta: 'assistants',
  params: AssistantParams,
  response: DeleteAssistantResponse,
});

export { deleteAssistant as delete };
