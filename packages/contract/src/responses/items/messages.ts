/** Message items. */
import Type, { type Static } from 'typebox';
import { MAX_CONTENT_PARTS } from '../../ceilings.ts';
import { anyObject, named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import {
  ComputerScreenshotContent,
  InputFileContent,
  InputImageContent,
  InputImageContentParam,
  InputMessageContentList,
  InputTextContent,
  OutputMessageContent,
  OutputTextContent,
  ReasoningTextContent,
  RefusalContent,
  SummaryTextContent,
  TextContent,
} from '../content.ts';

export const MessagePhase = named('MessagePhase', oneOf(['commentary', 'final_answer']));
export type MessagePhase = Static<typeof MessagePhase>;

/** Generated text in a request, as an earlier answer returned it, or with its text only. */
export const OutputTextContentParam = named(
  'OutputTextContentParam',
  Type.Object({
    type: Type.Literal('output_text'),
    text: Type.String({ description: 'The text.' }),
    annotations: Type.Optional(Type.Array(Type.Unsafe<object>(anyObject()), { description: 'Not read by the model.' })),
    logprobs: Type.Optional(Type.Array(Type.Unsafe<object>(anyObject()), { description: 'Not read by the model.' })),
  }),
);
export type OutputTextContentParam = Static<typeof OutputTextContentParam>;

/**
 * A message in a request: a new one, or an item of an earlier answer. The API description has three schemas with the
 * same `type`; one schema gives one error for a wrong message.
 */
export const EasyInputMessage = named(
  'EasyInputMessage',
  Type.Object({
    role: oneOf(['user', 'assistant', 'system', 'developer'], { description: 'The author of the message.' }),
    content: Type.Union([
      Type.String(),
      Type.Array(
        tagged('type', [
          InputTextContent,
          InputImageContentParam,
          InputFileContent,
          OutputTextContentParam,
          RefusalContent,
        ]),
        { maxItems: MAX_CONTENT_PARTS },
      ),
    ]),
    phase: Type.Optional(nullable(ref(MessagePhase))),
    type: Type.Optional(Type.Literal('message')),
    id: Type.Optional(Type.String({ description: 'Id of an item of an earlier answer.' })),
    status: Type.Optional(oneOf(['in_progress', 'completed', 'incomplete'])),
  }),
);
export type EasyInputMessage = Static<typeof EasyInputMessage>;

/** A discriminator requires the type. */
export const InputMessageItem = named(
  'InputMessageItem',
  Type.Object({ ...EasyInputMessage.properties, type: Type.Literal('message') }),
);
export type InputMessageItem = Static<typeof InputMessageItem>;

export const OutputMessage = named(
  'OutputMessage',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('message'),
    role: Type.Literal('assistant'),
    content: Type.Array(ref(OutputMessageContent)),
    phase: Type.Optional(nullable(ref(MessagePhase))),
    status: oneOf(['in_progress', 'completed', 'incomplete']),
  }),
);
export type OutputMessage = Static<typeof OutputMessage>;

export const MessageStatus = named('MessageStatus', oneOf(['in_progress', 'completed', 'incomplete']));
export type MessageStatus = Static<typeof MessageStatus>;

export const MessageRole = named(
  'MessageRole',
  oneOf(['unknown', 'user', 'assistant', 'system', 'critic', 'discriminator', 'developer', 'tool']),
);
export type MessageRole = Static<typeof MessageRole>;

export const MessagePhase2 = named('MessagePhase-2', oneOf(['commentary', 'final_answer']));
export type MessagePhase2 = Static<typeof MessagePhase2>;

export const Message = named(
  'Message',
  Type.Object({
    type: Type.Literal('message', { default: 'message' }),
    id: Type.String(),
    status: ref(MessageStatus),
    role: ref(MessageRole),
    content: Type.Array(
      tagged('type', [
        InputTextContent,
        OutputTextContent,
        TextContent,
        SummaryTextContent,
        ReasoningTextContent,
        RefusalContent,
        InputImageContent,
        ComputerScreenshotContent,
        InputFileContent,
      ]),
    ),
    phase: Type.Optional(nullable(ref(MessagePhase2))),
  }),
);
export type Message = Static<typeof Message>;

export const InputMessageResource = named(
  'InputMessageResource',
  Type.Object({
    type: Type.Literal('message'),
    role: oneOf(['user', 'system', 'developer']),
    status: Type.Optional(oneOf(['in_progress', 'completed', 'incomplete'])),
    content: ref(InputMessageContentList),
    id: Type.String(),
  }),
);
export type InputMessageResource = Static<typeof InputMessageResource>;
