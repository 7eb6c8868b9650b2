import { describe, expect, it } from 'vitest';
import type { BatchLine } from '../../storage/repositories/batches.ts';
import { checkInput } from './check-input.ts';

const NEVER = new AbortController().signal;
const CHAT = '/v1/chat/completions';

async function check(text: string | Buffer, endpoint = CHAT) {
  const lines: BatchLine[] = [];
  const bytes = Buffer.from(text as string);
  async function* source() {
    for (let start = 0; start < bytes.byteLength; start += 1000) yield bytes.subarray(start, start + 1000);
  }
  const take = async (line: BatchLine) => void lines.push(line);
  const result = await checkInput({ endpoint, source: source(), take, signal: NEVER });
  return { ...result, lines };
}

const line = (custom_id: string, body: object = {}, url = CHAT) =>
  JSON.stringify({ custom_id, method: 'POST', url, body });

describe('checkInput', () => {
  it('reports the byte range of each request across blank lines, LF and CRLF, and multi-byte characters', async () => {
    const text = `${line('ü😀')}\r\n \n${line('b')}\n\n${line('c')}`;
    const { lines, lineErrors, total } = await check(text);
    expect([total, lineErrors]).toEqual([3, []]);
    expect(lines.map(({ number, customId }) => [number, customId])).toEqual([
      [1, 'ü😀'],
      [3, 'b'],
      [5, 'c'],
    ]);
    const bytes = Buffer.from(text);
    for (const { start, bytes: length, customId } of lines) {
      expect(JSON.parse(bytes.subarray(start, start + length).toString()).custom_id).toBe(customId);
    }
  });

  it.each([
    ['{"a":', 'invalid_json_line', 1],
    ['[1]', 'invalid_json_line', 1],
    [Buffer.from('ff', 'hex'), 'invalid_json_line', 1],
    [line('a\u0000'), 'invalid_custom_id', 1],
    [`${line('a')}\n${line('b')}\n${line('a')}`, 'duplicate_custom_id', 3],
    ['\n \n', 'empty_file', null],
  ])('reports the error in %s', async (text, code, number) => {
    const { lineErrors } = await check(text);
    expect(lineErrors.map(({ code: found, line }) => [found, line])).toEqual([[code, number]]);
  });

  it('accepts at most 50,000 requests', async () => {
    const lines = Array.from({ length: 50_001 }, (_, i) => line(`r${i}`));
    expect((await check(lines.slice(1).join('\n'))).lineErrors).toEqual([]);
    expect((await check(lines.join('\n'))).lineErrors).toMatchObject([{ code: 'too_many_requests', line: null }]);
  });

  it('accepts at most 50,000 embedding inputs, and counts each token list as one', async () => {
    const url = '/v1/embeddings';
    const many = Array.from({ length: 25_000 }, () => 'a');
    const text = [line('a', { input: many }, url), line('b', { input: many }, url)].join('\n');
    expect((await check(text, url)).lineErrors).toEqual([]);
    expect((await check(`${text}\n${line('c', { input: [1, 2] }, url)}`, url)).lineErrors).toMatchObject([
      { code: 'too_many_inputs' },
    ]);
  });

  it('lists the first 1,000 errors and counts the others', async () => {
    const { lineErrors } = await check(Array.from({ length: 1203 }, () => '{}').join('\n'));
    expect(lineErrors).toHaveLength(1001);
    expect(lineErrors.at(-1)).toMatchObject({
      code: 'too_many_errors',
      message: expect.stringContaining('3812 further'),
    });
  });
});
