/**
 * Splits a byte stream into lines, numbered from 1, and keeps one line in memory. `\n` and `\r\n` end a line; the last
 * line may lack them.
 */

export interface Line {
  number: number;
  /** Byte offset in the source. */
  start: number;
  /** Bytes without the line ending. */
  bytes: Buffer;
}

/** A line exceeds the size limit. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly line: number;

  constructor(line: number, mostBytes: number) {
    super(`Line ${line} is longer than ${mostBytes} bytes.`);
    this.line = line;
  }
}

const LF = 10;
const CR = 13;

export async function* readLines(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let number = 1;
  let lineStart = 0;
  const hold = (part: Uint8Array) => {
    held += part.byteLength;
    if (held > mostBytes) throw new LineTooLongError(number, mostBytes);
    parts.push(part);
  };
  const take = (): Line => {
    const joined = Buffer.concat(parts);
    const bytes = joined.at(-1) === CR ? joined.subarray(0, -1) : joined;
    const line = { number, start: lineStart, bytes };
    lineStart += held + 1;
    parts = [];
    held = 0;
    number += 1;
    return line;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.byteLength) hold(chunk.subarray(start));
  }
  if (held > 0) yield take();
}
