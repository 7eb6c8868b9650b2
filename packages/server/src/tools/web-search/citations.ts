/** The marks of pages: the model reads them with the results and repeats them in its answer. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation, CitationSearch } from '../tool.ts';

/** A page that a call found or opened. */
export interface Source {
  url: string;
  title: string;
}

/** @param call position of the call in the run. @param source position of the page in the call. */
export function toMark(call: number, source: number, { url }: Source): string {
  return `【web${call}:${source}†${new URL(url).hostname}】`;
}

const MARK = /【web(\d+):(\d+)†[^】]*】/gu;

/** Every mark ends with this text. */
export const MARK_END = '】';

/** A mark that refers to no page is ordinary text. */
export function findCitations(text: string, calls: readonly ModelCall[], { from }: CitationSearch): Citation[] {
  return [...text.slice(from).matchAll(MARK)].flatMap((match) => {
    const source = sourcesOf(calls[Number(match[1])])[Number(match[2])];
    if (source === undefined) return [];
    const start = from + match.index;
    return [{ text: match[0], start, end: start + match[0].length, source: { type: 'page' as const, ...source } }];
  });
}

/** The pages whose text the model has read in the call. */
export function sourcesOf(call: ModelCall | undefined): readonly Source[] {
  const sources = call?.own?.details['sources'];
  return Array.isArray(sources) ? (sources as readonly Source[]) : [];
}
