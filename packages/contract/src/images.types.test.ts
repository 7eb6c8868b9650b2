/**
 * Compares images with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { ImageEditStreamEvent, ImageGenStreamEvent } from './images/events.ts';
import type { Image, ImagesResponse } from './images/objects.ts';
import type { CreateImageEditRequest, CreateImageRequest, CreateImageVariationRequest } from './images/requests.ts';

/** The clients have their own types of files. Version 7 has values of quality and format that no description has. */
type Files = 'image' | 'mask';
type Newer = 'quality' | 'output_format';

it('images and their events fit the types of the official clients', () => {
  const checks: [
    Assignable<Image, OpenAI.Image>,
    Assignable<ImagesResponse, OpenAI.ImagesResponse>,
    Assignable<ImageGenStreamEvent, OpenAI.ImageGenStreamEvent>,
    Assignable<ImageEditStreamEvent, OpenAI.ImageEditStreamEvent>,
    Assignable<Image, OpenAIv4.Image>,
    Assignable<Pick<ImagesResponse, 'created' | 'data'>, OpenAIv4.ImagesResponse>,
  ] = [true, true, true, true, true, true];
  expect(checks).toHaveLength(6);
});

it('image requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<Omit<OpenAI.ImageGenerateParams, Newer>, Omit<CreateImageRequest, Newer>>,
    Assignable<Omit<OpenAI.ImageEditParams, Newer | Files>, Omit<CreateImageEditRequest, Newer | Files>>,
    Assignable<Omit<OpenAI.ImageCreateVariationParams, Files>, Omit<CreateImageVariationRequest, Files>>,
    Assignable<OpenAIv4.ImageGenerateParams, CreateImageRequest>,
    Assignable<Omit<OpenAIv4.ImageEditParams, Files>, Omit<CreateImageEditRequest, Files>>,
    Assignable<Omit<OpenAIv4.ImageCreateVariationParams, Files>, Omit<CreateImageVariationRequest, Files>>,
    Assignable<CreateImageRequest['quality'], OpenAI.ImageGenerateParams['quality']>,
    Assignable<CreateImageEditRequest['output_format'], OpenAI.ImageEditParams['output_format']>,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});
