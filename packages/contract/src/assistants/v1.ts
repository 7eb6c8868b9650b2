/** Assistants API v1: assistants, threads and messages for clients that send `OpenAI-Beta: assistants=v1`. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../ceilings.ts';
import {
  AssistantsApiResponseFormatOption,
  AssistantToolsCode,
  AssistantToolsFunction,
} from '../common/assistant-tools.ts';
import { Metadata } from '../common/metadata.ts';
import { page } from '../common/pages.ts';
import { samplingParams } from '../common/sampling.ts';
import { clearable, history, named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { MESSAGE_CHARACTERS, messageContent, messageStatus } from '../threads/content.ts';

export const AssistantToolsRetrieval = named(
  'AssistantToolsRetrieval',
  Type.Object({ type: Type.Literal('retrieval') }),
);
export type AssistantToolsRetrieval = Static<typeof AssistantToolsRetrieval>;

const tools = Type.Array(tagged('type', [AssistantToolsCode, AssistantToolsRetrieval, AssistantToolsFunction]), {
  maxItems: 128,
  default: [],
  description: 'At most 128 tools that the model may use.',
});
const assistantFiles = Type.Array(Type.String(), {
  maxItems: 20,
  default: [],
  description: 'Ids of at most 20 files that the tools may read.',
});
const name = nullable(Type.String({ maxLength: 256 }), { description: 'At most 256 characters.' });
const description = nullable(Type.String({ maxLength: 512 }), { description: 'At most 512 characters.' });
const instructions = nullable(Type.String({ maxLength: 32_768 }), { description: 'At most 32,768 characters.' });
const model = Type.String({ description: 'Id of the model that runs use.' });
const created_at = Type.Integer({ description: 'Unix time in seconds.' });

export const AssistantObjectV1 = named(
  'AssistantObjectV1',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('assistant'),
    created_at,
    name,
    description,
    model,
    // Longer than v1 requests may set them, because a v2 request may have set them.
    instructions: nullable(Type.String()),
    tools,
    file_ids: assistantFiles,
    metadata: ref(Metadata),
  }),
);
export type AssistantObjectV1 = Static<typeof AssistantObjectV1>;

const assistantFields = {
  name: Type.Optional(name),
  description: Type.Optional(description),
  instructions: Type.Optional(instructions),
  tools: Type.Optional(tools),
  file_ids: Type.Optional(nullable(assistantFiles, { default: undefined })),
  metadata: Type.Optional(ref(Metadata)),
  temperature: samplingParams.temperature,
  top_p: samplingParams.top_p,
  response_format: Type.Optional(nullable(ref(AssistantsApiResponseFormatOption))),
};

export const CreateAssistantRequestV1 = named(
  'CreateAssistantRequestV1',
  Type.Object({ model, ...assistantFields }, { additionalProperties: false }),
);
export type CreateAssistantRequestV1 = Static<typeof CreateAssistantRequestV1>;
export const ModifyAssistantRequestV1 = named(
  'ModifyAssistantRequestV1',
  clearable(Type.Object({ model: Type.Optional(model), ...assistantFields }, { additionalProperties: false })),
);
export type ModifyAssistantRequestV1 = Static<typeof ModifyAssistantRequestV1>;
export const ListAssistantsResponseV1 = page('ListAssistantsResponseV1', AssistantObjectV1);
export type ListAssistantsResponseV1 = Static<typeof ListAssistantsResponseV1>;

export const MessageObjectV1 = named(
  'MessageObjectV1',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.message'),
    created_at,
    thread_id: Type.String(),
    ...messageStatus,
    role: oneOf(['user', 'assistant']),
    content: Type.Array(messageContent),
    file_ids: Type.Array(Type.String(), { description: 'Ids of the files that came with the message.' }),
    assistant_id: nullable(Type.String()),
    run_id: nullable(Type.String()),
    metadata: ref(Metadata),
  }),
);
export type MessageObjectV1 = Static<typeof MessageObjectV1>;

export const CreateMessageRequestV1 = named(
  'CreateMessageRequestV1',
  Type.Object(
    {
      role: oneOf(['user', 'assistant'], { description: 'Who said it.' }),
      content: Type.String({ minLength: 1, maxLength: MESSAGE_CHARACTERS }),
      file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 10, description: 'Ids of at most 10 files.' })),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateMessageRequestV1 = Static<typeof CreateMessageRequestV1>;
export const ListMessagesResponseV1 = page('ListMessagesResponseV1', MessageObjectV1);
export type ListMessagesResponseV1 = Static<typeof ListMessagesResponseV1>;

export const ThreadObjectV1 = named(
  'ThreadObjectV1',
  Type.Object({ id: Type.String(), object: Type.Literal('thread'), created_at, metadata: ref(Metadata) }),
);
export type ThreadObjectV1 = Static<typeof ThreadObjectV1>;

export const CreateThreadRequestV1 = named(
  'CreateThreadRequestV1',
  Type.Object(
    {
      messages: Type.Optional(Type.Array(history(ref(CreateMessageRequestV1)), { maxItems: MAX_MESSAGES })),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateThreadRequestV1 = Static<typeof CreateThreadRequestV1>;
export const ModifyThreadRequestV1 = named(
  'ModifyThreadRequestV1',
  clearable(Type.Object({ metadata: Type.Optional(ref(Metadata)) }, { additionalProperties: false })),
);
export type ModifyThreadRequestV1 = Static<typeof ModifyThreadRequestV1>;
