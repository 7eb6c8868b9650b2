import { expect, expectTypeOf, it } from 'vitest';
import { defined } from './defined.ts';

it('defined drops undefined properties and keeps every other value', () => {
  const input = { a: undefined, b: null, c: false, d: 0, e: '', f: 'text' };
  expect(Object.entries(defined(input))).toEqual([
    ['b', null],
    ['c', false],
    ['d', 0],
    ['e', ''],
    ['f', 'text'],
  ]);
  expect(Object.keys(input)).toHaveLength(6);
});

it('defined turns possibly undefined properties into optional ones that fit exact optional types', () => {
  const user = 'alice' as string | undefined;
  const options: { model: string; user?: string; seed?: number | null } = {
    ...defined({ model: 'm', user, seed: null as number | null | undefined }),
  };
  expect(options).toEqual({ model: 'm', user: 'alice', seed: null });
  expectTypeOf(defined({ user })).toEqualTypeOf<{ user?: string }>();
});
