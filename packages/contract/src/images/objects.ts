/** Images of a response and their token usage. */
import Type, { type Static } from 'typebox';
import { named, oneOf, ref } from '../schema.ts';

export const Image = named(
  'Image',
  Type.Object({
    b64_json: Type.Optional(Type.String({ description: 'The image in base64.' })),
    url: Type.Optional(Type.String({ description: 'URL of the image, valid for a limited time.' })),
    revised_prompt: Type.Optional(Type.String({ description: 'The prompt as the model rewrote it.' })),
  }),
);
export type Image = Static<typeof Image>;

const inputTokensDetails = {
  text_tokens: Type.Integer({ description: 'Tokens of the prompt.' }),
  image_tokens: Type.Integer({ description: 'Tokens of input images.' }),
};

export const ImageGenOutputTokensDetails = named(
  'ImageGenOutputTokensDetails',
  Type.Object({
    image_tokens: Type.Integer({ description: 'Tokens of the images.' }),
    text_tokens: Type.Integer({ description: 'Tokens of text, such as reasoning.' }),
  }),
);
export type ImageGenOutputTokensDetails = Static<typeof ImageGenOutputTokensDetails>;

export const ImageGenInputUsageDetails = named('ImageGenInputUsageDetails', Type.Object(inputTokensDetails));
export type ImageGenInputUsageDetails = Static<typeof ImageGenInputUsageDetails>;

export const ImageGenUsage = named(
  'ImageGenUsage',
  Type.Object({
    input_tokens: Type.Integer({ description: 'Tokens of prompt and input images.' }),
    total_tokens: Type.Integer({ description: 'Sum of input and output tokens.' }),
    output_tokens: Type.Integer({ description: 'Generated tokens.' }),
    output_tokens_details: Type.Optional(ref(ImageGenOutputTokensDetails)),
    input_tokens_details: ref(ImageGenInputUsageDetails),
  }),
);
export type ImageGenUsage = Static<typeof ImageGenUsage>;

/** Token usage in the last event of a stream. */
export const ImagesUsage = named(
  'ImagesUsage',
  Type.Object({
    total_tokens: Type.Integer({ description: 'Sum of input and output tokens.' }),
    input_tokens: Type.Integer({ description: 'Tokens of prompt and input images.' }),
    output_tokens: Type.Integer({ description: 'Generated tokens.' }),
    input_tokens_details: Type.Object(inputTokensDetails),
  }),
);
export type ImagesUsage = Static<typeof ImagesUsage>;

export const ImagesResponse = named(
  'ImagesResponse',
  Type.Object({
    created: Type.Integer({ description: 'Unix time in seconds.' }),
    data: Type.Array(ref(Image)),
    background: Type.Optional(oneOf(['transparent', 'opaque'])),
    output_format: Type.Optional(oneOf(['png', 'webp', 'jpeg'])),
    size: Type.Optional(Type.String({ description: 'Width and height in pixels.' })),
    quality: Type.Optional(oneOf(['low', 'medium', 'high'])),
    usage: Type.Optional(ref(ImageGenUsage)),
  }),
);
export type ImagesResponse = Static<typeof ImagesResponse>;
