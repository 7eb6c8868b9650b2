import { describe, expect, it } from 'vitest';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makeWorkbook, type WorkbookOptions } from './testing/spreadsheet-document.ts';

const read = async (options: WorkbookOptions) => await extractBytes('x.xlsx', makeWorkbook(options));
/** Lines of the only sheet, without the name of the sheet. */
const lines = async (rows: string, options: Partial<WorkbookOptions> = {}) => {
  const { sections } = await read({ sheets: [{ name: 'S', rows }], ...options });
  return sections[0]?.text.trimEnd().split('\n').slice(1);
};
const text = (address: string, words: string) => `<c r="${address}" t="inlineStr"><is><t>${words}</t></is></c>`;
const number = (address: string, value: number, format = 0) => `<c r="${address}" s="${format}"><v>${value}</v></c>`;

/** The text of one number in each of these formats. */
const formatted = async (value: number, formats: readonly string[], date1904 = false) => {
  const cells = formats.map((_, index) => `<row r="${index + 1}">${number(`A${index + 1}`, value, index + 1)}</row>`);
  return await lines(cells.join(''), { formats, date1904 });
};

describe('cells of a spreadsheet', () => {
  it('writes cells in the columns of their addresses and consecutive empty rows as one empty line', async () => {
    const rows = `<row r="2">${text('B2', 'name')}${text('C2', 'discount')}${text('E2', 'date')}</row>
      <row r="3">${text('B3', 'Ada')}${text('E3', 'today')}</row><row r="9">${text('C9', 'last')}</row>`;
    expect(await lines(rows)).toEqual(['name\tdiscount\t\tdate', 'Ada\t\t\ttoday', '', '\tlast']);
  });

  it('reads distant cells in bounded time for any declared range', async () => {
    const far = {
      name: 'S',
      before: '<dimension ref="A1:XFD1048576"/>',
      rows: `<row r="1">${text('A1', 'first')}</row><row r="1048576">${text('XFD1048576', 'last')}</row>`,
    };
    const { sections } = await read({ sheets: [far] });
    expect(sections[0]?.text).toBe('S\nfirst\n\n\t\tlast\n\n');
  });

  it('refuses diagonal cells whose tabs exceed the text limit', async () => {
    const column = (index: number): string =>
      (index > 25 ? column(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
    const rows = Array.from(
      { length: 500 },
      (_, at) => `<row r="${at + 1}">${text(`${column(at)}${at + 1}`, 'x')}</row>`,
    );
    const workbook = makeWorkbook({ sheets: [{ name: 'S', rows: rows.join('') }] });
    expect(await refusal('x.xlsx', workbook, { textCharacters: 100_000 })).toMatch(
      /^invalid_file: .*100000 characters/,
    );
    expect((await extractBytes('x.xlsx', workbook)).sections[0]?.text.split('\n')).toHaveLength(503);
  });

  it('writes the value of merged cells in the first cell', async () => {
    const rows = `<row r="1">${text('A1', 'merged')}<c r="B1"/><c r="C1"/>${text('D1', 'next')}</row>`;
    const sheets = [{ name: 'S', rows, after: '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>' }];
    expect((await read({ sheets })).sections[0]?.text).toBe('S\nmerged\t\tnext\n\n');
  });

  it('reads the cells of hidden sheets', async () => {
    const rows = `<row r="1">${text('A1', 'x')}</row>`;
    const { sections } = await read({
      sheets: [
        { name: 'Open', rows },
        { name: 'Hidden', rows, state: 'hidden' },
        { name: 'Very', rows, state: 'veryHidden' },
      ],
    });
    expect(sections.map(({ heading, page }) => [heading, page])).toEqual([
      ['Open', 1],
      ['Hidden', 2],
      ['Very', 3],
    ]);
  });
});

describe('values of a spreadsheet', () => {
  it('writes dates and times in ISO 8601 by their number formats', async () => {
    const formats = [
      'yyyy-mm-dd',
      'dd/mm/yyyy hh:mm',
      'h:mm AM/PM',
      'mmm yyyy',
      '[$-409]d. mmmm yyyy;@',
      'hh:mm:ss',
      '[h]:mm',
    ];
    expect(await formatted(46053.60428, formats)).toEqual([
      '2026-01-31',
      '2026-01-31 14:30:10',
      '14:30:10',
      '2026-01-31',
      '2026-01-31',
      '14:30:10',
      '1105286:30',
    ]);
  });

  it('reads the 1904 date system and the leap day of 1900 in Excel', async () => {
    expect(await formatted(44591, ['yyyy-mm-dd'], true)).toEqual(['2026-01-31']);
    for (const [serial, date] of [
      [1, '1900-01-01'],
      [59, '1900-02-28'],
      [60, '1900-02-29'],
      [61, '1900-03-01'],
    ] as const) {
      expect(await formatted(serial, ['yyyy-mm-dd'])).toEqual([date]);
    }
  });

  it('writes percentages with all digits, amounts as displayed and plain numbers unchanged', async () => {
    expect(await formatted(0.125, ['0%', '0.00%', 'General'])).toEqual(['12.5%', '12.5%', '0.125']);
    expect(await formatted(1234.5, ['#,##0.00 "€"', '[$$-409]#,##0', ';;;', '"Q"0'])).toEqual([
      '1,234.50 €',
      '$1,235',
      '1234.5',
      'Q1235',
    ]);
    expect(await lines(`<row r="1">${number('A1', 0.1)}<c r="B1"><v>0.30000000000000004</v></c></row>`)).toEqual([
      '0.1\t0.3',
    ]);
  });

  it('writes booleans, errors and shared strings without phonetic text', async () => {
    const rows = `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#DIV/0!</v></c>
      <c r="D1" t="s"><v>0</v></c><c r="E1" t="s"><v>1</v></c><c r="F1" s="1" t="d"><v>2026-01-31T14:30:00Z</v></c></row>`;
    const strings = [
      '<r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text &amp; more</t></r>',
      '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
    ];
    const [line = ''] = (await lines(rows, { strings, formats: ['yyyy-mm-dd hh:mm'] })) ?? [];
    expect(line.split('\t').slice(0, 5)).toEqual(['TRUE', 'FALSE', '#DIV/0!', 'rich text & more', '東京']);
    expect(line.split('\t')[5]).toBe('2026-01-31 14:30');
  });

  it('writes stored values of formulas, and formulas without a value with a warning', async () => {
    const rows = `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>SUM(A1:A9)</f></c><c r="C1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c></row>
      <row r="2"><c r="A2"><f>NOW()</f><v></v></c><c r="B2" t="str"><f>A1&amp;"x"</f><v/></c></row>`;
    const { sections, warnings } = await read({ sheets: [{ name: 'S', rows }] });
    expect(sections[0]?.text).toBe('S\n2\t=SUM(A1:A9)\tab\n=NOW()\n\n');
    expect(warnings).toEqual([expect.stringMatching(/^2 formulas have no values in the file.*: S!B1, S!A2\./)]);
  });

  it('writes a value of several lines in one line', async () => {
    expect(await lines(`<row r="1">${text('A1', 'one&#10;two')}${text('B1', 'next')}</row>`)).toEqual([
      'one two\tnext',
    ]);
  });
});
