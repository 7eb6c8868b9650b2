/** Requests for runs. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../../ceilings.ts';
import { assistantTools, toolResources } from '../../common/assistant-tools.ts';
import { Metadata } from '../../common/metadata.ts';
import { ParallelToolCalls, ReasoningEffort } from '../../common/model-options.ts';
import { samplingParams } from '../../common/sampling.ts';
import { clearable, history, named, nullable, ref } from '../../schema.ts';
import { CreateThreadRequest } from '../../threads.ts';
import { CreateMessageRequest } from '../messages.ts';
import { MAX_RUN_TOOLS, runParams } from './objects.ts';

const text = (description: string) => Type.Optional(nullable(Type.String(), { description }));

const stream = Type.Optional(
  nullable(Type.Boolean(), { description: 'Whether to stream the run as server-sent events.' }),
);

/** Settings of a run that replace those of its assistant. */
const overrides = {
  assistant_id: Type.String({ description: 'Id of the assistant.' }),
  model: Type.Optional(nullable(Type.String(), { description: "Instead of the assistant's." })),
  instructions: text("Instead of the assistant's."),
  tools: Type.Optional(nullable(assistantTools(MAX_RUN_TOOLS), { default: undefined })),
  metadata: Type.Optional(ref(Metadata)),
  temperature: samplingParams.temperature,
  top_p: samplingParams.top_p,
  stream,
  max_prompt_tokens: Type.Optional(runParams.max_prompt_tokens),
  max_completion_tokens: Type.Optional(runParams.max_completion_tokens),
  truncation_strategy: Type.Optional(runParams.truncation_strategy),
  tool_choice: Type.Optional(runParams.tool_choice),
  parallel_tool_calls: Type.Optional(ref(ParallelToolCalls)),
  response_format: Type.Optional(runParams.response_format),
};

export const CreateRunRequest = named(
  'CreateRunRequest',
  Type.Object(
    {
      ...overrides,
      reasoning_effort: Type.Optional(ref(ReasoningEffort)),
      additional_instructions: text('Text that is appended to the instructions.'),
      additional_messages: Type.Optional(
        nullable(Type.Array(history(ref(CreateMessageRequest)), { maxItems: MAX_MESSAGES }), {
          description: 'Messages to add to the thread before the run.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateRunRequest = Static<typeof CreateRunRequest>;

export const CreateThreadAndRunRequest = named(
  'CreateThreadAndRunRequest',
  Type.Object(
    {
      ...overrides,
      thread: Type.Optional(ref(CreateThreadRequest)),
      tool_resources: Type.Optional(toolResources),
    },
    { additionalProperties: false },
  ),
);
export type CreateThreadAndRunRequest = Static<typeof CreateThreadAndRunRequest>;

export const ModifyRunRequest = named(
  'ModifyRunRequest',
  clearable(Type.Object({ metadata: Type.Optional(ref(Metadata)) }, { additionalProperties: false })),
);
export type ModifyRunRequest = Static<typeof ModifyRunRequest>;

export const SubmitToolOutputsRunRequest = named(
  'SubmitToolOutputsRunRequest',
  Type.Object(
    {
      tool_outputs: Type.Array(
        Type.Object({
          tool_call_id: Type.Optional(Type.String({ description: 'Id of the call.' })),
          output: Type.Optional(Type.String({ description: 'Output of the tool for the model. Empty when absent.' })),
        }),
        { description: 'The outputs of all calls that the run waits for.' },
      ),
      stream,
    },
    { additionalProperties: false },
  ),
);
export type SubmitToolOutputsRunRequest = Static<typeof SubmitToolOutputsRunRequest>;
