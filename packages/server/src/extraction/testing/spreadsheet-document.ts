/** Creates .xlsx workbooks from the XML of their rows, with number formats and shared strings. */
import { makeZip } from '../../lib/testing/zip.ts';
import { part } from './office-documents.ts';

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export interface SheetOptions {
  name: string;
  /** `<row>` elements. */
  rows: string;
  /** XML before and after the rows. */
  before?: string;
  after?: string;
  state?: 'hidden' | 'veryHidden';
}

export interface WorkbookOptions {
  sheets: readonly SheetOptions[];
  /** Number format codes: cells refer to them by `s="1"` and so on. */
  formats?: readonly string[];
  /** Inner XML of the shared strings. */
  strings?: readonly string[];
  date1904?: boolean;
}

export function makeWorkbook({ sheets, formats = [], strings = [], date1904 = false }: WorkbookOptions): Buffer {
  const list = sheets.map(({ name, state }, index) => {
    const hidden = state === undefined ? '' : ` state="${state}"`;
    return `<sheet name="${name}" sheetId="${index + 1}"${hidden} r:id="rId${index + 1}"/>`;
  });
  const targets = [...sheets.map((_, index) => `worksheets/sheet${index + 1}`), 'styles', 'sharedStrings'];
  const kinds = [...sheets.map(() => 'worksheet'), 'styles', 'sharedStrings'];
  const related = targets.map(
    (target, index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${kinds[index]}" Target="${target}.xml"/>`,
  );
  const overrides = targets.map(
    (target, index) => `<Override PartName="/xl/${target}.xml" ContentType="${TYPES}.${kinds[index]}+xml"/>`,
  );
  const workbook = `<workbook ${MAIN} xmlns:r="${OFFICE}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`;
  const root = `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
  const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>${overrides.join('')}</Types>`;
  return makeZip([
    part('[Content_Types].xml', types),
    part('_rels/.rels', root),
    part('xl/workbook.xml', workbook),
    part('xl/_rels/workbook.xml.rels', `<Relationships xmlns="${PACKAGE}">${related.join('')}</Relationships>`),
    part('xl/styles.xml', styles(formats)),
    part('xl/sharedStrings.xml', `<sst ${MAIN}>${strings.map((inner) => `<si>${inner}</si>`).join('')}</sst>`),
    ...sheets.map(({ rows, before = '', after = '' }, index) =>
      part(
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet ${MAIN}>${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
      ),
    ),
  ]);
}

function styles(formats: readonly string[]): string {
  const quote = (code: string) => code.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const codes = formats.map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${quote(code)}"/>`);
  const uses = formats.map((_, index) => `<xf numFmtId="${164 + index}" applyNumberFormat="1"/>`);
  const numFmts = formats.length === 0 ? '' : `<numFmts count="${formats.length}">${codes.join('')}</numFmts>`;
  return `<styleSheet ${MAIN}>${numFmts}<cellXfs count="${formats.length + 1}"><xf numFmtId="0"/>${uses.join('')}</cellXfs></styleSheet>`;
}
