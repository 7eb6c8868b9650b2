import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { JSON_CEILINGS } from '@selfsame/contract/ceilings';
import { afterAll, describe, expect, it } from 'vitest';
import { toErrorBody } from '../errors/api-error.ts';
import { MAX_JSON_DEPTH } from '../lib/bounded-json.ts';
import { createJsonReader } from './receive-json.ts';

const LIMIT_BYTES = 32 * 1024 ** 2;
const CHUNK_BYTES = 64 * 1024;

/** The body in chunks like those of a socket; `sent` counts the chunks that were read. */
function bodyOf(text: string | Buffer) {
  const bytes = Buffer.from(text as string);
  const sent = { chunks: 0 };
  const stream = Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        sent.chunks += 1;
        yield bytes.subarray(at, at + CHUNK_BYTES);
      }
    })(),
    { objectMode: false },
  );
  return { stream, sent };
}

const reader = createJsonReader();
afterAll(() => reader.close());

const receive = (text: string | Buffer, limitBytes = LIMIT_BYTES) => reader.receive(bodyOf(text).stream, limitBytes);
const errorOf = (text: string | Buffer, limitBytes = LIMIT_BYTES) =>
  receive(text, limitBytes).then(
    () => 'no error',
    (error) => toErrorBody(error).error,
  );
const list = (count: number, item: (at: number) => string) => Array.from({ length: count }, (_, at) => item(at)).join();

describe('receiving a JSON body', () => {
  it.each([
    ['a short body', { messages: [{ role: 'user', content: 'é 👍 \u2028' }] }],
    ['a body with a long text', { a: 'é"\\'.repeat(2_000_000), b: [1, null, true] }],
    [
      'a long body of many values',
      { text: 'x'.repeat(2_000_000), rows: Array.from({ length: 9000 }, (_, id) => ({ id })) },
    ],
    ['a list', [1, 2, 3]],
  ])('returns the value of %s', async (_, value) => {
    expect(await receive(JSON.stringify(value))).toEqual(value);
  });

  it('returns undefined for an empty body', async () => {
    expect(await receive('')).toBeUndefined();
  });

  it.each([
    ['text that is no JSON', '{"a":}', /^We could not parse the JSON body of your request: Unexpected token/],
    ['a long text that is no JSON', `{"a":"${'x'.repeat(3_000_000)}",}`, /Expected double-quoted property name/],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /not valid UTF-8/],
    ['long bytes that are not UTF-8', Buffer.alloc(2_000_000, 0xff), /not valid UTF-8/],
    [
      'long bytes with many values that are not UTF-8',
      Buffer.concat([Buffer.from(`[${list(9000, String)}`), Buffer.alloc(2e6, 0xff)]),
      /not valid UTF-8/,
    ],
  ])('refuses %s with invalid_json', async (_, text, message) => {
    expect(await errorOf(text)).toMatchObject({
      code: 'invalid_json',
      param: null,
      message: expect.stringMatching(message),
    });
  });

  it('refuses a body of one byte more than its limit with request_too_large', async () => {
    expect(await receive('"12345678"', 10)).toBe('12345678');
    expect(await errorOf('"123456789"', 10)).toMatchObject({ code: 'request_too_large' });
  });

  const { objectKeys, keys, strings, containers, scalars } = JSON_CEILINGS;
  it.each([
    ['keys at the top', `{${list(objectKeys + 1, (at) => `"k${at}":1`)}}`, null, `more than ${objectKeys} properties`],
    [
      'keys of a map',
      `{"logit_bias":{${list(objectKeys + 1, (at) => `"${at}":1`)}}}`,
      'logit_bias',
      `more than ${objectKeys} properties`,
    ],
    [
      'keys of many objects',
      `{"messages":[${list(keys / 2, () => '{"a":1,"b":1}')}]}`,
      'messages',
      `more than ${keys} properties`,
    ],
    ['strings', `{"a":{"enum":[${list(strings + 1, () => '""')}]}}`, 'a.enum', `more than ${strings} strings`],
    ['objects', `{"tools":[${list(containers, () => '{}')}]}`, 'tools', `more than ${containers} objects and arrays`],
    ['numbers', `{"input":[[${list(scalars + 1, () => '1')}]]}`, 'input[0]', `more than ${scalars} numbers`],
  ])('refuses more %s than the ceiling and names the parameter', async (_, text, param, message) => {
    expect(await errorOf(text)).toMatchObject({
      code: 'request_too_complex',
      param,
      message: expect.stringContaining(message),
    });
  });

  it('refuses a body that nests deeper than the limit and names the parameter', async () => {
    const text = `{"tools":[{"function":{"parameters":${'{"b":['.repeat(MAX_JSON_DEPTH)}`;
    expect(await errorOf(text)).toMatchObject({
      param: 'tools[0].function.parameters',
      message: expect.stringContaining('nests deeper'),
    });
    expect(await errorOf('['.repeat(1_000_000))).toMatchObject({ param: null });
  });

  it('refuses a body before all of it has arrived', async () => {
    const { stream, sent } = bodyOf(`{"a":[${list(3_000_000, () => '""')}]}`);
    await expect(reader.receive(stream, LIMIT_BYTES)).rejects.toMatchObject({ code: 'request_too_complex' });
    expect(sent.chunks).toBeLessThan(10);
  });

  it('fails a body that its thread parses when the reader is closed', async () => {
    const closing = createJsonReader();
    const { stream } = bodyOf(JSON.stringify('x'.repeat(20_000_000)));
    const failed = closing.receive(stream, LIMIT_BYTES).catch(toErrorBody);
    await once(stream, 'end');
    await setImmediate();
    await closing.close();
    expect(await failed).toMatchObject({ error: { code: 'shutting_down' } });
  });
});
