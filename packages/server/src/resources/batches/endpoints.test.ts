import { audio, images, moderations, threads } from '@selfsame/contract';
import { expect, it } from 'vitest';
import { findEndpoint } from './endpoints.ts';

const served = [moderations.create, images.edit, images.createVariation, audio.speech.create, threads.update];

it('a batch can call an operation with a JSON body, also where a form is the other encoding', () => {
  expect(findEndpoint(served, '/v1/moderations')).toBe(moderations.create);
  expect(findEndpoint(served, '/v1/images/edits')).toBe(images.edit);
});

it('a batch cannot call an operation with a form, with bytes in the response, with an id in its path, or unserved', () => {
  const paths = ['/images/variations', '/audio/speech', '/threads/{thread_id}', '/embeddings', 'moderations'];
  expect(paths.map((path) => findEndpoint(served, `/v1${path}`))).toEqual(paths.map(() => undefined));
});
