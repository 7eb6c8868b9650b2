/** Hostile files: each fails with the right code in bounded time and memory, and the next file is read. */
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
  it('refuses a zip bomb by its declared size', async () => {
    const bomb = makeDocx([paragraph('x')], [{ name: 'word/more.xml', content: zeros(20) }]);
    expect(bomb.length).toBeLessThan(MIB / 10);
    expect(await refusal('x.docx', bomb, { unpackedBytes: 10 * MIB })).toMatch(/^invalid_file: .*unpacks to more/);
  });

  it('refuses a zip bomb with a false declared size by its actual size', async () => {
    const bomb = makeDocx([paragraph('x')], [{ name: 'word/more.xml', content: zeros(20) }]);
    for (let at = bomb.indexOf('word/more.xml'); at !== -1; at = bomb.indexOf('word/more.xml', at + 1)) {
      const isListing = bomb.readUInt32LE(at - 46) === 0x02014b50;
      bomb.writeUInt32LE(100, at - (isListing ? 22 : 8));
    }
    expect(await refusal('x.docx', bomb, { unpackedBytes: 10 * MIB })).toMatch(/^invalid_file: .*longer than/);
  });

  it('refuses a document part with more markup than the memory limit', async () => {
    const bomb = makeDocx([`<w:p>${'<w:r><w:t/></w:r>'.repeat(500_000)}</w:p>`]);
    expect(await refusal('x.docx', bomb, { heapMib: 64 })).toMatch(/^invalid_file: .*memory/);
  });

  it('refuses an archive with too many parts', async () => {
    const parts = Array.from({ length: 200 }, (_, index) => part(`word/part${index}.xml`, '<a/>'));
    expect(await refusal('x.docx', makeDocx([], parts), { archiveEntries: 100 })).toMatch(/^invalid_file: .*100 parts/);
  });

  it('does not open nested archives', async () => {
    let nest = makeZip([{ name: 'a.txt', content: Buffer.from('text') }]);
    for (let depth = 0; depth < 20; depth++) nest = makeZip([{ name: 'inner.zip', content: nest, stored: true }]);
    expect(await refusal('x.zip', nest)).toMatch(/^unsupported_file: .*zip archive/);
    const docx = makeDocx(
      [paragraph('Outer.')],
      [{ name: 'word/embeddings/inner.docx', content: makeDocx([paragraph('Inner.')]) }],
    );
    expect(await extractBytes('x.docx', docx)).toMatchObject({ sections: [{ text: 'Outer.\n\n' }] });
  });

  it('refuses truncated and damaged documents with invalid_file', async () => {
    const docx = makeDocx([paragraph('x'.repeat(5000))]);
    expect(await refusal('x.docx', docx.subarray(0, docx.length - 30))).toMatch(/^invalid_file: .*zip/);
    const damaged = Buffer.from(docx);
    damaged.fill(0xff, docx.indexOf('word/document.xml') + 17, docx.indexOf('word/document.xml') + 40);
    expect(await refusal('x.docx', damaged)).toMatch(/^invalid_file: /);
    expect(await refusal('x.docx', makeDocx(['<w:p><w:r></w:p>']))).toMatch(/^invalid_file: /);
  });

  it('reads or refuses deeply nested tables', async () => {
    const nest = (depth: number) => {
      return makeDocx([
        '<w:tbl><w:tr><w:tc>'.repeat(depth) + paragraph('deep') + '</w:tc></w:tr></w:tbl>'.repeat(depth),
      ]);
    };
    expect(await extractBytes('x.docx', nest(50))).toMatchObject({ sections: [{ text: 'deep\n\n' }] });
    expect(await refusal('x.docx', nest(20_000))).toMatch(/^invalid_file: /);
  });

  it('reports that an encrypted document is encrypted', async () => {
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
  it('returns the remaining text of a truncated PDF or refuses it with invalid_file', async () => {
    const pdf = makePdf([['One page of text.']]);
    expect(await extractBytes('x.pdf', pdf.subarray(0, pdf.indexOf('startxref')))).toMatchObject({
      sections: [{ text: 'One page of text.\n\n', page: 1 }],
    });
    expect(await refusal('x.pdf', pdf.subarray(0, pdf.indexOf('xref')))).toMatch(/^invalid_file: /);
  });

  it('refuses a PDF of random bytes with invalid_file', async () => {
    expect(await refusal('x.pdf', `%PDF-1.7\n${'\x80garbage<<'.repeat(20_000)}`)).toMatch(/^invalid_file: /);
    const loop = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n';
    expect(await refusal('x.pdf', loop)).toMatch(/^(invalid|unsupported)_file: /);
  });

  it('refuses a PDF with too many pages', async () => {
    expect(await refusal('x.pdf', makePdf(Array.from({ length: 12 }, () => ['x'])), { pages: 10 })).toMatch(
      /^invalid_file: .*12 pages/,
    );
  });

  it('refuses a PDF whose page unpacks to more than the memory limit and ends the process', async () => {
    const once = deflateSync(zeros(256), { level: constants.Z_BEST_COMPRESSION });
    const pdf = makePdf([[]], { firstContent: once });
    expect(await refusal('x.pdf', pdf, { residentBytes: 160 * MIB })).toMatch(/^invalid_file: .*memory/);
  });
});

describe('text', () => {
  it('refuses an endless word at the limit without holding it in memory', async () => {
    const word = Buffer.alloc(MIB, 'a');
    const open = async function* () {
      for (let sent = 0; sent < 200; sent++) yield word;
    };
    const extract = createExtractor({ ...EXTRACTION_LIMITS, textCharacters: MIB, residentBytes: 200 * MIB });
    const reading = extract({ filename: 'x.txt', contentType: '', bytes: 200 * MIB, open }, { signal: signal() });
    await expect(reading).rejects.toMatchObject({ message: expect.stringMatching(/characters/), code: 'invalid_file' });
  });

  it('refuses deeply nested HTML in bounded time', async () => {
    expect(await refusal('x.html', `${'<div>'.repeat(1200)}x`)).toMatch(/^invalid_file: .*inside each other/);
    expect(await refusal('x.html', `${'<div>'.repeat(400_000)}x`)).toMatch(/^invalid_file: .*inside each other/);
  });

  it('reads a text made for catastrophic backtracking in linear time', async () => {
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

  it('refuses an empty file, a blank file and a file over the size limit with invalid_file', async () => {
    expect(await refusal('x.txt', '')).toMatch(/^invalid_file: .*empty/);
    expect(await refusal('x.txt', ' \n ')).toMatch(/^invalid_file: .*no text/);
    expect(await refusal('x.txt', 'abc', { fileBytes: 2 })).toMatch(/^invalid_file: .*larger/);
  });
});

describe('the process that reads files', () => {
  it('ends a process at the time limit', async () => {
    const pdf = makePdf(Array.from({ length: 400 }, () => ['x']));
    expect(await refusal('x.pdf', pdf, { wallMs: 1 })).toMatch(/^invalid_file: .*longer than 0.001 seconds/);
  });

  it('ends extraction on abort, also while it waits for a process', async () => {
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

  it('skips aborted files in the queue of the pool', async () => {
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

  it('reads several files in parallel and all files of the queue', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const read = await Promise.all(texts.map((text) => extractBytes('x.txt', text)));
    expect(read.map(({ sections }) => sections[0]?.text)).toEqual(texts);
  });

  it('reports content of another length than announced and an error of the source', async () => {
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
