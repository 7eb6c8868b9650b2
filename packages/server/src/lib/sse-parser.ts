/**
 * Reads server-sent events: bytes in, the data of whole events out. Knows nothing of what they carry.
 * Invariant: holds one unfinished event at most, and never more than `mostCharacters` of it.
 */
import { StringDecoder } from 'node:string_decoder';

/** An event, or one of its lines, is longer than the parser holds. */
export class SseOverflowError extends Error {
  override readonly name = 'SseOverflowError';
}

export interface SseParser {
  /** Lines completed so far, comments and empty ones included: tells a sender that goes on from one that drips. */
  readonly lines: number;
  /** Data of the events that these bytes completed, in order. Throws SseOverflowError. */
  push(bytes: Uint8Array): string[];
  /** Data of an event that ended with the stream instead of an empty line. */
  end(): string[];
}

const DATA = 'data:';
const SPACE = 32;
const RETURN = 13;

/** `mostCharacters`: longest event. */
export function createSseParser(mostCharacters: number): SseParser {
  const decoder = new StringDecoder('utf8');
  /** Of the line that is not complete yet. Kept apart: joining them at each piece would make a long line quadratic. */
  let pieces: string[] = [];
  let pieceCharacters = 0;
  let data: string | undefined;
  let lines = 0;

  const keep = (text: string): void => {
    if (text !== '') pieces.push(text);
    pieceCharacters += text.length;
    const held = pieceCharacters + (data?.length ?? 0);
    if (held > mostCharacters) throw new SseOverflowError(`an event is longer than ${mostCharacters} characters`);
  };
  const takeLine = (line: string, events: string[]): void => {
    lines += 1;
    if (line === '') {
      if (data !== undefined) events.push(data);
      data = undefined;
    } else if (line.startsWith(DATA)) {
      const value = line.slice(line.charCodeAt(DATA.length) === SPACE ? DATA.length + 1 : DATA.length);
      data = data === undefined ? value : `${data}\n${value}`;
    }
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
      const isReturn = end > from && all.charCodeAt(end - 1) === RETURN;
      takeLine(all.slice(from, isReturn ? end - 1 : end), events);
      from = end + 1;
    }
    keep(all.slice(from));
    return events;
  };

  return {
    get lines() {
      return lines;
    },
    push: (bytes) => take(decoder.write(bytes)),
    end: () => take(`${decoder.end()}\n\n`),
  };
}
