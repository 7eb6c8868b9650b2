/** Splits rows into statements whose size every database accepts. */

const ROWS_AT_ONCE = 200;

/** Calls `work` with each part in order. */
export async function inParts<T>(rows: readonly T[], work: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) await work(rows.slice(i, i + ROWS_AT_ONCE));
}
