/** The image generation tool. */
import Type, { type Static } from 'typebox';
import { InputFidelity } from '../../common/images.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';

export const ImageGenActionEnum = named('ImageGenActionEnum', oneOf(['generate', 'edit', 'auto']));
export type ImageGenActionEnum = Static<typeof ImageGenActionEnum>;

export const ImageGenTool = named(
  'ImageGenTool',
  Type.Object({
    type: Type.Literal('image_generation'),
    model: Type.Optional(Type.String({ description: 'Id of the image model.' })),
    quality: Type.Optional(oneOf(['low', 'medium', 'high', 'auto'], { default: 'auto' })),
    size: Type.Optional(Type.String({ default: 'auto', description: 'Width x height in pixels, or `auto`.' })),
    output_format: Type.Optional(oneOf(['png', 'webp', 'jpeg'], { default: 'png' })),
    output_compression: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 100 })),
    moderation: Type.Optional(oneOf(['auto', 'low'], { default: 'auto' })),
    background: Type.Optional(oneOf(['transparent', 'opaque', 'auto'], { default: 'auto' })),
    input_fidelity: Type.Optional(nullable(ref(InputFidelity))),
    input_image_mask: Type.Optional(
      Type.Object({ image_url: Type.Optional(Type.String()), file_id: Type.Optional(Type.String()) }),
    ),
    partial_images: Type.Optional(Type.Integer({ minimum: 0, maximum: 3, default: 0 })),
    action: Type.Optional(ref(ImageGenActionEnum)),
  }),
);
export type ImageGenTool = Static<typeof ImageGenTool>;
