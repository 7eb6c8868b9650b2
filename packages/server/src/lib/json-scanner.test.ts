import { describe, expect, it } from 'vitest';
import { type JsonCeilings, JsonScanner } from './json-scanner.ts';

const CEILINGS: JsonCeilings = { depth: 8, objectKeys: 5, keys: 12, strings: 6, containers: 10, scalars: 9 };

function scan(text: string, { ceilings = CEILINGS, chunkBytes = Number.POSITIVE_INFINITY } = {}) {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner(ceilings);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const exceeded = scanner.scan(bytes.subarray(at, at + chunkBytes));
    if (exceeded !== undefined) return { ceiling: exceeded, path: scanner.path(bytes) };
  }
  return scanner.counts;
}

const repeat = (count: number, item: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => item(at)).join();

describe('the JSON scanner', () => {
  it.each([
    ['{}', { keys: 0, strings: 0, containers: 1, scalars: 0 }],
    [' [ 1 , -2.5e3, true,null,false ] ', { keys: 0, strings: 0, containers: 1, scalars: 5 }],
    ['{"a":"b","c":{"d":["e",1]}}', { keys: 3, strings: 2, containers: 3, scalars: 1 }],
    ['"a"', { keys: 0, strings: 1, containers: 0, scalars: 0 }],
    ['1', { keys: 0, strings: 0, containers: 0, scalars: 1 }],
    [String.raw`{"a\"{,}[":"\\","b":"\"1,2\""}`, { keys: 2, strings: 2, containers: 1, scalars: 0 }],
    ['[[{"a":[]}],{"b":{}}]', { keys: 2, strings: 0, containers: 6, scalars: 0 }],
    ['{"a":1,\n"b":{"c":"中"}\t,"d":"e"}', { keys: 4, strings: 2, containers: 2, scalars: 1 }],
  ])('the JSON scanner counts keys, strings, containers and scalars of %s', (text, counts) => {
    for (const chunkBytes of [1, 2, 3, 1000]) expect(scan(text, { chunkBytes })).toEqual(counts);
  });

  it.each([
    ['depth', '['.repeat(9), [0, 0, 0, 0, 0, 0, 0, 0]],
    ['depth', `{"a":{"b":[1,${'['.repeat(6)}`, ['a', 'b', 1, 0, 0, 0, 0, 0]],
    ['objectKeys', `{"m":{${repeat(6, (at) => `"k${at}":1`)}}}`, ['m']],
    ['objectKeys', `{${repeat(6, (at) => `"k${at}":1`)}}`, []],
    [
      'keys',
      `{"l":[{"a":[]},{${repeat(4, (at) => `"k${at}":1`)}},{${repeat(5, () => '"b":""')}},{"d":1,"e":1}]}`,
      ['l', 3],
    ],
    ['keys', `{"l":[{"a":1,"b":1},${repeat(6, (at) => `{"c":${at},"d":{"e":{"f":1}}}`)}`, ['l', 3]],
    ['strings', `{"x":0,"é\\n":[${repeat(9, () => '""')}]}`, ['é\n', 6]],
    ['containers', `{"x":[${repeat(20, () => '{}')}]}`, ['x', 8]],
    ['scalars', `{"x":[0,[${repeat(20, () => '1')}]]}`, ['x', 1, 8]],
  ])('the JSON scanner stops at the ceiling of %s and returns the path', (ceiling, text, path) => {
    for (const chunkBytes of [1, 5, 1000]) expect(scan(text, { chunkBytes })).toEqual({ ceiling, path });
  });

  it('the JSON scanner finds the ends of strings of any length, with escapes anywhere', () => {
    for (let length = 0; length < 140; length += 1) {
      const strings = [
        'a'.repeat(length),
        `${'a'.repeat(length)}"`,
        `${'a'.repeat(length)}\\`,
        `\n${'"'.repeat(length)}`,
      ];
      const text = JSON.stringify(strings);
      for (const chunkBytes of [1, 7, 64, 1000])
        expect(scan(text, { chunkBytes })).toMatchObject({ strings: 4, scalars: 0 });
    }
  });

  it.each(['', '}', ']]]]', '{"a', '"\\', ',,,,', '{]', '[}', ':', '\u0000', '{"a":}', '{1:2}'])(
    'the JSON scanner leaves the invalid text %j to the parser',
    (text) => {
      for (const chunkBytes of [1, 1000])
        expect(scan(text, { chunkBytes })).toMatchObject({ keys: expect.any(Number) });
    },
  );

  it('the JSON scanner accepts a text that reaches every ceiling', () => {
    const text = `[${`{${repeat(5, (at) => `"k${at}":""`)}}`},1,2,3,4,5,6,7,8,9]`;
    expect(scan(text)).toEqual({ keys: 5, strings: 5, containers: 2, scalars: 9 });
  });
});
