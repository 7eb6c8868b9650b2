import { describe, expect, it } from 'vitest';
import { checkPatternSize, checkSchemaSize } from './schema-size.ts';

const properties = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { type: 'string' }]));

describe('the size of a schema', () => {
  it.each<[string, () => object, string]>([
    ['2,500,000 enum values', () => ({ enum: Array.from({ length: 2_500_000 }, (_, i) => i) }), '50000 values'],
    ['100,000 properties', () => ({ type: 'object', properties: properties(100_000) }), '50000 values'],
    ['a text of 2 MB', () => ({ type: 'string', pattern: 'x'.repeat(2_000_000) }), '1000000 characters'],
    ['names of 2 MB', () => ({ properties: { ['x'.repeat(2_000_000)]: {} } }), '1000000 characters'],
  ])('refuses %s within 100 ms', (_what, create, why) => {
    const schema = create();
    const started = performance.now();
    expect(() => checkSchemaSize(schema, 'here')).toThrow(`Invalid schema for 'here': it has more than ${why}`);
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('accepts 5,000 properties and 40,000 enum values', () => {
    checkSchemaSize({ type: 'object', properties: properties(5000) }, 'here');
    checkSchemaSize({ enum: Array.from({ length: 40_000 }, (_, i) => i) }, 'here');
  });

  it('refuses patterns of custom tools above 20,000 characters', () => {
    checkPatternSize('x'.repeat(20_000), 'here');
    expect(() => checkPatternSize('x'.repeat(20_001), 'here')).toThrow("The pattern in 'here' has more than 20000");
  });
});
