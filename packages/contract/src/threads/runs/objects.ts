/** The run object and its components. */
import Type, { type Static } from 'typebox';
import { AssistantsApiResponseFormatOption, assistantTools, toolResources } from '../../common/assistant-tools.ts';
import { MAX_COUNT } from '../../common/bounds.ts';
import { Metadata } from '../../common/metadata.ts';
import { ParallelToolCalls } from '../../common/model-options.ts';
import { page } from '../../common/pages.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';

/** Maximum tools that a run sets itself. An assistant may have more. */
export const MAX_RUN_TOOLS = 20;

export const RUN_STATUSES = [
  'queued',
  'in_progress',
  'requires_action',
  'cancelling',
  'cancelled',
  'failed',
  'completed',
  'incomplete',
  'expired',
] as const;

export const RunToolCallObject = named(
  'RunToolCallObject',
  Type.Object({
    id: Type.String({ description: 'Id of the call, for submitting its output.' }),
    type: Type.Literal('function'),
    function: Type.Object({
      name: Type.String(),
      arguments: Type.String({ description: 'JSON text that the model generated.' }),
    }),
  }),
);
export type RunToolCallObject = Static<typeof RunToolCallObject>;

export const TruncationObject = named(
  'TruncationObject',
  Type.Object({
    type: oneOf(['auto', 'last_messages'], {
      description:
        '`auto` leaves out messages in the middle where not all fit; `last_messages` takes so many of the newest.',
    }),
    last_messages: Type.Optional(
      nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), {
        description: 'Number of messages if the type is `last_messages`.',
      }),
    ),
  }),
);
export type TruncationObject = Static<typeof TruncationObject>;

export const AssistantsNamedToolChoice = named(
  'AssistantsNamedToolChoice',
  Type.Object({
    type: oneOf(['function', 'code_interpreter', 'file_search']),
    function: Type.Optional(Type.Object({ name: Type.String({ description: 'The function that must be called.' }) })),
  }),
);
export type AssistantsNamedToolChoice = Static<typeof AssistantsNamedToolChoice>;

export const AssistantsApiToolChoiceOption = named(
  'AssistantsApiToolChoiceOption',
  Type.Union([oneOf(['none', 'auto', 'required']), ref(AssistantsNamedToolChoice)], {
    description: 'Which tool the model calls. Default `auto`.',
  }),
);
export type AssistantsApiToolChoiceOption = Static<typeof AssistantsApiToolChoiceOption>;

const tokens = Type.Object({
  completion_tokens: Type.Integer(),
  prompt_tokens: Type.Integer(),
  total_tokens: Type.Integer(),
});

export const RunCompletionUsage = named(
  'RunCompletionUsage',
  nullable(tokens, { description: 'Token usage of all turns; null while the run is active.' }),
);
export type RunCompletionUsage = Static<typeof RunCompletionUsage>;

export const RunStepCompletionUsage = named(
  'RunStepCompletionUsage',
  nullable(tokens, { description: 'Token usage of the step; null while it is in progress.' }),
);
export type RunStepCompletionUsage = Static<typeof RunStepCompletionUsage>;

/** Shared by requests and responses. */
export const runParams = {
  max_prompt_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_COUNT }), {
    description: 'Maximum prompt tokens of all turns. A run that exceeds it becomes incomplete.',
  }),
  max_completion_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_COUNT }), {
    description: 'Maximum completion tokens of all turns. A run that exceeds it becomes incomplete.',
  }),
  truncation_strategy: nullable(ref(TruncationObject)),
  tool_choice: nullable(ref(AssistantsApiToolChoiceOption)),
  response_format: nullable(ref(AssistantsApiResponseFormatOption)),
};

const time = (description: string) => nullable(Type.Integer(), { description: `Unix time in seconds. ${description}` });

export const RunObject = named(
  'RunObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.run'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    thread_id: Type.String(),
    assistant_id: Type.String(),
    status: oneOf(RUN_STATUSES),
    required_action: nullable(
      Type.Object({
        type: Type.Literal('submit_tool_outputs'),
        submit_tool_outputs: Type.Object({ tool_calls: Type.Array(ref(RunToolCallObject)) }),
      }),
      { description: 'The action that the run waits for.' },
    ),
    last_error: nullable(
      Type.Object({
        code: oneOf(['server_error', 'rate_limit_exceeded', 'invalid_prompt']),
        message: Type.String(),
      }),
      { description: 'Why the run failed.' },
    ),
    expires_at: time('The run expires; null after its end.'),
    started_at: time('The first turn started.'),
    cancelled_at: time('The run was cancelled.'),
    failed_at: time('The run failed.'),
    completed_at: time('The run was completed.'),
    incomplete_details: nullable(
      Type.Object({ reason: Type.Optional(oneOf(['max_completion_tokens', 'max_prompt_tokens'])) }),
      { description: 'Why the run is incomplete.' },
    ),
    model: Type.String(),
    instructions: Type.String(),
    tools: assistantTools(128),
    tool_resources: Type.Optional(toolResources),
    metadata: ref(Metadata),
    usage: ref(RunCompletionUsage),
    temperature: Type.Optional(nullable(Type.Number())),
    top_p: Type.Optional(nullable(Type.Number())),
    ...runParams,
    parallel_tool_calls: ref(ParallelToolCalls),
  }),
);
export type RunObject = Static<typeof RunObject>;

export const ListRunsResponse = page('ListRunsResponse', RunObject);
export type ListRunsResponse = Static<typeof ListRunsResponse>;
