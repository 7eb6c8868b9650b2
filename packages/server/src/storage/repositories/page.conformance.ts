/**
 * The part of the conformance suite about pages of lists. All lists share one implementation, so one list is tested.
 */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../errors/api-error.ts';
import type { ListPage } from './page.ts';
import type { ApiKeyRecord } from './records.ts';
import type { Cases } from './testing/cases.ts';

const KEYS = 7;

export function describePages({ fixture, clock, installation, createKey, createProject }: Cases): void {
  const list = async (page: ListPage) => {
    const { projectId } = await installation();
    return fixture().repositories.forProject(projectId).apiKeys.list(page);
  };

  /** Creates three keys per millisecond. */
  async function createKeys(): Promise<ApiKeyRecord[]> {
    const keys: ApiKeyRecord[] = [];
    for (let i = 0; i < KEYS; i += 1) {
      if (i % 3 === 0) clock.advance(1);
      keys.push(await createKey());
    }
    return keys;
  }

  describe('pages', () => {
    it.each(['asc', 'desc'] as const)(
      'reads a growing list page by page in %s order without losing or repeating a record',
      async (order) => {
        const keys = await createKeys();
        const seen: ApiKeyRecord[] = [];
        for (let more = true; more; ) {
          const page = await list({ order, limit: 3, after: seen.at(-1)?.id });
          seen.push(...page.records);
          more = page.hasMore;
          if (seen.length <= 6) keys.push(await createKey());
        }
        const expected = order === 'asc' ? keys : keys.slice(0, KEYS).toReversed();
        expect(seen).toEqual(expected);
      },
    );

    it('ends a page right before the `before` record, in both orders, and reports earlier records', async () => {
      const keys = await createKeys();
      const before = (index: number) => ({ limit: 2, before: keys[index]?.id });
      expect(await list(before(4))).toEqual({ records: keys.slice(2, 4), hasMore: true });
      expect(await list(before(2))).toEqual({ records: keys.slice(0, 2), hasMore: false });
      expect(await list({ ...before(2), order: 'desc' })).toEqual({
        records: keys.slice(3, 5).toReversed(),
        hasMore: true,
      });
    });

    it('returns the records between `after` and `before`', async () => {
      const keys = await createKeys();
      const page = await list({ limit: 10, after: keys[1]?.id, before: keys[5]?.id });
      expect(page).toEqual({ records: keys.slice(2, 5), hasMore: false });
    });

    it('refuses a cursor that is not in the list, also one of another project', async () => {
      await createKeys();
      const foreign = await createKey({ projectId: (await createProject()).id });
      for (const [param, id] of [
        ['after', 'key_none'],
        ['before', foreign.id],
      ] as const) {
        const error = await list({ limit: 1, [param]: id }).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ status: 400, code: 'invalid_value', param });
      }
    });
  });
}
