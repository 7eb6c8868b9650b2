/**
 * The chains of responses in SQL. A chain is a sequence of items; a response that continues the last response of a
 * chain takes the next positions, and any other response starts a chain. Segments are the ranges of other chains that
 * precede a chain, the oldest first.
 */
import type { Reader, Writer } from './sql-database.ts';

/** The items of a chain with positions below `end`. */
export interface Segment {
  chainId: string;
  end: number;
}

/** Where the items of a response are. */
export interface ChainPlace {
  chainId: string;
  /** Position of the first item of the response. */
  start: number;
  /** Position after its last item so far. */
  end: number;
  segments: readonly Segment[];
}

export interface ResponseKey {
  projectId: string;
  id: string;
}

export async function findPlace(from: Reader, { projectId, id }: ResponseKey): Promise<ChainPlace | undefined> {
  const row = await from
    .selectFrom('responses')
    .innerJoin('response_chains', 'response_chains.id', 'responses.chain_id')
    .select([
      'responses.chain_id as chainId',
      'responses.start',
      'responses.input_count as inputCount',
      'responses.output_count as outputCount',
      'response_chains.segments',
    ])
    .where('responses.project_id', '=', projectId)
    .where('responses.id', '=', id)
    .where('responses.deleted', '=', 0)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { chainId, start, inputCount, outputCount, segments } = row;
  return { chainId, start, end: start + inputCount + outputCount, segments: JSON.parse(segments) };
}

/** What follows a response, or starts a conversation. */
export interface NewPlace {
  previousId: string | null;
  /** Whether later responses may continue the chain. */
  extends: boolean;
}

/**
 * Returns the place for a new response; undefined when there is no previous response. The chain's id is the response's.
 */
export async function takePlace(
  writer: Writer,
  { projectId, id }: ResponseKey,
  { previousId, extends: canExtend }: NewPlace,
): Promise<Pick<ChainPlace, 'chainId' | 'start'> | undefined> {
  if (previousId === null) return createChain(writer, { projectId, id }, []);
  const previous = await findPlace(writer, { projectId, id: previousId });
  if (previous === undefined) return undefined;
  const { chainId, end, segments } = previous;
  if (canExtend) {
    const taken = await writer
      .updateTable('response_chains')
      .set({ tip_response_id: id })
      .where('id', '=', chainId)
      .where('tip_response_id', '=', previousId)
      .executeTakeFirst();
    if (taken.numUpdatedRows > 0n) return { chainId, start: end };
  }
  return createChain(writer, { projectId, id }, [...segments, { chainId, end }]);
}

async function createChain(writer: Writer, { projectId, id }: ResponseKey, segments: readonly Segment[]) {
  const row = { id, project_id: projectId, segments: JSON.stringify(segments), tip_response_id: id };
  await writer.insertInto('response_chains').values(row).execute();
  return { chainId: id, start: 0 };
}

/** Deletes a chain without responses. Its id may remain in segments, where it stands for no items. */
export async function deleteEmptyChain(writer: Writer, chainId: string): Promise<void> {
  await writer
    .deleteFrom('response_chains')
    .where('id', '=', chainId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('responses').select('responses.id').where('chain_id', '=', chainId))),
    )
    .execute();
}
