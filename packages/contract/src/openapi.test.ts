import { Validator } from '@seriousme/openapi-schema-validator';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { Bytes, file } from './bytes.ts';
import { buildOpenApiDocument } from './openapi.ts';
import type { JsonObject } from './openapi-document.ts';
import { operation } from './operation.ts';
import { operations } from './operations.ts';
import { mapOf, named, ref } from './schema.ts';

const options = { version: '1.2.3', serverUrl: 'http://127.0.0.1:8080/v1' };

function refsIn(node: unknown, into: string[] = []): string[] {
  if (typeof node !== 'object' || node === null) return into;
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref' && typeof value === 'string') into.push(value);
    else refsIn(value, into);
  }
  return into;
}

function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce((node, key) => (node as JsonObject | undefined)?.[key] as unknown, document);
}

describe('the OpenAPI document', () => {
  const document = buildOpenApiDocument(options);

  it('builds a document that a public validator accepts as OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('contains the target of every $ref', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((pointer) => resolve(document, pointer) === undefined)).toEqual([]);
  });

  it('contains the path, the schemas and the error responses of every operation', () => {
    for (const each of operations) {
      const described = document.paths[each.path]?.[each.method.toLowerCase()] as JsonObject & {
        responses: Record<string, { $ref?: string; content?: Record<string, { schema: JsonObject }> }>;
      };
      expect(described.operationId).toBe(each.id);
      const ok = described.responses[each.status ?? 200]?.content ?? {};
      const media = each.response === Bytes ? '*/*' : 'application/json';
      expect(ok[media]?.schema).toEqual({ $ref: `#/components/schemas/${each.response.$id}` });
      expect('text/event-stream' in ok).toBe(each.stream !== undefined);
      expect('text/plain' in ok).toBe(each.text === true);
      expect(described.responses['4XX']?.$ref).toBe('#/components/responses/Error');
      expect(described.responses['5XX']?.$ref).toBe('#/components/responses/Error');
    }
  });

  it('marks an operation that is not served and describes its 404', () => {
    const response = named('Box', Type.Object({}));
    const make = (id: string, path: string) =>
      operation({ id, method: 'GET', path, summary: '', authority: 'project', response });
    const both = [make('boxes.list', '/boxes'), make('lids.list', '/lids')];
    const { paths } = buildOpenApiDocument({ ...options, operations: both, served: new Set(['boxes.list']) });
    expect(paths['/lids']?.get).toMatchObject({
      'x-selfsame-served': false,
      responses: {
        404: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorResponse' } } } },
      },
    });
    expect(paths['/boxes']?.get).not.toHaveProperty('x-selfsame-served');
    expect(paths['/boxes']?.get?.['responses']).not.toHaveProperty('404');
  });

  it('describes path parameters as required and query parameters as declared', () => {
    const list = operation({
      id: 'things.list',
      method: 'GET',
      path: '/boxes/{box_id}/things',
      summary: 'Lists things.',
      authority: 'admin',
      params: Type.Object({ box_id: Type.String() }),
      query: Type.Object({
        limit: Type.Optional(Type.Integer({ default: 20, description: 'How many.' })),
        filter: Type.Optional(ref(named('Filter', mapOf(Type.String())))),
      }),
      response: named('Things', Type.Object({})),
    });
    const built = buildOpenApiDocument({ ...options, operations: [list] });
    expect(built.paths['/boxes/{box_id}/things']?.get).toMatchObject({
      security: [{ admin: [] }],
      parameters: [
        { name: 'box_id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'limit', in: 'query', required: false, description: 'How many.', schema: { default: 20 } },
        { name: 'filter', in: 'query', required: false, schema: { $ref: '#/components/schemas/Filter' } },
      ],
    });
    expect(Object.keys(built.components.schemas)).toEqual(['Error', 'ErrorResponse', 'Filter', 'Things']);
  });

  it('describes a form as multipart/form-data', () => {
    const body = document.paths['/files']?.['post']?.['requestBody'] as { content: JsonObject };
    expect(Object.keys(body.content)).toEqual(['multipart/form-data']);
    expect(document.components.schemas['CreateFileRequest']).toMatchObject({
      properties: { file: { type: 'string', format: 'binary' } },
    });
  });

  it('describes a JSON body beside a form', () => {
    const response = named('Box', Type.Object({}));
    const paint = operation({
      id: 'boxes.paint',
      method: 'POST',
      path: '/boxes',
      summary: '',
      authority: 'project',
      body: named('PaintForm', Type.Object({ image: Type.Union([file(), Type.Array(file(), { maxItems: 4 })]) })),
      encoding: 'multipart',
      jsonBody: named('PaintJson', Type.Object({ image_url: Type.String() })),
      response,
    });
    const { paths, components } = buildOpenApiDocument({ ...options, operations: [paint] });
    expect(paths['/boxes']?.['post']?.['requestBody']).toMatchObject({
      content: {
        'multipart/form-data': { schema: { $ref: '#/components/schemas/PaintForm' } },
        'application/json': { schema: { $ref: '#/components/schemas/PaintJson' } },
      },
    });
    expect(components.schemas['PaintJson']).toMatchObject({ additionalProperties: false });
  });

  it('refuses two different schemas with the same name', () => {
    const make = (id: string, path: string) =>
      operation({
        id,
        method: 'GET',
        path,
        summary: '',
        authority: 'project',
        response: named('Thing', Type.Object({ [id]: Type.String() })),
      });
    expect(() =>
      buildOpenApiDocument({ ...options, operations: [make('a.list', '/a'), make('b.list', '/b')] }),
    ).toThrow("Two different schemas are called 'Thing'");
  });

  it('refuses two operations with the same id, or with the same method and path', () => {
    const response = named('Thing', Type.Object({}));
    const make = (id: string, path: string) =>
      operation({ id, method: 'GET', path, summary: '', authority: 'project', response });
    expect(() =>
      buildOpenApiDocument({ ...options, operations: [make('a.list', '/a'), make('a.list', '/b')] }),
    ).toThrow("Two operations are called 'a.list'");
    expect(() =>
      buildOpenApiDocument({ ...options, operations: [make('a.list', '/a'), make('b.list', '/a')] }),
    ).toThrow('Two operations for GET /a');
  });

  it('marks recorded hints and nothing else', () => {
    const schemas = document.components.schemas as Record<string, { properties?: Record<string, JsonObject> }>;
    const hints = Object.entries(schemas['CreateChatCompletionRequest']?.properties ?? {})
      .filter(([, schema]) => schema['x-selfsame-hint'] === true)
      .map(([name]) => name);
    expect(hints).toEqual([
      'prediction',
      'metadata',
      'user',
      'safety_identifier',
      'prompt_cache_key',
      'prompt_cache_retention',
      'prompt_cache_options',
      'service_tier',
    ]);
  });
});
