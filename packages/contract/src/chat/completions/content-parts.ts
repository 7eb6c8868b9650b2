/** Content parts of messages: text, images, audio, files, and refusals of earlier answers. */
import Type, { type Static } from 'typebox';
import { MAX_CONTENT_PARTS } from '../../ceilings.ts';
import { PromptCacheBreakpointParam } from '../../common/prompt-cache.ts';
import { hint, named, oneOf, ref, tagged } from '../../schema.ts';

const cacheBreakpoint = () => Type.Optional(hint(ref(PromptCacheBreakpointParam)));

export const ChatCompletionRequestMessageContentPartText = named(
  'ChatCompletionRequestMessageContentPartText',
  Type.Object({
    type: Type.Literal('text'),
    text: Type.String(),
    prompt_cache_breakpoint: cacheBreakpoint(),
  }),
);
export type ChatCompletionRequestMessageContentPartText = Static<typeof ChatCompletionRequestMessageContentPartText>;

/** `image_url` is an object; older clients send the bare URL. */
export const ChatCompletionRequestMessageContentPartImage = named(
  'ChatCompletionRequestMessageContentPartImage',
  Type.Object({
    type: Type.Literal('image_url'),
    image_url: Type.Union([
      Type.Object({
        url: Type.String({ description: 'URL of the image, or the image itself as a `data:` URL.' }),
        detail: Type.Optional(
          oneOf(['auto', 'low', 'high', 'original'], {
            default: 'auto',
            description: 'Resolution at which the model processes the image.',
          }),
        ),
      }),
      Type.String({ description: 'The URL of the image.' }),
    ]),
    prompt_cache_breakpoint: cacheBreakpoint(),
  }),
);
export type ChatCompletionRequestMessageContentPartImage = Static<typeof ChatCompletionRequestMessageContentPartImage>;

export const ChatCompletionRequestMessageContentPartAudio = named(
  'ChatCompletionRequestMessageContentPartAudio',
  Type.Object({
    type: Type.Literal('input_audio'),
    input_audio: Type.Object({
      data: Type.String({ description: 'The recording in base64.' }),
      format: oneOf(['wav', 'mp3'], { description: 'Format of the recording.' }),
    }),
    prompt_cache_breakpoint: cacheBreakpoint(),
  }),
);
export type ChatCompletionRequestMessageContentPartAudio = Static<typeof ChatCompletionRequestMessageContentPartAudio>;

export const ChatCompletionRequestMessageContentPartFile = named(
  'ChatCompletionRequestMessageContentPartFile',
  Type.Object({
    type: Type.Literal('file'),
    file: Type.Object({
      filename: Type.Optional(Type.String({ description: 'Name of the file, with `file_data`.' })),
      file_data: Type.Optional(Type.String({ description: 'The file in base64.' })),
      file_id: Type.Optional(Type.String({ description: 'Id of an uploaded file.' })),
    }),
    prompt_cache_breakpoint: cacheBreakpoint(),
  }),
);
export type ChatCompletionRequestMessageContentPartFile = Static<typeof ChatCompletionRequestMessageContentPartFile>;

export const ChatCompletionRequestMessageContentPartRefusal = named(
  'ChatCompletionRequestMessageContentPartRefusal',
  Type.Object({ type: Type.Literal('refusal'), refusal: Type.String({ description: 'The text of the refusal.' }) }),
);
export type ChatCompletionRequestMessageContentPartRefusal = Static<
  typeof ChatCompletionRequestMessageContentPartRefusal
>;

export const ChatCompletionRequestUserMessageContentPart = named(
  'ChatCompletionRequestUserMessageContentPart',
  tagged('type', [
    ChatCompletionRequestMessageContentPartText,
    ChatCompletionRequestMessageContentPartImage,
    ChatCompletionRequestMessageContentPartAudio,
    ChatCompletionRequestMessageContentPartFile,
  ]),
);
export type ChatCompletionRequestUserMessageContentPart = Static<typeof ChatCompletionRequestUserMessageContentPart>;

export const ChatCompletionRequestAssistantMessageContentPart = named(
  'ChatCompletionRequestAssistantMessageContentPart',
  tagged('type', [ChatCompletionRequestMessageContentPartText, ChatCompletionRequestMessageContentPartRefusal]),
);
export type ChatCompletionRequestAssistantMessageContentPart = Static<
  typeof ChatCompletionRequestAssistantMessageContentPart
>;

/** Text, or only text parts: the content of every role except user and assistant. */
export const textContent = (description: string) =>
  Type.Union(
    [
      Type.String(),
      Type.Array(ref(ChatCompletionRequestMessageContentPartText), { minItems: 1, maxItems: MAX_CONTENT_PARTS }),
    ],
    {
      description,
    },
  );
