/**
 * Reads .xlsx: one section per sheet, one line per row, cells separated by tabs and aligned by column. Values are
 * formatted as in the spreadsheet, dates and times in ISO 8601.
 */
import { readFile } from 'node:fs/promises';
import { type CellObject, read, SSF, utils, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { ReadHooks, TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** Maximum cells that a warning names. */
const MAX_NAMED_CELLS = 5;
/** Significant digits of a number in Excel. */
const SIGNIFICANT_DIGITS = 15;
const DAY_SECONDS = 86_400;

interface AddressedCell {
  address: string;
  row: number;
  column: number;
  cell: CellObject;
}

/** Throws `ExtractionError` for a workbook that cannot be read or that exceeds a limit. */
export async function* readSpreadsheet(
  path: string,
  limits: ExtractionLimits,
  hooks: ReadHooks,
): AsyncGenerator<TextSection> {
  const book = parse(await readFile(path));
  if (book.SheetNames.length > limits.pages) {
    throw new ExtractionError('invalid_file', `The document has more than ${limits.pages} sheets.`);
  }
  const is1904 = book.Workbook?.WBProps?.date1904 === true;
  const withoutValue: string[] = [];
  for (const [index, name] of book.SheetNames.entries()) {
    const cells = listCells(book.Sheets[name] ?? {});
    for (const { address, cell } of cells) if (isWithoutValue(cell)) withoutValue.push(`${name}!${address}`);
    const rows = toRows(cells, is1904, limits.textCharacters);
    if (rows !== '') yield { text: `${name}\n${rows}\n`, page: index + 1, heading: name };
  }
  if (withoutValue.length > 0) await hooks.warn(formulaWarning(withoutValue));
}

function parse(bytes: Buffer): WorkBook {
  try {
    // Without stubs, formulas without a value are omitted.
    return read(bytes, {
      type: 'buffer',
      cellHTML: false,
      cellNF: true,
      cellText: true,
      cellFormula: true,
      sheetStubs: true,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExtractionError('invalid_file', `The .xlsx document cannot be read: ${why}`);
  }
}

/** Returns the cells in reading order. Ignores the declared range of the sheet, which may be far larger. */
function listCells(sheet: WorkSheet): AddressedCell[] {
  const cells: AddressedCell[] = [];
  for (const [address, cell] of Object.entries(sheet)) {
    if (address.startsWith('!')) continue;
    const { r: row, c: column } = utils.decode_cell(address);
    cells.push({ address, row, column, cell: cell as CellObject });
  }
  return cells.toSorted((a, b) => a.row - b.row || a.column - b.column);
}

function toRows(cells: readonly AddressedCell[], is1904: boolean, maxCharacters: number): string {
  const shown = cells.map((each) => ({ ...each, text: cellText(each.cell, is1904) })).filter(({ text }) => text !== '');
  const position = columnPositions(shown);
  const lines: string[] = [];
  let [line, at, characters] = ['', 0, 0];
  let row = shown[0]?.row ?? 0;
  for (const cell of shown) {
    if (cell.row !== row) {
      lines.push(line);
      // Consecutive empty rows are one empty line.
      if (cell.row > row + 1) lines.push('');
      [line, at, row] = ['', 0, cell.row];
    }
    const column = position.get(cell.column) ?? 0;
    line += '\t'.repeat(column - at) + cell.text;
    characters += column - at + cell.text.length;
    at = column;
    if (characters > maxCharacters) {
      throw new ExtractionError('invalid_file', `The file has more than ${maxCharacters} characters of text.`);
    }
  }
  return shown.length === 0 ? '' : `${[...lines, line].join('\n')}\n`;
}

/**
 * Returns the position of each column in a line. Leading empty columns are omitted; consecutive empty columns are one
 * position.
 */
function columnPositions(cells: readonly AddressedCell[]): Map<number, number> {
  const columns = [...new Set(cells.map(({ column }) => column))].toSorted((a, b) => a - b);
  const positions = new Map<number, number>();
  let position = -1;
  for (const [index, column] of columns.entries()) {
    const isAfterGap = index > 0 && column > (columns[index - 1] ?? 0) + 1;
    position += isAfterGap ? 2 : 1;
    positions.set(column, position);
  }
  return positions;
}

function isWithoutValue({ f, v, t }: CellObject): boolean {
  return f !== undefined && (t === 'z' || v === undefined);
}

/** Returns the formula itself if the file has no value for it. */
function cellText(cell: CellObject, is1904: boolean): string {
  if (isWithoutValue(cell)) return `=${cell.f}`;
  const { t, v, w, z } = cell;
  if (t === 'n' && typeof v === 'number')
    return numberText(v, { format: String(z ?? 'General'), shown: w ?? '', is1904 });
  if (t === 'b') return v === true ? 'TRUE' : 'FALSE';
  if (t === 'z' || v === undefined) return '';
  return oneLine(t === 'e' ? (w ?? String(v)) : String(v));
}

function numberText(
  value: number,
  { format, shown, is1904 }: { format: string; shown: string; is1904: boolean },
): string {
  const plain = String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
  if (format === 'General') return plain;
  if (SSF.is_date(format)) return dateText(value, format, is1904) ?? plain;
  // The format would round 12.5 % to 13 %.
  if (/^[^"\\]*%[^"\\]*$/.test(format)) return `${Number((value * 100).toPrecision(SIGNIFICANT_DIGITS - 1))}%`;
  const text = oneLine(shown);
  return /\d/.test(text) ? text : plain;
}

/**
 * Returns undefined for a number that is not a date. As in Excel, day 60 of the 1900 system is 29 February 1900, which
 * never existed.
 */
function dateText(value: number, format: string, is1904: boolean): string | undefined {
  // Durations: `[h]:mm` counts hours beyond a day.
  if (/\[(?:h+|m+|s+)\]/i.test(format)) return SSF.format(format, value, { date1904: is1904 });
  const found = SSF.parse_date_code(Math.round(value * DAY_SECONDS) / DAY_SECONDS, { date1904: is1904 });
  if (found === null || found === undefined) return undefined;
  const pad = (number: number, digits = 2) => String(number).padStart(digits, '0');
  const date = `${pad(found.y, 4)}-${pad(found.m)}-${pad(found.d)}`;
  const time = `${pad(found.H)}:${pad(found.M)}${found.S === 0 ? '' : `:${pad(found.S)}`}`;
  const bare = format.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '').replaceAll(/am\/pm|a\/p/gi, 'h');
  const hasTime = /[hs]/i.test(bare);
  const hasDate = /[yd]/i.test(bare) || !hasTime;
  if (!hasDate) return time;
  return hasTime ? `${date} ${time}` : date;
}

function formulaWarning(cells: readonly string[]): string {
  const named = cells.slice(0, MAX_NAMED_CELLS).join(', ');
  const more = cells.length > MAX_NAMED_CELLS ? ` and ${cells.length - MAX_NAMED_CELLS} more` : '';
  const values = cells.length === 1 ? 'A formula has no value' : `${cells.length} formulas have no values`;
  return `${values} in the file, and the formula itself was read: ${named}${more}. Save the file with a spreadsheet program.`;
}

/** Replaces line ends and tabs in a cell, which would break the layout of the table. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
