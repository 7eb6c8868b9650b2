import { describe, expect, it } from 'vitest';
import { findMisfit } from './schema-fit.ts';

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 3 },
    age: { type: ['integer', 'null'], minimum: 0, exclusiveMaximum: 150 },
    kind: { enum: ['a', { b: [1] }] },
    friends: { type: 'array', items: { $ref: '#' }, maxItems: 1 },
    either: { anyOf: [{ type: 'boolean' }, { $ref: '#/$defs/pair' }] },
  },
  required: ['name'],
  additionalProperties: false,
  $defs: { pair: { type: 'array', prefixItems: [{ const: 1 }, { type: 'string' }], items: false } },
};

describe('findMisfit', () => {
  it.each([
    [{ name: 'Ada' }],
    [{ name: '😀😀😀', age: null, friends: [{ name: 'B', age: 0 }] }],
    [{ name: 'x', kind: { b: [1] }, either: [1, 'y'] }],
    [{ name: 'x', either: false }],
  ])('accepts the value %j of the schema', (value) => {
    expect(findMisfit(value, person)).toBeUndefined();
  });

  it.each([
    ['text', ''],
    [[], ''],
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'abcd' }, '/name'],
    [{ name: 'x', age: 1.5 }, '/age'],
    [{ name: 'x', age: -1 }, '/age'],
    [{ name: 'x', age: 150 }, '/age'],
    [{ name: 'x', kind: { b: [2] } }, '/kind'],
    [{ name: 'x', friends: [{ age: 1 }] }, '/friends/0/name'],
    [{ name: 'x', friends: [{ name: 'y' }, { name: 'z' }] }, '/friends'],
    [{ name: 'x', either: [2, 'y'] }, '/either'],
    [{ name: 'x', either: [1, 'y', 0] }, '/either'],
    [{ name: 'x', more: 1 }, '/more'],
  ])('finds that %j violates the schema at %s', (value, path) => {
    expect(findMisfit(value, person)).toBe(path);
  });

  it('ignores unknown keywords and terminates on circular references', () => {
    expect(findMisfit('x', { pattern: '^y$', format: 'date', not: {} })).toBeUndefined();
    expect(findMisfit(1, { $ref: '#' })).toBeUndefined();
    expect(findMisfit({ x_1: 1 }, { patternProperties: { '^x': {} }, additionalProperties: false })).toBeUndefined();
  });
});
