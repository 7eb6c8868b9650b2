/** The marks of search results: the model reads them with the results and repeats them in its answer. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation, CitationSearch } from '../tool.ts';

/** @param search position of the search in the run. @param result position of the result in the search. */
export function toMark(search: number, result: number, filename: string): string {
  return `【${search}:${result}†${filename}】`;
}

const MARK = /【(\d+):(\d+)†[^】]*】/gu;

/** Every mark ends with this text. */
export const MARK_END = '】';

/**
 * A mark that refers to no result is ordinary text.
 * @param searches the searches of the run, in order.
 * @param from position at which the search starts.
 */
export function findCitations(text: string, searches: readonly ModelCall[], { from }: CitationSearch): Citation[] {
  const fileIds = searches.map(fileIdsOf);
  return [...text.slice(from).matchAll(MARK)].flatMap((match) => {
    const fileId = fileIds[Number(match[1])]?.[Number(match[2])];
    if (fileId === undefined) return [];
    const start = from + match.index;
    return [{ text: match[0], start, end: start + match[0].length, source: { type: 'file' as const, fileId } }];
  });
}

/** The file of each result of a search. */
function fileIdsOf({ own }: ModelCall): string[] {
  const results = own?.details['results'];
  return Array.isArray(results) ? results.map(({ file_id }: { file_id: string }) => file_id) : [];
}
