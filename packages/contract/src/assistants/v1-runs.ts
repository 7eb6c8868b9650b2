/** Assistants API v1: runs and their steps for clients that send `OpenAI-Beta: assistants=v1`. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../ceilings.ts';
import { AssistantToolsCode, AssistantToolsFunction } from '../common/assistant-tools.ts';
import { page } from '../common/pages.ts';
import { history, named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { RunObject, runParams } from '../threads/runs/objects.ts';
import { CreateRunRequest } from '../threads/runs/requests.ts';
import {
  RunStepDetailsMessageCreationObject,
  RunStepDetailsToolCallsFunctionObject,
  RunStepObject,
} from '../threads/runs/step-objects.ts';
import { RunStepDetailsToolCallsCodeObject } from '../threads/runs/tool-call-objects.ts';
import { AssistantToolsRetrieval, CreateMessageRequestV1, CreateThreadRequestV1 } from './v1.ts';

const tools = (maxItems: number) =>
  Type.Array(tagged('type', [AssistantToolsCode, AssistantToolsRetrieval, AssistantToolsFunction]), { maxItems });

/** Maximum tools of a run in v1. */
const MAX_TOOLS = 20;

const NamedToolChoiceV1 = Type.Object({
  type: oneOf(['function', 'code_interpreter', 'retrieval']),
  function: Type.Optional(Type.Object({ name: Type.String({ description: 'The function that must be called.' }) })),
});
const tool_choice = nullable(Type.Union([oneOf(['none', 'auto', 'required']), NamedToolChoiceV1]), {
  description: 'Which tool is called, if any. `auto` when it is left out.',
});

const shared = Type.Omit(RunObject, [
  'status',
  'expires_at',
  'tools',
  'tool_resources',
  'tool_choice',
  'top_p',
  'parallel_tool_calls',
]).properties;

export const RunObjectV1 = named(
  'RunObjectV1',
  Type.Object({
    ...shared,
    // v1 has no status `incomplete`.
    status: oneOf([
      'queued',
      'in_progress',
      'requires_action',
      'cancelling',
      'cancelled',
      'failed',
      'completed',
      'expired',
    ]),
    expires_at: Type.Integer({ description: 'Unix time in seconds at which the run expires.' }),
    tools: tools(128),
    file_ids: Type.Array(Type.String(), { description: 'Ids of the files that the tools of the run may read.' }),
    tool_choice,
  }),
);
export type RunObjectV1 = Static<typeof RunObjectV1>;
export const ListRunsResponseV1 = page('ListRunsResponseV1', RunObjectV1);
export type ListRunsResponseV1 = Static<typeof ListRunsResponseV1>;

const asked = Type.Omit(CreateRunRequest, [
  'tools',
  'top_p',
  'parallel_tool_calls',
  'reasoning_effort',
  'tool_choice',
  'additional_instructions',
  'additional_messages',
]).properties;
const overrides = {
  ...asked,
  tools: Type.Optional(nullable(tools(MAX_TOOLS))),
  tool_choice: Type.Optional(tool_choice),
  response_format: Type.Optional(runParams.response_format),
};
const { additional_instructions } = CreateRunRequest.properties;

export const CreateRunRequestV1 = named(
  'CreateRunRequestV1',
  Type.Object(
    {
      ...overrides,
      additional_instructions,
      additional_messages: Type.Optional(
        nullable(Type.Array(history(ref(CreateMessageRequestV1)), { maxItems: MAX_MESSAGES }), {
          description: 'What is added to the thread first.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateRunRequestV1 = Static<typeof CreateRunRequestV1>;
export const CreateThreadAndRunRequestV1 = named(
  'CreateThreadAndRunRequestV1',
  Type.Object({ ...overrides, thread: Type.Optional(ref(CreateThreadRequestV1)) }, { additionalProperties: false }),
);
export type CreateThreadAndRunRequestV1 = Static<typeof CreateThreadAndRunRequestV1>;

export const RunStepDetailsToolCallsRetrievalObject = named(
  'RunStepDetailsToolCallsRetrievalObject',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('retrieval'),
    retrieval: Type.Object({}, { description: 'Always empty.' }),
  }),
);
export type RunStepDetailsToolCallsRetrievalObject = Static<typeof RunStepDetailsToolCallsRetrievalObject>;
const RunStepDetailsToolCallsObjectV1 = named(
  'RunStepDetailsToolCallsObjectV1',
  Type.Object({
    type: Type.Literal('tool_calls'),
    tool_calls: Type.Array(
      tagged('type', [
        RunStepDetailsToolCallsCodeObject,
        RunStepDetailsToolCallsRetrievalObject,
        RunStepDetailsToolCallsFunctionObject,
      ]),
    ),
  }),
);
export const RunStepObjectV1 = named(
  'RunStepObjectV1',
  Type.Object({
    ...Type.Omit(RunStepObject, ['step_details']).properties,
    step_details: tagged('type', [RunStepDetailsMessageCreationObject, RunStepDetailsToolCallsObjectV1]),
  }),
);
export type RunStepObjectV1 = Static<typeof RunStepObjectV1>;
export const ListRunStepsResponseV1 = page('ListRunStepsResponseV1', RunStepObjectV1);
export type ListRunStepsResponseV1 = Static<typeof ListRunStepsResponseV1>;
