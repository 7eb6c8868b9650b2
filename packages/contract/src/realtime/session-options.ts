/** Options of realtime sessions besides audio. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT } from '../common/bounds.ts';
import { ToolChoiceFunction, ToolChoiceMCP, ToolChoiceOptions } from '../responses/tool-choice.ts';
import { MCPTool } from '../responses/tools/mcp.ts';
import { anyObject, named, oneOf, ref, tagged } from '../schema.ts';

export const RealtimeTruncation = named(
  'RealtimeTruncation',
  Type.Union(
    [
      oneOf(['auto', 'disabled']),
      Type.Object({
        type: Type.Literal('retention_ratio'),
        retention_ratio: Type.Number({
          minimum: 0,
          maximum: 1,
          description: 'Share of the tokens after the instructions to keep.',
        }),
        token_limits: Type.Optional(
          Type.Object({
            post_instructions: Type.Optional(
              Type.Integer({ minimum: 0, maximum: MAX_COUNT, description: 'Maximum tokens after the instructions.' }),
            ),
          }),
        ),
      }),
    ],
    { description: 'What happens to a conversation that is longer than the context of the model.' },
  ),
);
export type RealtimeTruncation = Static<typeof RealtimeTruncation>;

export const RealtimeFunctionTool = named(
  'RealtimeFunctionTool',
  Type.Object({
    type: Type.Optional(Type.Literal('function')),
    name: Type.Optional(Type.String({ description: 'Name of the function.' })),
    description: Type.Optional(Type.String({ description: 'What the function does and when to call it.' })),
    parameters: Type.Optional(anyObject({ description: 'JSON Schema of the arguments.' })),
  }),
);
export type RealtimeFunctionTool = Static<typeof RealtimeFunctionTool>;

export const RealtimeReasoningEffort = named(
  'RealtimeReasoningEffort',
  oneOf(['minimal', 'low', 'medium', 'high', 'xhigh'], {
    default: 'low',
    description: 'How much a reasoning model thinks before the answer.',
  }),
);
export type RealtimeReasoningEffort = Static<typeof RealtimeReasoningEffort>;

export const RealtimeReasoning = named(
  'RealtimeReasoning',
  Type.Object({ effort: Type.Optional(ref(RealtimeReasoningEffort)) }),
);
export type RealtimeReasoning = Static<typeof RealtimeReasoning>;

/** `auto`, or a description of the trace. */
export const tracing = (options: object = {}) =>
  Type.Union(
    [
      Type.Literal('auto', { default: 'auto' }),
      Type.Object({
        workflow_name: Type.Optional(Type.String({ description: 'Name of the workflow of the trace.' })),
        group_id: Type.Optional(Type.String({ description: 'Id that groups traces.' })),
        metadata: Type.Optional(anyObject({ description: 'Data of the trace.' })),
      }),
    ],
    { description: 'Whether and how the session is traced.', ...options },
  );

/** A number of tokens, or `inf`. */
export const maxOutputTokens = Type.Optional(
  Type.Union([Type.Integer({ minimum: 1, maximum: MAX_COUNT }), Type.Literal('inf')], {
    description: 'Maximum tokens of one response, calls included. Default `inf`.',
  }),
);

export const sessionTools = Type.Optional(
  Type.Array(Type.Union([ref(RealtimeFunctionTool), ref(MCPTool)]), { description: 'The tools of the model.' }),
);

export const sessionToolChoice = Type.Optional(
  Type.Union([ref(ToolChoiceOptions), tagged('type', [ToolChoiceFunction, ToolChoiceMCP])], {
    default: 'auto',
    description: 'Whether the model calls tools, or which one it must call.',
  }),
);

export const instructions = Type.Optional(
  Type.String({ description: 'System message that precedes the conversation.' }),
);
