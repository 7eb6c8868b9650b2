/** Many rows in statements of a size that every database takes. */

const ROWS_AT_ONCE = 200;

/** Calls `work` with one part after the other, in order. */
export async function inParts<T>(rows: readonly T[], work: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) await work(rows.slice(i, i + ROWS_AT_ONCE));
}
