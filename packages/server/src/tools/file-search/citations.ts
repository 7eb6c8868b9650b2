/** The marks of search results, as a model is given them and as it repeats them. Pure. */

/** The search of the run that it is of, and the result of the search: both from 0. */
export function toMark(search: number, result: number, filename: string): string {
  return `【${search}:${result}†${filename}】`;
}

const MARK = /【(\d+):(\d+)†[^】]*】/gu;

export interface FileCitation {
  type: 'file_citation';
  text: string;
  start_index: number;
  end_index: number;
  file_citation: { file_id: string };
}

/** What every mark ends with. */
export const MARK_END = '】';

/**
 * @param searches file ids of the results of each search. A mark that stands for none of them is text like any other.
 * @param from the character to begin at.
 */
export function findCitations(text: string, searches: readonly (readonly string[])[], from = 0): FileCitation[] {
  return [...text.slice(from).matchAll(MARK)].flatMap((match) => {
    const fileId = searches[Number(match[1])]?.[Number(match[2])];
    if (fileId === undefined) return [];
    const [mark] = match;
    const start_index = from + match.index;
    const end_index = start_index + mark.length;
    return [{ type: 'file_citation', text: mark, start_index, end_index, file_citation: { file_id: fileId } }];
  });
}
