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
    id: Type.String({ description: 'What its output is submitted for.' }),
    type: Type.Literal('function'),
    function: Type.Object({
      name: Type.String(),
      arguments: Type.String({ description: 'JSON text as the model wrote it.' }),
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
        description: 'How many, where the type is `last_messages`.',
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
    description: 'Which tool is called, if any. `auto` when it is left out.',
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
  nullable(tokens, { description: 'Tokens of all its turns; null while it is active.' }),
);
export type RunCompletionUsage = Static<typeof RunCompletionUsage>;

export const RunStepCompletionUsage = named(
  'RunStepCompletionUsage',
  nullable(tokens, { description: 'Tokens of its turn; null while it is in progress.' }),
);
export type RunStepCompletionUsage = Static<typeof RunStepCompletionUsage>;

/** Shared by requests and responses. */
export const runParams = {
  max_prompt_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_COUNT }), {
    description: 'Most prompt tokens of all turns together. The run is incomplete when it needs more.',
  }),
  max_completion_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_COUNT }), {
    description: 'Most completion tokens of all turns together. The run is incomplete when it needs more.',
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
      { description: 'What it waits for.' },
    ),
    last_error: nullable(
      Type.Object({
        code: oneOf(['server_error', 'rate_limit_exceeded', 'invalid_prompt']),
        message: Type.String(),
      }),
      { description: 'Why it failed.' },
    ),
    expires_at: time('When it ends if it has not yet; null of a run that is over.'),
    started_at: time('When its first turn began.'),
    cancelled_at: time('When it was cancelled.'),
    failed_at: time('When it failed.'),
    completed_at: time('When it was completed.'),
    incomplete_details: nullable(
      Type.Object({ reason: Type.Optional(oneOf(['max_completion_tokens', 'max_prompt_tokens'])) }),
      { description: 'Why it is incomplete.' },
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
