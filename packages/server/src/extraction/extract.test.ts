import { describe, expect, it } from 'vitest';
import { extractText } from './extract.ts';
import { joinText } from './extracted-text.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makeDocx, makePptx, makeXlsx, paragraph, part, wordTable } from './testing/office-documents.ts';
import { makePdf } from './testing/pdf-document.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

const sections = async (filename: string, content: Buffer | string) => (await extractBytes(filename, content)).sections;

describe('text', () => {
  it('keeps every character of text, data and code files', async () => {
    const content = 'a = "b";\r\n\tc\n';
    for (const extension of 'c cpp cs css csv go java js json php py rb sh ts txt xml yaml unknown'.split(' ')) {
      expect(await sections(`x.${extension}`, content)).toEqual([{ text: content }]);
    }
  });

  it('reads text as UTF-8, UTF-16 or Latin-1, with and without a byte order mark', async () => {
    const text = 'Grüße, naïve café';
    const bigEndian = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    const forms = [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      bigEndian,
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'latin1'),
    ];
    for (const form of forms) expect(joinText(await extractBytes('x.txt', form))).toBe(text);
  });

  it('reads a text with one invalid character as UTF-8', async () => {
    const broken = Buffer.concat([Buffer.from('日本語のテキスト'), Buffer.from([0xe6, 0x97])]);
    expect(joinText(await extractBytes('x.txt', broken))).toBe('日本語のテキスト\ufffd');
  });

  it('decodes a character that is split between two reads', async () => {
    const text = '語'.repeat(200_000);
    expect(joinText(await extractBytes('x.txt', text))).toBe(text);
  });
});

describe('sections', () => {
  it('splits Markdown at headings outside code without losing a character', async () => {
    const text = 'Intro\n\n# One #\r\n\ntext\n\nTwo\n===\n\n```sh\n# no heading\n```\n## C#\n- item\n---\n';
    const found = await sections('x.md', text);
    expect(found.map((section) => section.heading)).toEqual([undefined, 'One', 'Two', 'C#']);
    expect(joinText({ sections: found })).toBe(text);
  });

  it('splits TeX at its headings', async () => {
    const text =
      '\\documentclass{article}\n\\section{First \\emph{one}}\\label{a}\nText.\n\\subsection*{Second}\nMore.\n';
    const found = await sections('x.tex', text);
    expect(found.map((section) => section.heading)).toEqual([undefined, 'First one', 'Second']);
    expect(joinText({ sections: found })).toBe(text);
  });

  it('splits HTML at its headings and omits scripts, styles and link addresses', async () => {
    const html = `<!doctype html><head><title>T</title><style>a{}</style></head><body>Before.<h1>Big <b>one</b></h1>
      <p>Some <a href="http://x">link</a>.<script>alert(1)</script></p>
      <table><tr><th>a<th>b<tr><td>1<td>2</table><h2>Small</h2><ul><li>x<li>y</ul>`;
    expect(await sections('x.html', html)).toEqual([
      { text: 'Before.\n\n' },
      { text: 'Big one\n\nSome link.\n\na\tb\t\n1\t2\n\n', heading: 'Big one' },
      { text: 'Small\n\n * x\n * y\n', heading: 'Small' },
    ]);
  });

  it('reads HTML in its declared encoding', async () => {
    const page = Buffer.concat([Buffer.from('<meta charset="shift_jis"><p>'), Buffer.from([0x93, 0xfa, 0x96, 0x7b])]);
    expect(joinText(await extractBytes('x.html', page)).trim()).toBe('日本');
  });

  it('returns one section per PDF page with separated paragraphs', async () => {
    const pdf = makePdf([['First line', 'goes on.', '', '', 'New paragraph.'], [], ['Third page']]);
    expect(await sections('x.pdf', pdf)).toEqual([
      { text: 'First line\ngoes on.\n\nNew paragraph.\n\n', page: 1 },
      { text: 'Third page\n', page: 3 },
    ]);
  });

  it('splits .docx at its headings and writes tables in rows', async () => {
    const blocks = [
      paragraph('Before.'),
      paragraph('Title', 'Heading1'),
      wordTable([
        ['a', 'b'],
        ['c', 'd'],
      ]),
      paragraph('After.'),
    ];
    expect(await sections('x.docx', makeDocx(blocks))).toEqual([
      { text: 'Before.\n\n' },
      { text: 'Title\n\na\tb\nc\td\n\nAfter.\n\n', heading: 'Title' },
    ]);
  });

  it('keeps nested tables, lists and footnotes of .docx', async () => {
    const inner = wordTable([['inner', 'cell']]);
    const table = `<w:tbl><w:tr><w:tc>${paragraph('outer')}${inner}</w:tc><w:tc>${paragraph('next')}</w:tc></w:tr></w:tbl>`;
    const item =
      '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>';
    const noted = '<w:p><w:r><w:t>Noted.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>';
    const namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
    const note = `<w:footnotes ${namespace}><w:footnote w:id="2">${paragraph('A note.')}</w:footnote></w:footnotes>`;
    const docx = makeDocx([table, item, item, noted, paragraph('End.')], [part('word/footnotes.xml', note)]);
    expect(joinText(await extractBytes('x.docx', docx))).toBe(
      'outer inner cell\tnext\n\nitem\nitem\n\nNoted.\n\nA note.\n\nEnd.\n\n',
    );
  });

  it('returns one section per slide of .pptx', async () => {
    expect(
      await sections(
        'x.pptx',
        makePptx([
          ['One', 'first body'],
          ['Two', 'second body'],
        ]),
      ),
    ).toEqual([
      { text: 'One\n\nfirst body\n\n', page: 1, heading: 'One' },
      { text: 'Two\n\nsecond body\n\n', page: 2, heading: 'Two' },
    ]);
  });

  it('returns one section per sheet of .xlsx with its rows', async () => {
    const xlsx = makeXlsx({
      Sales: [
        ['name', 'amount'],
        ['Ada', '42'],
      ],
      Costs: [['none']],
    });
    expect(await sections('x.xlsx', xlsx)).toEqual([
      { text: 'Sales\nname\tamount\nAda\t42\n\n', page: 1, heading: 'Sales' },
      { text: 'Costs\nnone\n\n', page: 2, heading: 'Costs' },
    ]);
  });

  it('returns the text of .rtf', async () => {
    const rtf = "{\\rtf1\\ansi Hello \\b bold\\b0  text.\\par Caf\\'e9.\\par}";
    expect(joinText(await extractBytes('x.rtf', rtf))).toBe('Hello bold text.\n\nCafé.\n\n');
  });
});

describe('the type', () => {
  it('determines the type of a file by its content before its name', async () => {
    expect(joinText(await extractBytes('x.txt', makePdf([['Really a PDF']])))).toBe('Really a PDF\n');
    expect(joinText(await extractBytes('x.pdf', makeDocx([paragraph('Really Word')])))).toBe('Really Word\n\n');
    expect(joinText(await extractBytes('x.docx', makeXlsx({ S: [['Really Excel']] })))).toBe('S\nReally Excel\n\n');
  });

  it('determines the type of a file by its media type if the name has no known extension', async () => {
    const bytes = Buffer.from('<p>Text');
    const source = { filename: 'page', contentType: 'text/html; charset=utf-8', bytes: bytes.length };
    const open = async function* () {
      yield bytes;
    };
    const text = await extractText({ ...source, open }, { signal: new AbortController().signal });
    expect(joinText(text).trim()).toBe('Text');
  });

  it('refuses an unsupported type with unsupported_file and names it', async () => {
    expect(await refusal('x.tif', Buffer.from('49492a0008000000', 'hex'))).toMatch(/^unsupported_file: .*TIFF.*PNG/);
    expect(await refusal('x.doc', Buffer.from('d0cf11e0a1b11ae100', 'hex'))).toMatch(
      /^unsupported_file: .*save it as .docx/,
    );
    expect(await refusal('x.doc', 'text')).toMatch(/^unsupported_file: .*\.doc .*\.docx/);
    expect(await refusal('x.tgz', Buffer.from('1f8b080000', 'hex'))).toMatch(/^unsupported_file: .*gzip/);
    expect(await refusal('x.pdf', makePdf([[], []]))).toMatch(/^unsupported_file: .*no text, and no images/);
  });

  it('refuses a file whose content is not of the type of its name with invalid_file', async () => {
    expect(await refusal('x.txt', PNG)).toMatch(/^invalid_file: .*\.txt.*PNG/);
    expect(await refusal('x.json', Buffer.alloc(100, 7))).toMatch(/^invalid_file: .*binary/);
    expect(await refusal('x.txt', 'some\0text')).toMatch(/^invalid_file: .*binary/);
    expect(await refusal('x.pdf', 'text')).toMatch(/^invalid_file: .*\.pdf/);
    expect(await refusal('x.docx', 'text')).toMatch(/^invalid_file: .*\.docx/);
  });
});
