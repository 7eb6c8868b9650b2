import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { buildOpenApiDocument } from './openapi.ts';
import type { JsonObject } from './openapi-document.ts';
import { operation } from './operation.ts';
import { operations } from './operations.ts';
import { history, named, ref, tagged } from './schema.ts';

const Part = named('Part', Type.Object({ text: Type.String(), note: Type.Optional(Type.String()) }));
const Cat = named('Cat', Type.Object({ kind: Type.Literal('cat'), part: Type.Optional(ref(Part)) }));
const Dog = named('Dog', Type.Object({ kind: Type.Literal('dog') }));
const Plain = named('Plain', Type.String());

const create = operation({
  id: 'things.create',
  method: 'POST',
  path: '/things',
  summary: '',
  authority: 'project',
  body: named(
    'CreateThing',
    Type.Object({
      animal: tagged('kind', [Cat, Dog]),
      earlier: Type.Optional(Type.Array(history(ref(Part)), { description: 'Earlier parts.' })),
      label: Type.Optional(ref(Plain)),
    }),
  ),
  response: named('Thing', Type.Object({ part: ref(Part), label: Type.Optional(ref(Plain)) })),
});

const { schemas } = buildOpenApiDocument({ version: '1', serverUrl: '/v1', operations: [create] }).components;
const text = { type: 'string' };

describe('the request policies in the OpenAPI document', () => {
  it('keeps the declared schemas of responses', () => {
    expect(schemas['Part']).toEqual({ type: 'object', required: ['text'], properties: { text, note: text } });
    expect(schemas['Thing']).toMatchObject({ properties: { part: { $ref: '#/components/schemas/Part' } } });
  });

  it('accepts null for an absent optional property of a request and refuses unknown properties', () => {
    expect(schemas['CreateThing']).toMatchObject({
      required: ['animal'],
      additionalProperties: false,
      properties: {
        earlier: { type: ['array', 'null'], description: 'Earlier parts.', 'x-selfsame-null': 'absent' },
        label: { anyOf: [{ $ref: '#/components/schemas/Plain' }, { type: 'null' }], 'x-selfsame-null': 'absent' },
      },
    });
    expect(schemas['PartRequest']).toEqual({
      type: 'object',
      required: ['text'],
      properties: { text, note: { type: ['string', 'null'], 'x-selfsame-null': 'absent' } },
      additionalProperties: false,
    });
    expect(schemas['Cat']).toMatchObject({
      properties: { part: { anyOf: [{ $ref: '#/components/schemas/PartRequest' }, { type: 'null' }] } },
    });
  });

  it('keeps history items open for unknown properties', () => {
    expect(schemas['CreateThing']).toMatchObject({
      properties: { earlier: { items: { $ref: '#/components/schemas/PartHistoryItem' } } },
    });
    expect(schemas['PartHistoryItem']).toMatchObject({ 'x-selfsame-history': true });
    expect(schemas['PartHistoryItem']).not.toHaveProperty('additionalProperties');
  });

  it('keeps a single component if requests and responses have the same schema', () => {
    expect(Object.keys(schemas)).not.toContain('PlainRequest');
  });

  it('maps every tag value to its schema', () => {
    expect(schemas['CreateThing']).toMatchObject({
      properties: {
        animal: {
          discriminator: {
            propertyName: 'kind',
            mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
          },
        },
      },
    });
  });

  it('keeps the plain name for the body of every operation', () => {
    const document = buildOpenApiDocument({ version: '1', serverUrl: '/v1' });
    for (const { path, method, body, jsonBody } of operations) {
      if (body === undefined) continue;
      const described = document.paths[path]?.[method.toLowerCase()]?.['requestBody'] as { content: JsonObject };
      const refs = [body, jsonBody].flatMap((each) => each?.$id ?? []).map((id) => `#/components/schemas/${id}`);
      expect(Object.values(described.content)).toMatchObject(refs.map(($ref) => ({ schema: { $ref } })));
    }
  });
});

/** Paths of integers in JSON bodies that lack a bound on one side. */
function unboundedIntegers(): string[] {
  const { components } = buildOpenApiDocument({ version: '1', serverUrl: '/v1' });
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return;
    const { $ref, type, minimum, maximum } = node as Record<string, unknown>;
    if (typeof $ref === 'string') {
      const name = $ref.split('/').at(-1) ?? '';
      if (seen.has(name)) return;
      seen.add(name);
      visit(components.schemas[name], name);
      return;
    }
    if ([type].flat().includes('integer') && (minimum === undefined || maximum === undefined)) found.add(path);
    for (const [key, value] of Object.entries(node)) visit(value, key === 'properties' ? path : `${path}.${key}`);
  };
  for (const { body, jsonBody, versions = {} } of operations) {
    for (const schema of [body, jsonBody, ...Object.values(versions).map((version) => version.body)]) {
      if (schema !== undefined) visit({ $ref: `/${schema.$id}` }, '');
    }
  }
  return [...found];
}

describe('integers of request bodies', () => {
  it('bounds every integer of a request body on both sides', () => {
    expect(unboundedIntegers()).toEqual([]);
  });
});
