/** Intended differences of images. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: / (ImagesResponse|Image(Gen|Edit)(PartialImage|Completed)Event)\.size: any value here, only /,
    reason: 'a request may have other sizes, and the official client 7.57 reads any string',
  },
  {
    pattern: / CreateImage(Edit)?Request\.output_compression: (minimum is 0|maximum is 100) here, absent there$/,
    reason: 'the prose of every description has the range, a percentage',
  },
  {
    pattern: /^latest request ImageRefParam: no alternative object {2}#1$/,
    reason: 'one object with both references; the operation refuses a request with both or none',
  },
  {
    pattern: /^(latest|2025-04) response ImagesResponse\.data: is required only here$/,
    reason: 'every response of this server has images',
  },
  {
    pattern: /^\S+ request CreateImageEditRequest\.model: default is "gpt-image-1\.5" here, "dall-e-2" there$/,
    reason: 'the default of the current description',
  },
  {
    pattern: /^\S+ request CreateImageEditRequest\.response_format: default is absent here, "url" there$/,
    reason: 'the default of the current description, which depends on the model',
  },
  {
    pattern: /^2024-05 request CreateImageRequest\.(quality|size): default is "auto" here, /,
    reason: 'the default of the current description; the model chooses',
  },
];
