import { describe, expect, it } from 'vitest';
import { LineTooLongError, readLines } from './lines.ts';

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function read(source: AsyncIterable<Uint8Array>, mostBytes = 100): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for await (const { number, bytes } of readLines(source, mostBytes)) lines.push([number, bytes.toString()]);
  return lines;
}

describe('readLines', () => {
  it('readLines numbers lines independent of chunks, and yields empty lines', async () => {
    const expected = [
      [1, 'a'],
      [2, ''],
      [3, 'bç'],
      [4, 'd'],
    ];
    expect(await read(chunks('a\n\nbç\nd\n'))).toEqual(expected);
    expect(await read(chunks(...'a\n\nbç\nd'.split('')))).toEqual(expected);
  });

  it('readLines treats a carriage return as part of the line ending, also across chunks', async () => {
    expect(await read(chunks('a\r', '\nb\r\n', 'c\rd'))).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c\rd'],
    ]);
  });

  it('readLines yields no line of an empty source', async () => {
    expect(await read(chunks())).toEqual([]);
  });

  it('readLines refuses a line above the size limit and names its number', async () => {
    await expect(read(chunks('ok\n', 'x'.repeat(60), 'x'.repeat(60)))).rejects.toEqual(new LineTooLongError(2, 100));
    expect(await read(chunks(`${'x'.repeat(100)}\n`))).toHaveLength(1);
  });
});
