import { images } from '@selfsame/contract';
import { buildOpenApiDocument } from '@selfsame/contract/openapi';
import { describe, expect, it } from 'vitest';
import { ReceivedFile } from '../lib/received-file.ts';
import { createValidator } from './validator.ts';

const operations = [images.edit, images.createVariation];
const validator = createValidator(buildOpenApiDocument({ version: '1', serverUrl: '/v1', operations }));

const picture = () =>
  new ReceivedFile({ key: 'k', bytes: 3, sha256: '00', filename: 'a.png', contentType: 'image/png' });

describe('a form field that takes one file or several', () => {
  it('a form accepts one file for a field that takes one or several', () => {
    const form = { prompt: 'a hat', image: picture(), n: '2' };
    validator.body(images.edit, form);
    expect(form).toEqual({ prompt: 'a hat', image: expect.any(ReceivedFile), n: 2 });
  });

  it('a form accepts several files for a field that takes one or several, up to its limit', () => {
    const form = { prompt: 'a hat', image: [picture(), picture()] };
    validator.body(images.edit, form);
    expect(form.image).toHaveLength(2);
    const many = { prompt: 'a hat', image: Array.from({ length: 17 }, picture) };
    expect(() => validator.body(images.edit, many)).toThrow(expect.objectContaining({ param: 'image' }));
  });

  it('a form refuses text for a field that takes one file or several', () => {
    for (const image of ['text', [picture(), 'text']]) {
      const check = () => validator.body(images.edit, { prompt: 'a hat', image });
      expect(check).toThrow(expect.objectContaining({ param: 'image', code: 'invalid_type' }));
    }
  });

  it('a form refuses several files for a field that takes one', () => {
    const check = () => validator.body(images.createVariation, { image: [picture(), picture()] });
    expect(check).toThrow(expect.objectContaining({ param: 'image' }));
  });
});

describe('a JSON body in place of a form', () => {
  it('a JSON body is checked against the schema of JSON bodies', () => {
    const body = { prompt: 'a hat', images: [{ file_id: 'file-1' }], mask: null };
    validator.body(images.edit, body, 'json');
    expect(body).toEqual({ prompt: 'a hat', images: [{ file_id: 'file-1' }] });
    const check = () => validator.body(images.edit, { prompt: 'a hat', image: 'x' }, 'json');
    expect(check).toThrow(expect.objectContaining({ param: expect.stringMatching(/^images?$/) }));
  });
});
