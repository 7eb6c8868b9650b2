/** Rows as aligned columns of plain text. */

const GAP = '  ';
/** Minimum width of a column that is cut, in characters. */
const MIN_CUT_WIDTH = 12;

/** `maxWidth`: maximum width of a line; the widest columns are cut to fit. Default: unlimited. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  maxWidth = Number.POSITIVE_INFINITY,
): string {
  const needed = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const widths = fit(needed, maxWidth - GAP.length * (head.length - 1));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  return [line(head.map((title) => title.toUpperCase())), ...rows.map(line)].join('\n');
}

/** The width of the terminal; undefined = output is not a terminal. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

function fit(needed: readonly number[], available: number): number[] {
  const widths = [...needed];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const next = Math.max(...widths.filter((_, column) => column !== widest), MIN_CUT_WIDTH);
    const width = widths[widest] ?? 0;
    if (width <= MIN_CUT_WIDTH) break;
    const cutBy = Math.min(excess, Math.max(1, width - next));
    widths[widest] = Math.max(MIN_CUT_WIDTH, width - cutBy);
    excess -= cutBy;
  }
  return widths;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
