/** Generated tables of Markdown pages. */

/** Heading of the second level → the rows of the table below it, the head first. */
export type Tables = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Returns the page with new tables below its headings. @throws Error for a heading without a table. */
export function renewTables(page: string, tables: Tables): string {
  return Object.entries(tables).reduce((text, [heading, rows]) => {
    const at = text.indexOf(`\n## ${heading}\n`);
    const start = text.indexOf('\n|', at) + 1;
    if (at === -1 || start === 0) throw new Error(`the page has no table below the heading '${heading}'`);
    const end = text.indexOf('\n\n', start);
    return text.slice(0, start) + toTable(rows) + (end === -1 ? '\n' : text.slice(end));
  }, page);
}

function toTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '-')), ...rows.map(line)].join('\n');
}
