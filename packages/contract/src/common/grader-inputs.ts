/** Messages that graders and evals send to a model. Their texts may contain templates such as `{{item.label}}`. */
import Type, { type Static } from 'typebox';
import { InputTextContent } from '../responses/content.ts';
import { named, oneOf, ref, tagged } from '../schema.ts';

export const EvalItemContentText = named('EvalItemContentText', Type.String({ description: 'Text input.' }));
export type EvalItemContentText = Static<typeof EvalItemContentText>;

export const EvalItemContentOutputText = named(
  'EvalItemContentOutputText',
  Type.Object({
    type: Type.Literal('output_text'),
    text: Type.String({ description: 'Text that a model generated.' }),
  }),
);
export type EvalItemContentOutputText = Static<typeof EvalItemContentOutputText>;

export const EvalItemInputImage = named(
  'EvalItemInputImage',
  Type.Object({
    type: Type.Literal('input_image'),
    image_url: Type.String({ description: 'URL or data URL of the image.' }),
    detail: Type.Optional(
      Type.String({ description: 'Resolution of the image: `high`, `low` or `auto`. Default: `auto`.' }),
    ),
  }),
);
export type EvalItemInputImage = Static<typeof EvalItemInputImage>;

export const InputAudio = named(
  'InputAudio',
  Type.Object({
    type: Type.Literal('input_audio'),
    input_audio: Type.Object({
      data: Type.String({ description: 'Base64 of the audio.' }),
      format: oneOf(['mp3', 'wav']),
    }),
  }),
);
export type InputAudio = Static<typeof InputAudio>;

export const EvalItemContentItem = named(
  'EvalItemContentItem',
  Type.Union([
    ref(EvalItemContentText),
    tagged('type', [InputTextContent, EvalItemContentOutputText, EvalItemInputImage, InputAudio]),
  ]),
);
export type EvalItemContentItem = Static<typeof EvalItemContentItem>;

export const EvalItemContentArray = named('EvalItemContentArray', Type.Array(ref(EvalItemContentItem)));
export type EvalItemContentArray = Static<typeof EvalItemContentArray>;

export const EvalItemContent = named(
  'EvalItemContent',
  Type.Union([ref(EvalItemContentItem), ref(EvalItemContentArray)], { description: 'One content part or several.' }),
);
export type EvalItemContent = Static<typeof EvalItemContent>;

export const EvalItem = named(
  'EvalItem',
  Type.Object({
    role: oneOf(['user', 'assistant', 'system', 'developer'], {
      description: 'Messages of `developer` and `system` take precedence over those of `user`.',
    }),
    content: ref(EvalItemContent),
    type: Type.Optional(Type.Literal('message')),
  }),
);
export type EvalItem = Static<typeof EvalItem>;
