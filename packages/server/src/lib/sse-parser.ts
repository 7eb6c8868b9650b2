/**
 * Parses server-sent events of any content: bytes in, data of complete events out. A byte order mark, comments and
 * events without data are skipped; lines end with LF, CR or both. Invariant: at most one incomplete event of
 * `maxCharacters` is held.
 */
import { StringDecoder } from 'node:string_decoder';

/** An event or one of its lines exceeds `maxCharacters`. */
export class SseOverflowError extends Error {
  override readonly name = 'SseOverflowError';
}

export interface SseParser {
  /**
   * Number of completed lines, comments and empty ones included. It distinguishes a sender that makes progress from one
   * that drips bytes.
   */
  readonly lines: number;
  /** Returns the data of the events that these bytes complete, in order. Throws SseOverflowError. */
  push(bytes: Uint8Array): string[];
  /** Returns the data of an event that ends with the stream instead of an empty line. */
  end(): string[];
}

/** `error:` is not in the standard, but older llama-server versions send errors in that field. */
const FIELD = /^(?:data|error):/;
const SPACE = 32;
const BYTE_ORDER_MARK = '\ufeff';

/** `maxCharacters`: maximum length of an event. */
export function createSseParser(maxCharacters: number): SseParser {
  const decoder = new StringDecoder('utf8');
  const toLines = createLineReader();
  /** Pieces of the incomplete line, kept separate because joining them each time would take quadratic time. */
  let pieces: string[] = [];
  let pieceCharacters = 0;
  let data: string | undefined;
  let lines = 0;

  const keep = (text: string): void => {
    if (text !== '') pieces.push(text);
    pieceCharacters += text.length;
    const held = pieceCharacters + (data?.length ?? 0);
    if (held > maxCharacters) throw new SseOverflowError(`an event is longer than ${maxCharacters} characters`);
  };
  const takeLine = (line: string, events: string[]): void => {
    lines += 1;
    if (line === '') {
      if (data !== undefined && data !== '') events.push(data);
      data = undefined;
      return;
    }
    const field = FIELD.exec(line)?.[0].length;
    if (field === undefined) return;
    const value = line.slice(line.charCodeAt(field) === SPACE ? field + 1 : field);
    data = data === undefined ? value : `${data}\n${value}`;
  };
  const take = (text: string): string[] => {
    const events: string[] = [];
    let end = text.indexOf('\n');
    if (end < 0) {
      keep(text);
      return events;
    }
    const all = pieces.length === 0 ? text : pieces.join('') + text;
    end += all.length - text.length;
    pieces = [];
    pieceCharacters = 0;
    let from = 0;
    for (; end >= 0; end = all.indexOf('\n', from)) {
      takeLine(all.slice(from, end), events);
      from = end + 1;
    }
    keep(all.slice(from));
    return events;
  };

  return {
    get lines() {
      return lines;
    },
    push: (bytes) => take(toLines(decoder.write(bytes))),
    end: () => take(`${toLines(decoder.end())}\n\n`),
  };
}

/** Removes the byte order mark and replaces all line endings with LF. */
function createLineReader(): (text: string) => string {
  let isFirst = true;
  let endsWithReturn = false;
  return (text) => {
    if (text === '') return text;
    let read = isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    isFirst = false;
    // The LF of a CRLF that was split.
    if (endsWithReturn && read.startsWith('\n')) read = read.slice(1);
    endsWithReturn = text.endsWith('\r');
    return read.includes('\r') ? read.replaceAll(/\r\n?/g, '\n') : read;
  };
}
