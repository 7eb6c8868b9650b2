/** Parts of the outputs of tools in requests. */
import Type, { type Static } from 'typebox';
import { PromptCacheBreakpointParam } from '../common/prompt-cache.ts';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { InputFileContent, InputImageContent, InputTextContent } from './content.ts';

export const InputTextContentParam = named(
  'InputTextContentParam',
  Type.Object({
    type: Type.Literal('input_text', { default: 'input_text' }),
    text: Type.String({ maxLength: 10485760 }),
    prompt_cache_breakpoint: Type.Optional(nullable(ref(PromptCacheBreakpointParam))),
  }),
);
export type InputTextContentParam = Static<typeof InputTextContentParam>;

export const DetailEnum = named('DetailEnum', oneOf(['low', 'high', 'auto', 'original']));
export type DetailEnum = Static<typeof DetailEnum>;

export const InputImageContentParamAutoParam = named(
  'InputImageContentParamAutoParam',
  Type.Object({
    type: Type.Literal('input_image', { default: 'input_image' }),
    image_url: Type.Optional(nullable(Type.String({ maxLength: 20971520 }))),
    file_id: Type.Optional(nullable(Type.String())),
    detail: Type.Optional(nullable(ref(DetailEnum))),
    prompt_cache_breakpoint: Type.Optional(nullable(ref(PromptCacheBreakpointParam))),
  }),
);
export type InputImageContentParamAutoParam = Static<typeof InputImageContentParamAutoParam>;

export const FileDetailEnum = named('FileDetailEnum', oneOf(['auto', 'low', 'high']));
export type FileDetailEnum = Static<typeof FileDetailEnum>;

export const InputFileContentParam = named(
  'InputFileContentParam',
  Type.Object({
    type: Type.Literal('input_file', { default: 'input_file' }),
    file_id: Type.Optional(nullable(Type.String())),
    filename: Type.Optional(nullable(Type.String())),
    file_data: Type.Optional(nullable(Type.String({ maxLength: 73400320 }))),
    file_url: Type.Optional(nullable(Type.String())),
    detail: Type.Optional(ref(FileDetailEnum)),
    prompt_cache_breakpoint: Type.Optional(nullable(ref(PromptCacheBreakpointParam))),
  }),
);
export type InputFileContentParam = Static<typeof InputFileContentParam>;

export const FunctionAndCustomToolCallOutput = named(
  'FunctionAndCustomToolCallOutput',
  tagged('type', [InputTextContent, InputImageContent, InputFileContent]),
);
export type FunctionAndCustomToolCallOutput = Static<typeof FunctionAndCustomToolCallOutput>;
