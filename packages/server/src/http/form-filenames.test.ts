import { describe, expect, it } from 'vitest';
import { withPlainFilename } from './form-filenames.ts';

/** The name in a rewritten header, as the bytes that arrive; headers are Latin-1, as the parser reads them. */
function nameOf(parameters: string): string {
  const latin1 = Buffer.from(`form-data; name="file"; ${parameters}`, 'utf8').toString('latin1');
  const [, quoted = ''] = /filename="((?:[^"\\]|\\.)*)"/.exec(withPlainFilename(latin1)) ?? [];
  return Buffer.from(quoted.replaceAll(/\\(["\\])/g, '$1'), 'latin1').toString('utf8');
}

describe('withPlainFilename', () => {
  it.each([
    ['filename="plain.txt"', 'plain.txt'],
    ['filename="日本語.txt"', '日本語.txt'],
    ['filename="=?utf-8?B?5pel5pys6Kqe?="; filename*=utf-8\'\'%E6%97%A5%E6%9C%AC%E8%AA%9E.pdf', '日本語.pdf'],
    ['filename*=UTF-8\'\'%e6%97%a5.txt; filename="day.txt"', '日.txt'],
    ['filename="day.txt"; FILENAME*=UTF-8\'ja\'%E6%97%A5.txt', '日.txt'],
    ['filename="x.txt"; filename*=iso-8859-1\'en\'na%EFve.txt', 'naïve.txt'],
    ['filename="day.txt"; filename*=UTF-8\'\'%E6%97.txt', 'day.txt'],
    ['filename="day.txt"; filename*=klingon\'\'%E6', 'day.txt'],
    ['filename="day.txt"; filename*=nonsense', 'day.txt'],
    ['filename="=?utf-8?B?5pel5pys6Kqe?=.pdf"', '日本語.pdf'],
    ['filename="=?UTF-8?Q?caf=C3=A9_au_lait.txt?="', 'café au lait.txt'],
    ['filename="=?utf-8?B?5pel5pys?= =?utf-8?B?6Kqe?=.txt"', '日本語.txt'],
    ['filename="=?utf-8?B?5pel5g==?= =?utf-8?B?nKzoqp4=?=.txt"', '日本語.txt'],
    ['filename="=?shift_jis?B?k/qWew==?=.txt"', '日本.txt'],
    ['filename="=?klingon?B?k/qWew==?="', '=?klingon?B?k/qWew==?='],
    ['filename="a\\"b.txt"', 'a"b.txt'],
    ['filename="a%22b.txt"', 'a"b.txt'],
    ['filename="100%.txt"', '100%.txt'],
    ['filename="a%20b.txt"', 'a%20b.txt'],
    ['filename="a;b.txt"', 'a;b.txt'],
  ])('reads the filename of %s as %s', (parameters, name) => {
    expect(nameOf(parameters)).toBe(name);
  });

  it('does not change a header without a filename', () => {
    expect(withPlainFilename('form-data; name="purpose"')).toBe('form-data; name="purpose"');
  });
});
