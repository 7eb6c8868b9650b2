import { expect, it } from 'vitest';
import { ApiError } from '../errors/api-error.ts';
import { pageOf } from './page-of.ts';

const ITEMS = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

it.each([
  [{ limit: 2, order: 'asc' }, 'ab', true],
  [{ limit: 2, order: 'desc' }, 'ed', true],
  [{ limit: 2, order: 'asc', after: 'c' }, 'de', false],
  [{ limit: 2, order: 'desc', after: 'd' }, 'cb', true],
  [{ limit: 2, order: 'asc', before: 'd' }, 'bc', true],
  [{ limit: 2, order: 'desc', before: 'c' }, 'ed', false],
  [{ limit: 9, order: 'asc', after: 'a', before: 'e' }, 'bcd', false],
] as const)('pageOf returns the records and has_more of a short list for %j', (query, ids, hasMore) => {
  const page = pageOf(ITEMS, query);
  expect([page.records.map(({ id }) => id).join(''), page.hasMore]).toEqual([ids, hasMore]);
});

it('pageOf refuses a cursor that is not in the list', () => {
  for (const param of ['after', 'before'] as const) {
    expect(() => pageOf(ITEMS, { limit: 1, order: 'asc', [param]: 'x' })).toThrow(ApiError);
  }
});
