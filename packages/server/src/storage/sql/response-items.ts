/** Items of responses in SQL: ranges of chains. */
import { sql } from 'kysely';
import type { HistoryPage, ItemKind, NewItem, ResponseItemRepository } from '../repositories/response-items.ts';
import { inParts } from './in-parts.ts';
import { listPage } from './list-page.ts';
import { type ChainPlace, findPlace, type ResponseKey, type Segment } from './response-chains.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

interface Place {
  chainId: string;
  /** Of the first item. */
  position: number;
  kind: ItemKind;
  isDiscarded?: boolean;
}

export async function insertItems(
  writer: Writer,
  { projectId, id }: ResponseKey,
  { at, items }: { at: Place; items: readonly NewItem[] },
): Promise<void> {
  const { chainId, position, kind, isDiscarded = false } = at;
  const discarded = isDiscarded ? 1 : 0;
  const owner = { chain_id: chainId, project_id: projectId, response_id: id, kind, discarded };
  const rows = items.map((item, index) => ({
    ...owner,
    position: position + index,
    id: item.id,
    ...toItemColumns(item),
  }));
  await inParts(rows, (part) => writer.insertInto('response_items').values(part).execute());
}

export const ITEM_COLUMNS = ['id', 'data', 'call', 'file_texts as fileTexts'] as const;

export interface ItemRow {
  id: string;
  data: string;
  call: string | null;
  fileTexts: string | null;
}

export function toItemColumns({ data, call, fileTexts }: NewItem) {
  const toJson = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return { data: JSON.stringify(data), call: toJson(call), file_texts: toJson(fileTexts) };
}

export function fromItemRow({ id, data, call, fileTexts }: ItemRow): NewItem {
  return {
    id,
    data: JSON.parse(data),
    ...(call === null ? {} : { call: JSON.parse(call) }),
    ...(fileTexts === null ? {} : { fileTexts: JSON.parse(fileTexts) }),
  };
}

export function scopedResponseItems({ reader, write }: SqlDatabase, projectId: string): ResponseItemRepository {
  const ofProject = () =>
    reader.selectFrom('response_items').where('project_id', '=', projectId).where('discarded', '=', 0);
  const ofResponse = (responseId: string, kind: ItemKind) =>
    ofProject().where('response_id', '=', responseId).where('kind', '=', kind);
  return {
    append: (responseId, items, { isDiscarded = false } = {}) =>
      write(async (writer) => {
        const row = await writer
          .updateTable('responses')
          .set({ output_count: sql<number>`output_count + ${items.length}` })
          .where('id', '=', responseId)
          .where('project_id', '=', projectId)
          .returning(['chain_id as chainId', 'start', 'input_count as inputCount', 'output_count as outputCount'])
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { chainId, start, inputCount, outputCount } = row;
        const index = outputCount - items.length;
        const at = { chainId, position: start + inputCount + index, kind: 'output' as const, isDiscarded };
        await insertItems(writer, { projectId, id: responseId }, { at, items });
        return index;
      }),
    async listOutput(responseId) {
      return (await ofResponse(responseId, 'output').select(ITEM_COLUMNS).orderBy('position').execute()).map(
        fromItemRow,
      );
    },
    async listInput(responseId, page) {
      const scope = ofResponse(responseId, 'input');
      const query = { scope, rows: scope.select(ITEM_COLUMNS), timeColumn: 'position' };
      const { records, hasMore } = await listPage(query, page);
      return { records: records.map(fromItemRow), hasMore };
    },
    ...scopedHistory(reader, projectId),
    async find(ids) {
      const found = new Map<string, NewItem>();
      await inParts(ids, async (part) => {
        const rows = await ofProject()
          .select(ITEM_COLUMNS)
          .where('id', 'in', part)
          .where('response_id', 'in', (query) => query.selectFrom('responses').select('id').where('deleted', '=', 0))
          // Ids of responses are in the order of their creation.
          .orderBy('response_id')
          .orderBy('position')
          .execute();
        for (const row of rows) found.set(row.id, fromItemRow(row));
      });
      return [...found.values()];
    },
  };
}

function scopedHistory(
  reader: Reader,
  projectId: string,
): Pick<ResponseItemRepository, 'listHistory' | 'firstOfHistory'> {
  const rangeOf = ({ chainId, end }: Segment) =>
    reader
      .selectFrom('response_items')
      .where('project_id', '=', projectId)
      .where('discarded', '=', 0)
      .where('chain_id', '=', chainId)
      .where('position', '<', end);
  return {
    async listHistory(responseId, { from, limit }) {
      const place = await findPlace(reader, { projectId, id: responseId });
      if (place === undefined) return undefined;
      const items: HistoryPage['items'] = [];
      const ranges = rangesOf(place, from);
      for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
        const rows = await rangeOf(range)
          .select([...ITEM_COLUMNS, 'position', 'response_id as responseId', 'kind'])
          .orderBy('position', 'desc')
          .limit(limit - items.length)
          .execute();
        items.push(
          ...rows.map(({ responseId: owner, kind, ...row }) => ({ ...fromItemRow(row), responseId: owner, kind })),
        );
        const oldest = rows.at(-1)?.position;
        if (items.length < limit || oldest === undefined) continue;
        return { items, next: nextOf({ chainId: range.chainId, end: oldest }, ranges) };
      }
      return { items, next: undefined };
    },
    async firstOfHistory(responseId) {
      const place = await findPlace(reader, { projectId, id: responseId });
      if (place === undefined) return undefined;
      for (const range of rangesOf(place)) {
        const row = await rangeOf(range).select(ITEM_COLUMNS).orderBy('position').limit(1).executeTakeFirst();
        if (row !== undefined) return fromItemRow(row);
      }
      return undefined;
    },
  };
}

/** The ranges of the history, the oldest first, up to `from`. */
function rangesOf({ chainId, end, segments }: ChainPlace, from?: { chainId: string; position: number }): Segment[] {
  const ranges = [...segments, { chainId, end }];
  if (from === undefined) return ranges;
  const index = ranges.findLastIndex((range) => range.chainId === from.chainId);
  return [...ranges.slice(0, index), { chainId: from.chainId, end: from.position }];
}

/** Where the rest of the history starts. */
function nextOf(rest: Segment, before: readonly Segment[]) {
  const range = rest.end > 0 ? rest : before.at(-1);
  return range && { chainId: range.chainId, position: range.end };
}
