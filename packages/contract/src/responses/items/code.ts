/** Calls of the code interpreter and of image generation. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, tagged } from '../../schema.ts';

export const ImageGenToolCall = named(
  'ImageGenToolCall',
  Type.Object({
    type: Type.Literal('image_generation_call'),
    id: Type.String(),
    status: oneOf(['in_progress', 'completed', 'generating', 'failed']),
    result: nullable(Type.String()),
  }),
);
export type ImageGenToolCall = Static<typeof ImageGenToolCall>;

export const CodeInterpreterOutputLogs = named(
  'CodeInterpreterOutputLogs',
  Type.Object({ type: Type.Literal('logs', { default: 'logs' }), logs: Type.String() }),
);
export type CodeInterpreterOutputLogs = Static<typeof CodeInterpreterOutputLogs>;

export const CodeInterpreterOutputImage = named(
  'CodeInterpreterOutputImage',
  Type.Object({ type: Type.Literal('image', { default: 'image' }), url: Type.String() }),
);
export type CodeInterpreterOutputImage = Static<typeof CodeInterpreterOutputImage>;

export const CodeInterpreterToolCall = named(
  'CodeInterpreterToolCall',
  Type.Object({
    type: Type.Literal('code_interpreter_call', { default: 'code_interpreter_call' }),
    id: Type.String(),
    status: oneOf(['in_progress', 'completed', 'incomplete', 'interpreting', 'failed']),
    container_id: Type.String(),
    code: nullable(Type.String()),
    outputs: nullable(Type.Array(tagged('type', [CodeInterpreterOutputLogs, CodeInterpreterOutputImage]))),
  }),
);
export type CodeInterpreterToolCall = Static<typeof CodeInterpreterToolCall>;
