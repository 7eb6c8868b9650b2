import { describe, expect, it } from 'vitest';
import { knownOperations } from './known-operations.ts';
import { operations } from './operations.ts';

describe('known operations', () => {
  it('lists every declared operation under the same id, method and path', () => {
    for (const { id, method, path } of operations) {
      expect(knownOperations.find((each) => each.id === id)).toEqual({ id, method, path });
    }
  });

  it('gives each known operation a unique id that is not also a resource', () => {
    const ids = knownOperations.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => ids.some((other) => other.startsWith(`${id}.`)))).toEqual([]);
  });

  it('lists 288 operations of the current description and 6 of the Assistants API v1', () => {
    const first = knownOperations.filter((each) => /^(assistants|threads\.messages)\.files\./.test(each.id));
    expect(first).toHaveLength(6);
    expect(knownOperations).toHaveLength(288 + 6);
  });
});
