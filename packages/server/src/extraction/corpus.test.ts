import { describe, expect, it } from 'vitest';
import { makeZip } from '../lib/testing/zip.ts';
import { joinText } from './extracted-text.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makeLaidOutPdf } from './testing/laid-out-pdf.ts';
import { makeDocx, paragraph, part, wordTable } from './testing/office-documents.ts';
import { makeDeck } from './testing/slide-deck.ts';

const textOf = async (filename: string, content: Buffer | string) => joinText(await extractBytes(filename, content));

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

describe('the text of a .docx', () => {
  const listItem = (text: string, level: number) =>
    `<w:p><w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;

  it('keeps nested lists of a .docx in order, and empty table cells in their columns', async () => {
    const table = wordTable([
      ['wide', '', 'c'],
      ['1', '', '3'],
    ]);
    const blocks = [listItem('one', 0), listItem('one a', 1), listItem('one a i', 2), listItem('two', 0), table];
    expect(await textOf('x.docx', makeDocx(blocks))).toBe('one\none a\none a i\ntwo\n\nwide\t\tc\n1\t\t3\n\n');
  });

  it('returns inserted but not deleted text of a .docx, and links, controls and boxes once', async () => {
    const tracked =
      '<w:p><w:ins w:id="1"><w:r><w:t>inserted </w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>';
    const link =
      '<w:p><w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink><w:sdt><w:sdtContent><w:r><w:t> control</w:t></w:r></w:sdtContent></w:sdt></w:p>';
    const content = `<w:txbxContent>${paragraph('in a box')}</w:txbxContent>`;
    const box = `<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"><w:drawing><wps:txbx xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">${content}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>${content}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    expect(await textOf('x.docx', makeDocx([tracked, link, box]))).toBe(
      'inserted kept\n\nlinked control\n\nin a box\n\n',
    );
  });

  it('omits the page headers of a .docx', async () => {
    const header = part('word/header1.xml', `<w:hdr ${WORD}>${paragraph('Confidential')}</w:hdr>`);
    expect(await textOf('x.docx', makeDocx([paragraph('Body.')], [header]))).toBe('Body.\n\n');
  });
});

describe('the text of a .pptx', () => {
  it('returns the tables and the notes of each slide of a .pptx', async () => {
    const deck = makeDeck([
      {
        title: 'Sales',
        table: [
          ['Q1', '10'],
          ['Q2', ''],
        ],
        notes: 'Say it slowly.',
      },
      { title: 'End' },
    ]);
    const { sections } = await extractBytes('x.pptx', deck);
    expect(sections.map(({ heading, page }) => [heading, page])).toEqual([
      ['Sales', 1],
      ['End', 2],
    ]);
    expect(sections[0]?.text).toContain('Q1\t10\nQ2\t');
    expect(sections[0]?.text).toContain('Say it slowly.');
  });
});

describe('the text of a PDF', () => {
  it('reads a PDF in two columns column by column if the file draws it in that order', async () => {
    const left = ['The first column', 'goes on here.'];
    const right = ['The second column', 'ends here.'];
    const pdf = makeLaidOutPdf([
      ...left.map((text, line) => ({ text, x: 72, y: 700 - line * 14 })),
      ...right.map((text, line) => ({ text, x: 320, y: 700 - line * 14 })),
    ]);
    const found = await textOf('x.pdf', pdf);
    expect(found.indexOf('goes on here.')).toBeLessThan(found.indexOf('The second column'));
  });

  it('returns the cells of a table row of a PDF in one line', async () => {
    const rows = [
      ['Name', 'Amount'],
      ['Ada', '42'],
    ];
    const pdf = makeLaidOutPdf(
      rows.flatMap((cells, row) => cells.map((text, column) => ({ text, x: 72 + column * 150, y: 700 - row * 14 }))),
    );
    expect((await textOf('x.pdf', pdf)).split('\n').map((line) => line.split(/\s+/))).toEqual([
      ['Name', 'Amount'],
      ['Ada', '42'],
      [''],
    ]);
  });
});

describe('the text of a table in a text file', () => {
  it('returns a .csv with its semicolons and without its byte order mark', async () => {
    expect(await textOf('x.csv', '\ufeffName;Betrag\r\n"Müller; Sohn";1,50\r\n')).toBe(
      'Name;Betrag\r\n"Müller; Sohn";1,50\r\n',
    );
  });
});

describe('the text of a web page', () => {
  it('decodes the entities of a web page and omits hidden elements', async () => {
    const html = `<p>A &amp; B &eacute;&#x4e2d;</p><p hidden>one</p><p style="color:red; DISPLAY: none">two</p>
      <p style="display:none">three</p><noscript>four</noscript><!-- five --><template>six</template>
      <p aria-hidden="true">seen</p>`;
    expect((await textOf('x.html', html)).trim()).toBe('A & B é中\n\nseen');
  });

  it('separates the parts of forms, details and nested tables of a web page', async () => {
    const html = `<details><summary>More</summary>text</details><select><option>a<option>b</select><textarea>c</textarea>
      <table><tr><td>outer<table><tr><td>1<td>2</table><td>next</table>`;
    const words = (await textOf('x.html', html)).split(/\s+/).filter((word) => word !== '');
    expect(words).toEqual(['More', 'text', 'a', 'b', 'c', 'outer', '1', '2', 'next']);
  });
});

describe('a document that is not read', () => {
  it.each(['text', 'spreadsheet', 'presentation'])(
    'refuses an OpenDocument %s and names the supported formats',
    async (kind) => {
      const mimetype = Buffer.from(`application/vnd.oasis.opendocument.${kind}`);
      const file = makeZip([{ name: 'mimetype', content: mimetype, stored: true }, part('content.xml', '<x/>')]);
      expect(await refusal('x.odt', file)).toMatch(/^unsupported_file: .*no \.docx, \.pptx or \.xlsx/);
    },
  );
});
