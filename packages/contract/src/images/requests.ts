/** Bodies of image operations. */
import Type, { type Static } from 'typebox';
import { file } from '../bytes.ts';
import { InputFidelity } from '../common/images.ts';
import { streamParam, userParam } from '../common/sampling.ts';
import { hint, named, nullable, oneOf, ref } from '../schema.ts';
import {
  background,
  imageCount,
  imageModel,
  imageResponseFormat,
  imageStrictness,
  MAX_EDITED_IMAGES,
  outputCompression,
  outputFormat,
  PartialImages,
} from './options.ts';

const MAX_PROMPT_CHARACTERS = 32_000;
/** Maximum characters of a data URL. */
const MAX_IMAGE_URL_CHARACTERS = 20 * 1024 ** 2;

const size = (value: string) =>
  Type.Optional(
    nullable(Type.String({ default: value }), {
      description: 'Width and height in pixels, for example `1024x1024`, or `auto`.',
    }),
  );
const user = Type.Optional(hint(userParam()));

export const CreateImageRequest = named(
  'CreateImageRequest',
  Type.Object({
    prompt: Type.String({ description: 'What the image shows.' }),
    model: imageModel('dall-e-2'),
    n: imageCount,
    quality: Type.Optional(
      nullable(oneOf(['standard', 'hd', 'low', 'medium', 'high', 'auto'], { default: 'auto' }), {
        description: 'Quality of the image.',
      }),
    ),
    response_format: imageResponseFormat({ default: 'url' }),
    output_format: outputFormat,
    output_compression: outputCompression({ default: 100 }),
    stream: streamParam,
    partial_images: Type.Optional(ref(PartialImages)),
    size: size('auto'),
    moderation: imageStrictness,
    background,
    style: Type.Optional(
      nullable(oneOf(['vivid', 'natural'], { default: 'vivid' }), {
        description: 'Whether the image is dramatic or looks natural.',
      }),
    ),
    user,
  }),
);
export type CreateImageRequest = Static<typeof CreateImageRequest>;

export const CreateImageEditRequest = named(
  'CreateImageEditRequest',
  Type.Object({
    image: Type.Union([file(), Type.Array(file(), { maxItems: MAX_EDITED_IMAGES })], {
      description: `The images to edit: one, or up to ${MAX_EDITED_IMAGES}.`,
    }),
    prompt: Type.String({ description: 'What the result shows.' }),
    mask: Type.Optional(
      file({ description: 'PNG of the same size. The edit replaces the parts where it is fully transparent.' }),
    ),
    background,
    model: imageModel('gpt-image-1.5'),
    n: imageCount,
    size: size('1024x1024'),
    response_format: imageResponseFormat(),
    output_format: outputFormat,
    output_compression: outputCompression({ default: 100 }),
    user,
    input_fidelity: Type.Optional(nullable(ref(InputFidelity))),
    stream: streamParam,
    partial_images: Type.Optional(ref(PartialImages)),
    quality: Type.Optional(
      nullable(oneOf(['standard', 'low', 'medium', 'high', 'auto'], { default: 'auto' }), {
        description: 'Quality of the image.',
      }),
    ),
  }),
);
export type CreateImageEditRequest = Static<typeof CreateImageEditRequest>;

export const ImageRefParam = named(
  'ImageRefParam',
  Type.Object(
    {
      image_url: Type.Optional(
        Type.String({ maxLength: MAX_IMAGE_URL_CHARACTERS, description: 'URL or data URL of the image.' }),
      ),
      file_id: Type.Optional(Type.String({ description: 'Id of an uploaded image.' })),
    },
    { additionalProperties: false, description: 'An image: either `image_url` or `file_id`.' },
  ),
);
export type ImageRefParam = Static<typeof ImageRefParam>;

export const EditImageBodyJsonParam = named(
  'EditImageBodyJsonParam',
  Type.Object({
    model: imageModel('gpt-image-1.5'),
    images: Type.Array(ref(ImageRefParam), {
      minItems: 1,
      maxItems: MAX_EDITED_IMAGES,
      description: 'The images to edit.',
    }),
    mask: Type.Optional(ref(ImageRefParam)),
    prompt: Type.String({ minLength: 1, maxLength: MAX_PROMPT_CHARACTERS, description: 'What the result shows.' }),
    n: imageCount,
    quality: Type.Optional(
      nullable(oneOf(['low', 'medium', 'high', 'auto'], { default: 'auto' }), { description: 'Quality of the image.' }),
    ),
    input_fidelity: Type.Optional(
      nullable(oneOf(['high', 'low']), { description: 'How closely the result follows the input.' }),
    ),
    size: Type.Optional(
      nullable(oneOf(['auto', '1024x1024', '1536x1024', '1024x1536'], { default: 'auto' }), {
        description: 'Width and height in pixels.',
      }),
    ),
    user,
    output_format: outputFormat,
    output_compression: outputCompression(),
    moderation: imageStrictness,
    background,
    stream: streamParam,
    partial_images: Type.Optional(ref(PartialImages)),
  }),
);
export type EditImageBodyJsonParam = Static<typeof EditImageBodyJsonParam>;

export const CreateImageVariationRequest = named(
  'CreateImageVariationRequest',
  Type.Object({
    image: file({ description: 'A square PNG to vary.' }),
    model: imageModel('dall-e-2'),
    n: imageCount,
    response_format: imageResponseFormat({ default: 'url' }),
    size: Type.Optional(
      nullable(oneOf(['256x256', '512x512', '1024x1024'], { default: '1024x1024' }), {
        description: 'Width and height in pixels.',
      }),
    ),
    user,
  }),
);
export type CreateImageVariationRequest = Static<typeof CreateImageVariationRequest>;
