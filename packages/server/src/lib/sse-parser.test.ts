import { describe, expect, it } from 'vitest';
import { createSseParser, SseOverflowError } from './sse-parser.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

function parse(pieces: readonly Buffer[], most = 1000): string[] {
  const parser = createSseParser(most);
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

describe('createSseParser', () => {
  it('the SSE parser returns the same events however the bytes are split, also within characters', () => {
    const stream = bytes(
      'data: {"a":"é😀"}\n\n: comment\nevent: x\r\ndata:two\r\n\r\ndata: 3\ndata: 4\n\ndata: [DONE]\n\n',
    );
    const whole = ['{"a":"é😀"}', 'two', '3\n4', '[DONE]'];
    expect(parse([stream])).toEqual(whole);
    for (let cut = 1; cut < stream.length; cut += 1) {
      expect(parse([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole);
    }
    expect(parse([...stream].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it('the SSE parser skips a byte order mark, however its bytes are split', () => {
    const stream = bytes('\ufeffdata: 1\n\ndata: \ufeff2\n\n');
    for (let cut = 0; cut < stream.length; cut += 1) {
      expect(parse([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(['1', '\ufeff2']);
    }
  });

  it('the SSE parser reads lines that end with CR, with CRLF, or with both in one stream', () => {
    const stream = bytes('data: 1\r\rdata: 2\r\n\r\ndata: 3\n\ndata: 4\r\n\rdata: 5\r\r');
    for (let cut = 0; cut < stream.length; cut += 1) {
      expect(parse([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(['1', '2', '3', '4', '5']);
    }
  });

  it('the SSE parser skips events without data and other fields, and reads an error field as data', () => {
    const stream = 'data\n\ndata:\n\nid: 7\nretry: 10\n\nevent: x\ndata: 1\n\nerror: {"message":"no"}\n\n:data: 3\n\n';
    expect(parse([bytes(stream)])).toEqual(['1', '{"message":"no"}']);
  });

  it('the SSE parser returns an event that ends with the stream instead of an empty line', () => {
    expect(parse([bytes('data: 1\n\ndata: 2')])).toEqual(['1', '2']);
  });

  it('the SSE parser refuses lines and events that are too long, however they are split', () => {
    const drip = Array.from({ length: 40 }, () => bytes('x'.repeat(50)));
    expect(() => parse([bytes('data: '), ...drip])).toThrow(SseOverflowError);
    const manyLines = Array.from({ length: 40 }, () => bytes(`data: ${'x'.repeat(50)}\n`));
    expect(() => parse(manyLines)).toThrow(SseOverflowError);
    expect(parse([...drip.slice(0, 19), bytes('\n\n')])).toEqual([]);
  });

  it('the SSE parser counts completed lines', () => {
    const parser = createSseParser(1000);
    parser.push(bytes('data: a'));
    expect(parser.lines).toBe(0);
    parser.push(bytes('b\n: keep-alive\n'));
    expect(parser.lines).toBe(2);
  });
});
