/** Parts of messages: text, images, files, generated text, refusals and reasoning. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { Annotation, LogProb } from './annotations.ts';

export const PromptCacheBreakpointConfig = named(
  'PromptCacheBreakpointConfig',
  Type.Object({ mode: Type.Literal('explicit', { default: 'explicit' }) }),
);
export type PromptCacheBreakpointConfig = Static<typeof PromptCacheBreakpointConfig>;

export const InputTextContent = named(
  'InputTextContent',
  Type.Object({
    type: Type.Literal('input_text', { default: 'input_text' }),
    text: Type.String(),
    prompt_cache_breakpoint: Type.Optional(ref(PromptCacheBreakpointConfig)),
  }),
);
export type InputTextContent = Static<typeof InputTextContent>;

export const ImageDetail = named('ImageDetail', oneOf(['low', 'high', 'auto', 'original']));
export type ImageDetail = Static<typeof ImageDetail>;

export const InputImageContent = named(
  'InputImageContent',
  Type.Object({
    type: Type.Literal('input_image', { default: 'input_image' }),
    image_url: Type.Optional(nullable(Type.String())),
    file_id: Type.Optional(nullable(Type.String())),
    detail: ref(ImageDetail),
    prompt_cache_breakpoint: Type.Optional(ref(PromptCacheBreakpointConfig)),
  }),
);
export type InputImageContent = Static<typeof InputImageContent>;

/** In requests, `detail` is optional: clients of the chat API leave it out. */
export const InputImageContentParam = named(
  'InputImageContentParam',
  Type.Object({ ...InputImageContent.properties, detail: Type.Optional(ref(ImageDetail)) }),
);
export type InputImageContentParam = Static<typeof InputImageContentParam>;

export const FileInputDetail = named('FileInputDetail', oneOf(['auto', 'low', 'high']));
export type FileInputDetail = Static<typeof FileInputDetail>;

export const InputFileContent = named(
  'InputFileContent',
  Type.Object({
    type: Type.Literal('input_file', { default: 'input_file' }),
    file_id: Type.Optional(nullable(Type.String())),
    filename: Type.Optional(Type.String()),
    file_data: Type.Optional(Type.String()),
    prompt_cache_breakpoint: Type.Optional(ref(PromptCacheBreakpointConfig)),
    file_url: Type.Optional(Type.String()),
    detail: Type.Optional(ref(FileInputDetail)),
  }),
);
export type InputFileContent = Static<typeof InputFileContent>;

export const InputContent = named(
  'InputContent',
  tagged('type', [InputTextContent, InputImageContent, InputFileContent]),
);
export type InputContent = Static<typeof InputContent>;

export const InputMessageContentList = named('InputMessageContentList', Type.Array(ref(InputContent)));
export type InputMessageContentList = Static<typeof InputMessageContentList>;

export const OutputTextContent = named(
  'OutputTextContent',
  Type.Object({
    type: Type.Literal('output_text', { default: 'output_text' }),
    text: Type.String(),
    annotations: Type.Array(ref(Annotation)),
    logprobs: Type.Array(ref(LogProb)),
  }),
);
export type OutputTextContent = Static<typeof OutputTextContent>;

export const RefusalContent = named(
  'RefusalContent',
  Type.Object({ type: Type.Literal('refusal', { default: 'refusal' }), refusal: Type.String() }),
);
export type RefusalContent = Static<typeof RefusalContent>;

export const OutputMessageContent = named('OutputMessageContent', tagged('type', [OutputTextContent, RefusalContent]));
export type OutputMessageContent = Static<typeof OutputMessageContent>;

export const SummaryTextContent = named(
  'SummaryTextContent',
  Type.Object({ type: Type.Literal('summary_text', { default: 'summary_text' }), text: Type.String() }),
);
export type SummaryTextContent = Static<typeof SummaryTextContent>;

export const ReasoningTextContent = named(
  'ReasoningTextContent',
  Type.Object({ type: Type.Literal('reasoning_text', { default: 'reasoning_text' }), text: Type.String() }),
);
export type ReasoningTextContent = Static<typeof ReasoningTextContent>;

export const OutputContent = named(
  'OutputContent',
  tagged('type', [OutputTextContent, RefusalContent, ReasoningTextContent]),
);
export type OutputContent = Static<typeof OutputContent>;

export const TextContent = named(
  'TextContent',
  Type.Object({ type: Type.Literal('text', { default: 'text' }), text: Type.String() }),
);
export type TextContent = Static<typeof TextContent>;

export const ComputerScreenshotContent = named(
  'ComputerScreenshotContent',
  Type.Object({
    type: Type.Literal('computer_screenshot', { default: 'computer_screenshot' }),
    image_url: nullable(Type.String()),
    file_id: nullable(Type.String()),
    detail: ref(ImageDetail),
    prompt_cache_breakpoint: Type.Optional(ref(PromptCacheBreakpointConfig)),
  }),
);
export type ComputerScreenshotContent = Static<typeof ComputerScreenshotContent>;
