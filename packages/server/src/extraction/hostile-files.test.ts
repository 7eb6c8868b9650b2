/**
 * Files made to break their reader: each ends with the right code, in bounded time and memory, and the next file is
 * read.
 */
import { availableParallelism } from 'node:os';
import { constants, deflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { makeZip } from '../lib/testing/zip.ts';
import { createExtractor, extractText } from './extract.ts';
import { EXTRACTION_LIMITS } from './limits.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makeDocx, paragraph, part } from './testing/office-documents.ts';
import { makePdf } from './testing/pdf-document.ts';

const MIB = 1024 * 1024;
const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * MIB, 0x20);
const signal = () => new AbortController().signal;

afterEach(async () => {
  expect(await extractBytes('next.txt', 'still here')).toMatchObject({ sections: [{ text: 'still here' }] });
});

describe('archives', () => {
  it('a zip bomb is refused by what it says that it unpacks to', async () => {
    const bomb = makeDocx([paragraph('x')], [{ name: 'word/more.xml', content: zeros(20) }]);
    expect(bomb.length).toBeLessThan(MIB / 10);
    expect(await refusal('x.docx', bomb, { unpackedBytes: 10 * MIB })).toMatch(/^invalid_file: .*unpacks to more/);
  });

  it('a zip bomb that lies about its size is refused by what it really unpacks to', async () => {
    const bomb = makeDocx([paragraph('x')], [{ name: 'word/more.xml', content: zeros(20) }]);
    for (let at = bomb.indexOf('word/more.xml'); at !== -1; at = bomb.indexOf('word/more.xml', at + 1)) {
      const isListing = bomb.readUInt32LE(at - 46) === 0x02014b50;
      bomb.writeUInt32LE(100, at - (isListing ? 22 : 8));
    }
    expect(await refusal('x.docx', bomb, { unpackedBytes: 10 * MIB })).toMatch(/^invalid_file: .*longer than/);
  });

  it('a part with more markup than memory holds is refused', async () => {
    const bomb = makeDocx([`<w:p>${'<w:r><w:t/></w:r>'.repeat(500_000)}</w:p>`]);
    expect(await refusal('x.docx', bomb, { heapMib: 64 })).toMatch(/^invalid_file: .*memory/);
  });

  it('one with too many parts is refused', async () => {
    const parts = Array.from({ length: 200 }, (_, index) => part(`word/part${index}.xml`, '<a/>'));
    expect(await refusal('x.docx', makeDocx([], parts), { archiveEntries: 100 })).toMatch(/^invalid_file: .*100 parts/);
  });

  it('nested ones are not opened', async () => {
    let nest = makeZip([{ name: 'a.txt', content: Buffer.from('text') }]);
    for (let depth = 0; depth < 20; depth++) nest = makeZip([{ name: 'inner.zip', content: nest, stored: true }]);
    expect(await refusal('x.zip', nest)).toMatch(/^unsupported_file: .*zip archive/);
    const docx = makeDocx(
      [paragraph('Outer.')],
      [{ name: 'word/embeddings/inner.docx', content: makeDocx([paragraph('Inner.')]) }],
    );
    expect(await extractBytes('x.docx', docx)).toMatchObject({ sections: [{ text: 'Outer.\n\n' }] });
  });

  it('truncated and damaged documents are invalid', async () => {
    const docx = makeDocx([paragraph('x'.repeat(5000))]);
    expect(await refusal('x.docx', docx.subarray(0, docx.length - 30))).toMatch(/^invalid_file: .*zip/);
    const damaged = Buffer.from(docx);
    damaged.fill(0xff, docx.indexOf('word/document.xml') + 17, docx.indexOf('word/document.xml') + 40);
    expect(await refusal('x.docx', damaged)).toMatch(/^invalid_file: /);
    expect(await refusal('x.docx', makeDocx(['<w:p><w:r></w:p>']))).toMatch(/^invalid_file: /);
  });

  it('tables deep inside each other are read or refused', async () => {
    const nest = (depth: number) => {
      return makeDocx([
        '<w:tbl><w:tr><w:tc>'.repeat(depth) + paragraph('deep') + '</w:tc></w:tr></w:tbl>'.repeat(depth),
      ]);
    };
    expect(await extractBytes('x.docx', nest(50))).toMatchObject({ sections: [{ text: 'deep\n\n' }] });
    expect(await refusal('x.docx', nest(20_000))).toMatch(/^invalid_file: /);
  });

  it('encrypted documents are named so', async () => {
    const encrypted = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      zeros(1),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    expect(await refusal('x.docx', encrypted)).toMatch(/^invalid_file: .*encrypted/);
    expect(await refusal('x.pdf', makePdf([['secret']], { encrypted: true }))).toMatch(/^invalid_file: .*encrypted/);
  });
});

describe('PDFs', () => {
  it('truncated ones give the text that is left, or are invalid', async () => {
    const pdf = makePdf([['One page of text.']]);
    expect(await extractBytes('x.pdf', pdf.subarray(0, pdf.indexOf('startxref')))).toMatchObject({
      sections: [{ text: 'One page of text.\n\n', page: 1 }],
    });
    expect(await refusal('x.pdf', pdf.subarray(0, pdf.indexOf('xref')))).toMatch(/^invalid_file: /);
  });

  it('garbage is invalid', async () => {
    expect(await refusal('x.pdf', `%PDF-1.7\n${'\x80garbage<<'.repeat(20_000)}`)).toMatch(/^invalid_file: /);
    const loop = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n';
    expect(await refusal('x.pdf', loop)).toMatch(/^(invalid|unsupported)_file: /);
  });

  it('one with too many pages is refused', async () => {
    expect(await refusal('x.pdf', makePdf(Array.from({ length: 12 }, () => ['x'])), { pages: 10 })).toMatch(
      /^invalid_file: .*12 pages/,
    );
  });

  it('one whose page unpacks to more than memory is refused, and the process ended', async () => {
    const once = deflateSync(zeros(256), { level: constants.Z_BEST_COMPRESSION });
    const pdf = makePdf([[]], { firstContent: once });
    expect(await refusal('x.pdf', pdf, { residentBytes: 160 * MIB })).toMatch(/^invalid_file: .*memory/);
  });
});

describe('text', () => {
  it('one word without end is refused at the limit, and never in memory as a whole', async () => {
    const word = Buffer.alloc(MIB, 'a');
    const open = async function* () {
      for (let sent = 0; sent < 200; sent++) yield word;
    };
    const extract = createExtractor({ ...EXTRACTION_LIMITS, textCharacters: MIB, residentBytes: 200 * MIB });
    const reading = extract({ filename: 'x.txt', contentType: '', bytes: 200 * MIB, open }, { signal: signal() });
    await expect(reading).rejects.toMatchObject({ message: expect.stringMatching(/characters/), code: 'invalid_file' });
  });

  it('deeply nested HTML is refused, also where it would take the parser long', async () => {
    expect(await refusal('x.html', `${'<div>'.repeat(1200)}x`)).toMatch(/^invalid_file: .*inside each other/);
    expect(await refusal('x.html', `${'<div>'.repeat(400_000)}x`)).toMatch(/^invalid_file: .*inside each other/);
  });

  it('text that makes patterns backtrack is read in no time', async () => {
    const texts = [
      `# ${' '.repeat(300_000)}x`,
      '\n'.repeat(300_000),
      `a\n${'='.repeat(300_000)}x`,
      '`'.repeat(300_000),
    ];
    for (const text of texts) {
      const content = `${text}\nend`;
      expect((await extractBytes('x.md', content)).sections.map((section) => section.text).join('')).toBe(content);
    }
    expect((await extractBytes('x.tex', `\\section{${'{'.repeat(300_000)}`)).sections).toHaveLength(1);
  });

  it('an empty file, one of blanks, and one larger than allowed are invalid', async () => {
    expect(await refusal('x.txt', '')).toMatch(/^invalid_file: .*empty/);
    expect(await refusal('x.txt', ' \n ')).toMatch(/^invalid_file: .*no text/);
    expect(await refusal('x.txt', 'abc', { fileBytes: 2 })).toMatch(/^invalid_file: .*larger/);
  });
});

describe('whoever reads', () => {
  it('is stopped when the time is over', async () => {
    const pdf = makePdf(Array.from({ length: 400 }, () => ['x']));
    expect(await refusal('x.pdf', pdf, { wallMs: 1 })).toMatch(/^invalid_file: .*longer than 0.001 seconds/);
  });

  it('is stopped by the signal, also while waiting for a turn', async () => {
    const abort = new AbortController();
    const extract = createExtractor(EXTRACTION_LIMITS);
    const bytes = makePdf(Array.from({ length: 400 }, () => ['x']));
    const open = async function* () {
      yield bytes;
    };
    const source = { filename: 'x.pdf', contentType: '', bytes: bytes.length, open };
    const readings = Array.from({ length: 12 }, () => extract(source, { signal: abort.signal }));
    const settled = Promise.allSettled(readings);
    abort.abort(new Error('gone'));
    for (const { status, ...rest } of await settled) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: { message: 'gone' } });
    }
  });

  it('takes nobody along who no longer waits for a turn', async () => {
    const extract = createExtractor(EXTRACTION_LIMITS);
    const released = Promise.withResolvers<void>();
    const open = async function* () {
      await released.promise;
      yield Buffer.from('abc');
    };
    const source = { filename: 'x.txt', contentType: '', bytes: 3, open };
    const busy = Array.from({ length: availableParallelism() + 2 }, () => extract(source, { signal: signal() }));
    const abort = new AbortController();
    const late = extract(source, { signal: abort.signal });
    abort.abort(new Error('gone'));
    await expect(late).rejects.toThrow('gone');
    released.resolve();
    expect(await Promise.all(busy)).toHaveLength(busy.length);
  });

  it('has more readers than one, and each turn comes', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const read = await Promise.all(texts.map((text) => extractBytes('x.txt', text)));
    expect(read.map(({ sections }) => sections[0]?.text)).toEqual(texts);
  });

  it('tells of content of another length than announced, and of a source that fails', async () => {
    const source = { filename: 'x.txt', contentType: '', bytes: 10 };
    const short = async function* () {
      yield Buffer.from('abc');
    };
    await expect(extractText({ ...source, open: short }, { signal: signal() })).rejects.toMatchObject({
      code: 'server_error',
    });
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('no disk');
    };
    await expect(extractText({ ...source, open: failing }, { signal: signal() })).rejects.toThrow('no disk');
  });
});
