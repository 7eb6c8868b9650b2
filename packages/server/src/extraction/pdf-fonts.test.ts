import { describe, expect, it } from 'vitest';
import { joinText } from './extracted-text.ts';
import { encodeText } from './testing/encode-text.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { type GlyphFont, makeFontPdf, type ShownText } from './testing/pdf-font-document.ts';

const read = async (texts: readonly ShownText[]) => {
  const { warnings, ...text } = await extractBytes('x.pdf', makeFontPdf(texts));
  return { text: joinText(text).trim(), warnings };
};

const latin = (text: string): ShownText => ({ font: 'helvetica', bytes: Buffer.from(text, 'latin1') });
const identity = { encoding: 'Identity-H', ordering: 'Identity' };
/** Glyph numbers of a font subset: 3 is the space, letters follow in the order of the font. */
const glyphCodes = (text: string) =>
  Buffer.concat(Array.from(text, (character) => Buffer.from([0, character.charCodeAt(0) - 29])));

describe('the text of a PDF with a predefined character map', () => {
  const japanese = '東京の本社は千代田区にあります。';
  const chinese = '北京分公司的负责人是王小明。';
  const traditional = '臺北辦公室的電話號碼。';
  const korean = '서울 본사의 전화번호입니다.';

  it.each([
    ['UniJIS-UCS2-H', 'Japan1', japanese, 'utf-16be'],
    ['UniJIS-UTF16-H', 'Japan1', japanese, 'utf-16be'],
    ['90ms-RKSJ-H', 'Japan1', japanese, 'shift_jis'],
    ['90ms-RKSJ-V', 'Japan1', japanese, 'shift_jis'],
    ['UniJIS-UCS2-V', 'Japan1', japanese, 'utf-16be'],
    ['EUC-H', 'Japan1', japanese, 'euc-jp'],
    ['UniGB-UCS2-H', 'GB1', chinese, 'utf-16be'],
    ['GBK-EUC-H', 'GB1', chinese, 'gbk'],
    ['UniCNS-UTF16-H', 'CNS1', traditional, 'utf-16be'],
    ['ETen-B5-H', 'CNS1', traditional, 'big5'],
    ['UniKS-UCS2-H', 'Korea1', korean, 'utf-16be'],
    ['KSCms-UHC-H', 'Korea1', korean, 'euc-kr'],
  ])('reads a PDF with the predefined character map %s', async (encoding, ordering, text, bytes) => {
    const shown = { font: { encoding, ordering }, bytes: encodeText(text, bytes) };
    const vertical = (found: string) => found.replaceAll('\n', '');
    const found = await read([shown]);
    expect(vertical(found.text)).toBe(text);
    expect(found.warnings).toEqual([]);
  });
});

describe('a PDF whose fonts do not name their characters', () => {
  it('reads a PDF whose font has a map to Unicode', async () => {
    const toUnicode = { 1: '語', 2: 'ﬁ', 3: ' ', 4: 'x' };
    const shown = { font: { ...identity, toUnicode }, bytes: Buffer.from('00010003000200030004', 'hex') };
    expect(await read([shown])).toEqual({ text: '語 fi x', warnings: [] });
  });

  it('fails for a PDF whose text is mostly glyph numbers and names the page', async () => {
    const pdf = makeFontPdf([{ font: identity, bytes: glyphCodes('Nothing here is known') }, latin('x')]);
    expect(await refusal('x.pdf', pdf)).toMatch(/^unsupported_file: The text of page 1 .*fonts.*map to Unicode/);
  });

  it('warns of glyph numbers in a part of the text and omits them', async () => {
    const known = 'The rest of this page is printed in a font that every reader knows.';
    const found = await read([latin(known), { font: identity, bytes: glyphCodes('unknown') }]);
    expect(found.text).toBe(`${known}\n\ufffd`);
    expect(found.warnings).toEqual([
      '7 of 61 characters were not read, on page 1: their fonts have no map to Unicode.',
    ]);
  });

  it('warns of codes without an entry in the map to Unicode', async () => {
    const toUnicode = Object.fromEntries(Array.from('abcdefghij', (letter, index) => [index + 1, letter]));
    const codes = Buffer.from('0001000200030004000500060007000800090040000a', 'hex');
    const found = await read([{ font: { ...identity, toUnicode }, bytes: codes }]);
    expect(found.text).toBe('abcdefghi\ufffdj');
    expect(found.warnings).toEqual([
      '1 of 11 characters were not read, on page 1: their fonts have no map to Unicode.',
    ]);
  });

  it('warns of glyphs mapped to private use, to nothing or to the replacement character', async () => {
    const toUnicode = { 1: 'a', 2: '\ue123', 3: '\ufffd', 4: 'b', 5: '\0' };
    const found = await read([
      { font: { ...identity, toUnicode }, bytes: Buffer.from('00010004000100040002000300050004', 'hex') },
    ]);
    expect(found.text).toBe('abab\ufffdb');
    expect(found.warnings).toHaveLength(1);
  });

  it('fails for a PDF whose Type 3 glyph names have no meaning', async () => {
    const names = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [33 + index, `glyf_${index * 7}x`]));
    const font: GlyphFont = { glyphNames: names };
    const pdf = makeFontPdf([{ font, bytes: Buffer.from('$%&()*+,-./:;<=>?@AB') }]);
    expect(await refusal('x.pdf', pdf)).toMatch(/^unsupported_file: The text of page 1 .*map to Unicode/);
  });

  it('reads Type 3 glyphs named like letters or, as in TeX, like character codes', async () => {
    const named: GlyphFont = { glyphNames: { 1: 'T', 2: 'e', 3: 'x', 4: 't', 5: 'eacute' } };
    const coded: GlyphFont = {
      glyphNames: Object.fromEntries(
        Array.from('bitmap', (letter) => [letter.charCodeAt(0), `a${letter.charCodeAt(0)}`]),
      ),
    };
    const found = await read([
      { font: named, bytes: Buffer.from([1, 2, 3, 4, 5]) },
      { font: coded, bytes: Buffer.from('bitmap') },
    ]);
    expect(found).toEqual({ text: 'Texté\nbitmap', warnings: [] });
  });
});
