/** References to files that code wrote: `sandbox:/mnt/data/NAME` in the text of an answer. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation, CitationSearch, CitedSource } from '../tool.ts';
import { type CodeDetails, detailsOf } from './details.ts';

const SCHEME = 'sandbox:';

/** Behind a name, so that `a.csv` is not found in `a.csv.gz`. */
const NAME_END = /[\s)\]}>"'`*,;:!?]/u;

/** Whether a reference may end in the text. */
export const mayEndCitation = (piece: string, text: string) => text.includes(SCHEME) && NAME_END.test(piece);

interface WrittenFile {
  mark: string;
  source: CitedSource;
}

/** The last file of each path, the longest path first. */
function listFiles(calls: readonly ModelCall[]): WrittenFile[] {
  const files = new Map<string, WrittenFile>();
  for (const call of calls) {
    const details = detailsOf(call);
    for (const { path, ...ids } of details.files ?? []) {
      const name = path.split('/').at(-1) ?? path;
      files.set(path, { mark: `${SCHEME}${path}`, source: toSource(details, name, ids) });
    }
  }
  return [...files.values()].toSorted((a, b) => b.mark.length - a.mark.length);
}

interface FileIds {
  container_file_id: string;
  file_id?: string;
}

function toSource({ container_id: containerId = '' }: CodeDetails, filename: string, ids: FileIds): CitedSource {
  const { container_file_id: containerFileId, file_id: fileId = null } = ids;
  return { type: 'written_file', containerId, containerFileId, fileId, filename };
}

/** A reference to a file that no call wrote is ordinary text. */
export function findCitations(
  text: string,
  calls: readonly ModelCall[],
  { from, isWhole }: CitationSearch,
): Citation[] {
  if (!text.includes(SCHEME, from)) return [];
  const files = listFiles(calls);
  const found: Citation[] = [];
  for (let at = text.indexOf(SCHEME, from); at >= 0; at = text.indexOf(SCHEME, at + 1)) {
    const file = files.find(({ mark }) => text.startsWith(mark, at) && endsAt(text, at + mark.length, isWhole));
    if (file === undefined) continue;
    found.push({ text: file.mark, start: at, end: at + file.mark.length, source: file.source });
  }
  return found;
}

/** A full stop ends a sentence, or a name goes on after it. */
function endsAt(text: string, position: number, isWhole: boolean): boolean {
  const isEnd = (character: string) => (character === '' ? isWhole : NAME_END.test(character));
  return isEnd(text.charAt(position)) || (text.charAt(position) === '.' && isEnd(text.charAt(position + 1)));
}

/** The images that the calls showed. */
export function listShown(calls: readonly ModelCall[]): CitedSource[] {
  return calls.flatMap((call) => {
    const details = detailsOf(call);
    return (details.outputs ?? []).flatMap((output) => {
      if (output.type !== 'image') return [];
      const { filename, container_file_id, file_id } = output;
      return [toSource(details, filename, { container_file_id, ...(file_id === undefined ? {} : { file_id }) })];
    });
  });
}
