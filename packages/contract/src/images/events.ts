/** Events of streamed images: previews, then the final image. */
import Type, { type Static } from 'typebox';
import { named, oneOf, ref, tagged } from '../schema.ts';
import { ImagesUsage } from './objects.ts';

/** Properties of every event besides its type. */
const image = () => ({
  b64_json: Type.String({ description: 'The image in base64.' }),
  created_at: Type.Integer({ description: 'Unix time in seconds.' }),
  size: Type.String({ description: 'Width and height in pixels, or `auto`.' }),
  quality: oneOf(['low', 'medium', 'high', 'auto']),
  background: oneOf(['transparent', 'opaque', 'auto']),
  output_format: oneOf(['png', 'webp', 'jpeg']),
});
const partial = () => ({
  ...image(),
  partial_image_index: Type.Integer({ description: 'Position of the preview, from 0.' }),
});
const completed = () => ({ ...image(), usage: ref(ImagesUsage) });

export const ImageGenPartialImageEvent = named(
  'ImageGenPartialImageEvent',
  Type.Object({ type: Type.Literal('image_generation.partial_image'), ...partial() }),
);
export type ImageGenPartialImageEvent = Static<typeof ImageGenPartialImageEvent>;

export const ImageGenCompletedEvent = named(
  'ImageGenCompletedEvent',
  Type.Object({ type: Type.Literal('image_generation.completed'), ...completed() }),
);
export type ImageGenCompletedEvent = Static<typeof ImageGenCompletedEvent>;

export const ImageGenStreamEvent = named(
  'ImageGenStreamEvent',
  tagged('type', [ImageGenPartialImageEvent, ImageGenCompletedEvent]),
);
export type ImageGenStreamEvent = Static<typeof ImageGenStreamEvent>;

export const ImageEditPartialImageEvent = named(
  'ImageEditPartialImageEvent',
  Type.Object({ type: Type.Literal('image_edit.partial_image'), ...partial() }),
);
export type ImageEditPartialImageEvent = Static<typeof ImageEditPartialImageEvent>;

export const ImageEditCompletedEvent = named(
  'ImageEditCompletedEvent',
  Type.Object({ type: Type.Literal('image_edit.completed'), ...completed() }),
);
export type ImageEditCompletedEvent = Static<typeof ImageEditCompletedEvent>;

export const ImageEditStreamEvent = named(
  'ImageEditStreamEvent',
  tagged('type', [ImageEditPartialImageEvent, ImageEditCompletedEvent]),
);
export type ImageEditStreamEvent = Static<typeof ImageEditStreamEvent>;
