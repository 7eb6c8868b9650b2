/** Parameters that several image operations share. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf } from '../schema.ts';

/** Maximum size of an image. */
export const IMAGE_BYTES = 50 * 1024 ** 2;
/** Maximum images that one request edits. */
export const MAX_EDITED_IMAGES = 16;
/** Maximum images of one response. */
const MAX_IMAGES = 10;

export const PartialImages = named(
  'PartialImages',
  nullable(
    Type.Integer({
      minimum: 0,
      maximum: 3,
      default: 0,
      description: 'How many previews a stream sends before the final image.',
    }),
  ),
);
export type PartialImages = Static<typeof PartialImages>;

export const imageCount = Type.Optional(
  nullable(Type.Integer({ minimum: 1, maximum: MAX_IMAGES, default: 1 }), {
    description: 'How many images to create.',
  }),
);

/** @param model that is used if the request names none. */
export const imageModel = (model: string) =>
  Type.Optional(nullable(Type.String({ default: model }), { description: 'Id of the image model.' }));

export const background = Type.Optional(
  nullable(oneOf(['transparent', 'opaque', 'auto'], { default: 'auto' }), {
    description: 'Background of the image. `transparent` requires the format `png` or `webp`.',
  }),
);

export const outputFormat = Type.Optional(
  nullable(oneOf(['png', 'jpeg', 'webp'], { default: 'png' }), { description: 'File format of the image.' }),
);

const COMPRESSION = { minimum: 0, maximum: 100 };

/** @param keywords e.g. the default. */
export const outputCompression = (keywords: object = {}) =>
  Type.Optional(
    nullable(Type.Integer({ ...COMPRESSION, ...keywords }), {
      description: 'Quality of `jpeg` and `webp` in percent, 0 to 100.',
    }),
  );

/** @param keywords e.g. the default. */
export const imageResponseFormat = (keywords: object = {}) =>
  Type.Optional(
    nullable(oneOf(['url', 'b64_json'], keywords), { description: 'Whether to return a URL or the image in base64.' }),
  );

export const imageStrictness = Type.Optional(
  nullable(oneOf(['low', 'auto'], { default: 'auto' }), { description: 'How strictly the result is moderated.' }),
);
