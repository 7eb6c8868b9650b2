import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { buildOpenApiDocument } from './openapi.ts';
import { create } from './responses.ts';

/** Validates a body as the API declares it. */
const validate = (() => {
  const document = buildOpenApiDocument({ version: '0', serverUrl: '/v1', operations: [create] });
  const text = JSON.stringify(document.components.schemas, (key, value) =>
    key === 'discriminator' ? { propertyName: value.propertyName } : value,
  );
  const ajv = new Ajv2020({ strict: false, discriminator: true });
  ajv.addSchema({ $id: 'document', components: { schemas: JSON.parse(text) } });
  return ajv.compile({ $ref: 'document#/components/schemas/CreateResponse' });
})();

function errorsOf(input: unknown): string[] {
  validate({ model: 'm', input });
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

describe('input items of a response', () => {
  it.each([
    ['a text', 'Hi'],
    ['a message without a type', [{ role: 'user', content: 'Hi' }]],
    ['a message with parts', [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }]],
    ['an image without a detail', [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a/b.png' }] }]],
    ['the text of an earlier answer', [{ role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }]],
    ['a reference without a type', [{ id: 'msg_1' }]],
    ['a reference with a null type', [{ type: null, id: 'msg_1' }]],
    [
      'a call and its output',
      [
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'done' },
      ],
    ],
  ])('accepts %s', (_what, input) => {
    expect(errorsOf(input)).toEqual([]);
  });

  it.each([
    [
      'a message with a wrong part',
      [{ role: 'user', content: [{ type: 'input_text' }] }],
      '/input/0/content/0 required',
    ],
    ['a call without arguments', [{ type: 'function_call', call_id: 'c', name: 'f' }], '/input/0 required'],
    ['an item of an unknown type', [{ type: 'sonnet', text: 'x' }], '/input/0 discriminator'],
    ['an item without type, role and id', [{ text: 'x' }], '/input/0 required'],
  ])('names the error of %s', (_what, input, expected) => {
    expect(errorsOf(input)).toContain(expected);
  });
});
