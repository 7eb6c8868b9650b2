/** Lists pages in words: `page 3`, `pages 1–4 and 7`, `pages 1, 3, 5 and 112 more`. */
const MAX_RANGES = 8;

/** `pages`: ascending. */
export function listPages(pages: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const page of pages) {
    const range = ranges.at(-1);
    if (range !== undefined && page === range.last + 1) range.last = page;
    else ranges.push({ first: page, last: page });
  }
  const listed = ranges.slice(0, MAX_RANGES);
  const more = ranges.slice(MAX_RANGES).reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const words = listed.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
  if (more > 0) words.push(`${more} more`);
  const end = words.pop() ?? '';
  return `${pages.length === 1 ? 'page' : 'pages'} ${words.length === 0 ? end : `${words.join(', ')} and ${end}`}`;
}
