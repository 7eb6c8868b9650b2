import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { buildDeclaredDocument } from '../../packages/contract/src/openapi.ts';
import { operation } from '../../packages/contract/src/operation.ts';
import { anyObject, named, nullable, oneOf, ref, tagged } from '../../packages/contract/src/schema.ts';
import { judge, toReport } from './compare.ts';
import { compareOperations } from './compare-operations.ts';
import type { Description, Json, JsonObject, Version } from './description.ts';

const Apple = named('Apple', Type.Object({ type: Type.Literal('apple'), seeds: Type.Integer({ minimum: 1 }) }));
const Pear = named('Pear', Type.Object({ type: Type.Literal('pear'), ripe: Type.Optional(Type.Boolean()) }));
const Order = named(
  'Order',
  Type.Object({
    fruit: tagged('type', [Apple, Pear]),
    size: Type.Optional(nullable(oneOf(['s', 'l'], { default: 's' }))),
    notes: Type.Optional(Type.Array(Type.String(), { maxItems: 4 })),
    extra: Type.Optional(anyObject()),
  }),
);
const Receipt = named('Receipt', Type.Object({ total: Type.Number(), paid: nullable(Type.Boolean()) }));
const create = operation({
  id: 'shops.orders.create',
  method: 'POST',
  path: '/shops/{shop_id}/orders',
  summary: 'Orders fruit.',
  authority: 'project',
  params: Type.Object({ shop_id: Type.String() }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ default: 20, maximum: 100 })),
    ids: Type.Optional(Type.Array(Type.String())),
  }),
  body: Order,
  response: Receipt,
});

/** Equivalent schemas in the style of the published descriptions: `allOf`, `nullable`, constants as enumerations. */
function described(): { order: JsonObject; fruit: JsonObject; receipt: JsonObject; limit: JsonObject } {
  return {
    fruit: {
      oneOf: [
        {
          type: 'object',
          properties: { type: { type: 'string', enum: ['apple'] }, seeds: { type: 'integer', minimum: 1 } },
          required: ['type', 'seeds'],
        },
        {
          type: 'object',
          properties: { type: { type: 'string', enum: ['pear'] }, ripe: { type: 'boolean' } },
          required: ['type'],
        },
      ],
    },
    order: {
      allOf: [
        { $ref: '#/components/schemas/OrderCore' },
        {
          type: 'object',
          properties: {
            size: { anyOf: [{ type: 'string', enum: ['s', 'l'], default: 's' }, { type: 'null' }] },
            notes: { type: 'array', maxItems: 4, items: { anyOf: [{ type: 'string' }, { enum: ['a', 'b'] }] } },
            extra: { type: 'object' },
          },
        },
      ],
    },
    receipt: {
      type: 'object',
      properties: { total: { type: 'number' }, paid: { type: 'boolean', nullable: true } },
      required: ['total', 'paid'],
    },
    limit: { type: 'integer', default: 20, maximum: 100 },
  };
}

type Parts = ReturnType<typeof described>;

function description(change: (parts: Parts) => void, version: Version = 'latest'): Description {
  const parts = described();
  change(parts);
  const json = (schema: Json) => ({ content: { 'application/json': { schema } } });
  return {
    version,
    paths: {
      '/shops/{id}/orders': {
        post: {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'limit', in: 'query', schema: parts.limit },
            { name: 'ids', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          ],
          requestBody: json(parts.order),
          responses: { '200': json({ $ref: '#/components/schemas/Receipt' }) },
        },
      },
    },
    components: {
      schemas: {
        OrderCore: { type: 'object', properties: { fruit: parts.fruit }, required: ['fruit'] },
        Receipt: parts.receipt,
      },
    },
  };
}

const document = buildDeclaredDocument({ version: '1', serverUrl: '/v1', operations: [create] });
const unchanged = () => description(() => {});

function differences(...descriptions: Description[]): string[] {
  return compareOperations([create], document, descriptions).differences;
}

/** Returns the node at a path, to change it. */
function at(node: Json | undefined, ...keys: (string | number)[]): JsonObject {
  return keys.reduce<unknown>((here, key) => (here as Record<string | number, unknown>)[key], node) as JsonObject;
}

const properties = (parts: Parts) => at(parts.order, 'allOf', 1, 'properties');

describe('the comparison with the current description', () => {
  it('finds no difference between equivalent spellings and counts the compared schemas', () => {
    const outcome = compareOperations([create], document, [unchanged()]);
    expect(outcome.differences).toEqual([]);
    expect(outcome).toMatchObject({ operations: 1, schemas: 2, properties: 13 });
  });

  it.each<[string, (parts: Parts) => void, string]>([
    ['a missing property', (p) => (properties(p).gift = { type: 'boolean' }), 'request Order.gift: is missing'],
    ['a property too many', (p) => delete properties(p).notes, 'request Order.notes: is only here'],
    [
      'a type',
      (p) => (at(p.receipt, 'properties').total = { type: 'string' }),
      'response Receipt.total: no alternative string',
    ],
    [
      'a value too few',
      (p) => (properties(p).size = { type: ['string', 'null'], enum: ['s', 'l', 'xl', null], default: 's' }),
      'request Order.size: lacks the values xl',
    ],
    [
      'a value too many',
      (p) => (properties(p).size = { type: ['string', 'null'], enum: ['s', null], default: 's' }),
      'request Order.size: has the values l only here',
    ],
    ['a bound', (p) => (at(properties(p), 'notes').maxItems = 8), 'request Order.notes: maxItems is 4 here, 8 there'],
    [
      'a bound of an alternative',
      (p) => delete at(p.fruit, 'oneOf', 0, 'properties', 'seeds').minimum,
      'request Apple.seeds: minimum is 1 here, absent there',
    ],
    [
      'a default',
      (p) => delete p.limit.default,
      'request shops.orders.create query "limit": default is 20 here, absent there',
    ],
    [
      'null',
      (p) => delete at(p.receipt, 'properties', 'paid').nullable,
      'response Receipt.paid: null is allowed here, not there',
    ],
    ['what is required', (p) => (p.receipt.required = ['total']), 'response Receipt.paid: is required only here'],
    [
      'what is required there',
      (p) => (at(p.order, 'allOf', 1).required = ['size']),
      'request Order.size: is required only there',
    ],
    [
      'further properties',
      (p) => (at(properties(p), 'extra').additionalProperties = { type: 'string' }),
      'request Order.extra: further properties: of any kind here, of one schema there',
    ],
    [
      'an alternative',
      (p) => (p.fruit.oneOf as Json[]).pop(),
      'request Order.fruit: alternative object type=pear is only here',
    ],
  ])('reports the difference %s', (_, change, difference) => {
    expect(differences(description(change))).toContain(`latest ${difference}`);
  });

  it('reports null for each use of a component', () => {
    const Pair = named('Pair', Type.Object({ left: ref(Apple), right: ref(Apple) }));
    const list = operation({ ...create, id: 'pairs.create', body: Pair });
    const built = buildDeclaredDocument({ version: '1', serverUrl: '/v1', operations: [list] });
    const changed = description((parts) => {
      const apple = { ...at(parts.fruit, 'oneOf', 0) };
      parts.order = {
        type: 'object',
        properties: { left: apple, right: { ...apple, nullable: true } },
        required: ['left', 'right'],
      };
    });
    expect(compareOperations([list], built, [changed]).differences).toEqual([
      'latest request Pair.right: null is allowed there, not here',
    ]);
  });

  it('reports parameters, media types, statuses and operations that are missing on one side', () => {
    const changed = unchanged();
    const post = at(changed.paths['/shops/{id}/orders'], 'post');
    (post.parameters as Json[]).push({ name: 'after', in: 'query', required: true, schema: { type: 'string' } });
    at(post, 'responses', '200', 'content')['text/event-stream'] = { schema: { type: 'string' } };
    expect(differences(changed)).toEqual([
      'latest request shops.orders.create query "after": is missing',
      'latest response shops.orders.create answer: text/event-stream is missing',
    ]);
    const created = unchanged();
    const { responses } = at(created.paths['/shops/{id}/orders'], 'post') as { responses: Record<string, Json> };
    responses['201'] = responses['200'] as Json;
    delete responses['200'];
    expect(differences(created)).toEqual(['latest response shops.orders.create answer: status is 200 here, 201 there']);
    expect(differences({ ...unchanged(), paths: {} })).toEqual([
      'any request shops.orders.create: no description has it',
    ]);
  });
});

describe('the comparison with an older description', () => {
  const old = (change: (parts: Parts) => void) => differences(unchanged(), description(change, '2024-05'));

  it('accepts additions of the contract to an older description', () => {
    expect(old((p) => delete properties(p).notes)).toEqual([]);
    expect(old((p) => (properties(p).size = { type: 'string', enum: ['s'] }))).toEqual([]);
    expect(old((p) => delete at(p.receipt, 'properties').total)).toEqual([]);
    expect(old((p) => delete p.limit.default)).toEqual([]);
    expect(old((p) => (at(properties(p), 'notes').maxItems = 2))).toEqual([]);
  });

  it('reports parts that an older client would miss', () => {
    expect(old((p) => (properties(p).gift = { type: 'boolean' }))).toEqual(['2024-05 request Order.gift: is missing']);
    expect(old((p) => delete at(properties(p), 'notes').maxItems)).toEqual([
      '2024-05 request Order.notes: maxItems is 4 here, absent there',
    ]);
    expect(old((p) => (at(p.receipt, 'properties').paid = { type: 'boolean' }))).toEqual([
      '2024-05 response Receipt.paid: null is allowed here, not there',
    ]);
    expect(old((p) => (at(p.receipt, 'properties').total = { type: 'string' }))).toEqual([
      '2024-05 response Receipt.total: no alternative string',
    ]);
  });
});

describe('the verdict', () => {
  const lines = ['latest request Order.gift: is missing', 'latest request Order.notes: is only here'];

  it('returns differences without a reason and reasons without a difference', () => {
    const fitting = { pattern: /Order\.gift: is missing$/, reason: 'no gifts' };
    const stale = { pattern: /Order\.ribbon/, reason: 'no ribbons' };
    expect(judge(lines, [fitting, stale])).toEqual({ unexplained: [lines[1]], unused: [stale] });
    const outcome = { differences: lines, operations: 1, schemas: 2, properties: 3 };
    expect(toReport(outcome, judge(lines, [fitting, stale])).split('\n')).toEqual([
      'difference  latest request Order.notes: is only here',
      'unused reason  Order\\.ribbon',
      '1 operations, 2 schemas, 3 properties compared: 1 differences without a reason, 1 with one, 1 unused reasons',
    ]);
  });

  it('determines the exit status of the program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contract-compare-'));
    const program = fileURLToPath(new URL('compare.ts', import.meta.url));
    for (const version of ['latest', '2025-04', '2024-05']) {
      writeFileSync(
        join(folder, `openapi-${version}.yaml`),
        JSON.stringify({ paths: {}, components: { schemas: {} } }),
      );
    }
    const run = () => execFileSync(process.execPath, [program, folder], { encoding: 'utf8', stdio: 'pipe' });
    expect(run).toThrow(expect.objectContaining({ status: 1, stdout: expect.stringMatching(/\n0 operations, .*\n$/) }));
    rmSync(folder, { recursive: true });
  });
});
