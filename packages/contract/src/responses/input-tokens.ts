/** Input tokens of a response: `responses.inputTokens.*`. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../ceilings.ts';
import { operation } from '../operation.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { inputItems } from './items.ts';
import { Reasoning, ResponseTextParam } from './options.ts';
import { conversationParams } from './request.ts';
import { ToolChoiceParam } from './tool-choice.ts';
import { toolsParam } from './tools.ts';

export const TruncationEnum = named('TruncationEnum', oneOf(['auto', 'disabled']));
export type TruncationEnum = Static<typeof TruncationEnum>;

/** Any string; the description names `friendly` and `pragmatic`. */
export const PersonalityEnum = named('PersonalityEnum', Type.String());
export type PersonalityEnum = Static<typeof PersonalityEnum>;

export const TokenCountsBody = named(
  'TokenCountsBody',
  Type.Object({
    model: Type.Optional(nullable(Type.String(), { description: 'Id of the model.' })),
    input: Type.Optional(
      nullable(Type.Union([Type.String({ maxLength: 10_485_760 }), inputItems(MAX_MESSAGES)]), {
        description: 'A text, or items.',
      }),
    ),
    ...conversationParams,
    tools: Type.Optional(nullable(toolsParam)),
    text: Type.Optional(nullable(ref(ResponseTextParam))),
    reasoning: Type.Optional(nullable(ref(Reasoning))),
    truncation: Type.Optional(ref(TruncationEnum, { deprecated: true })),
    instructions: Type.Optional(nullable(Type.String(), { description: 'A system message before the input.' })),
    personality: Type.Optional(ref(PersonalityEnum)),
    tool_choice: Type.Optional(nullable(ref(ToolChoiceParam))),
    parallel_tool_calls: Type.Optional(
      nullable(Type.Boolean(), { description: 'Whether one turn may call several tools.' }),
    ),
  }),
);
export type TokenCountsBody = Static<typeof TokenCountsBody>;

export const TokenCountsResource = named(
  'TokenCountsResource',
  Type.Object({
    object: Type.Literal('response.input_tokens', { default: 'response.input_tokens' }),
    input_tokens: Type.Integer({ description: 'Tokens of the input.' }),
  }),
);
export type TokenCountsResource = Static<typeof TokenCountsResource>;

export const count = operation({
  id: 'responses.inputTokens.count',
  method: 'POST',
  path: '/responses/input_tokens',
  summary: 'Counts the input tokens of a response.',
  authority: 'project',
  body: TokenCountsBody,
  bodyOptional: true,
  response: TokenCountsResource,
});
