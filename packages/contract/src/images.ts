/** Images: `images.generate`, `images.edit`, `images.createVariation`. */
import { ImageEditStreamEvent, ImageGenStreamEvent } from './images/events.ts';
import { ImagesResponse } from './images/objects.ts';
import { IMAGE_BYTES } from './images/options.ts';
import {
  CreateImageEditRequest,
  CreateImageRequest,
  CreateImageVariationRequest,
  EditImageBodyJsonParam,
} from './images/requests.ts';
import { operation } from './operation.ts';

export const generate = operation({
  id: 'images.generate',
  method: 'POST',
  path: '/images/generations',
  summary: 'Creates images from a description.',
  authority: 'project',
  body: CreateImageRequest,
  response: ImagesResponse,
  stream: { event: ImageGenStreamEvent, framing: 'typed' },
});

export const edit = operation({
  id: 'images.edit',
  method: 'POST',
  path: '/images/edits',
  summary: 'Changes images as a description says. The body is a form with files, or JSON with references.',
  authority: 'project',
  body: CreateImageEditRequest,
  encoding: 'multipart',
  jsonBody: EditImageBodyJsonParam,
  bodyLimit: IMAGE_BYTES,
  response: ImagesResponse,
  stream: { event: ImageEditStreamEvent, framing: 'typed' },
});

export const createVariation = operation({
  id: 'images.createVariation',
  method: 'POST',
  path: '/images/variations',
  summary: 'Creates variations of an image.',
  authority: 'project',
  body: CreateImageVariationRequest,
  encoding: 'multipart',
  bodyLimit: IMAGE_BYTES,
  response: ImagesResponse,
});
