/** Creates minimal Office documents. */
import { makeZip, type ZipContent } from '../../lib/testing/zip.ts';

const NAMESPACES = [
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"',
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
].join(' ');
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT_TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';

/** Elements of the body: `paragraph()`, `wordTable()`. */
export function makeDocx(blocks: readonly string[], others: readonly ZipContent[] = []): Buffer {
  const document = `<w:document ${NAMESPACES}><w:body>${blocks.join('')}</w:body></w:document>`;
  return makePackage([part('word/document.xml', document), ...others]);
}

export function paragraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

export function wordTable(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('');
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('')}</w:tbl>`;
}

/** One slide per pair of title and body. */
export function makePptx(slides: readonly (readonly [title: string, body: string])[]): Buffer {
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  const shape = (text: string, placeholder: string) =>
    `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr>` +
    `<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const slide = ([title, body]: readonly [string, string]) =>
    `<p:sld ${NAMESPACES}><p:cSld><p:spTree>${shape(title, '<p:ph type="title"/>')}${shape(body, '')}</p:spTree></p:cSld></p:sld>`;
  return makePackage([
    part('ppt/presentation.xml', `<p:presentation ${NAMESPACES}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`),
    relationships('ppt/_rels/presentation.xml.rels', 'slide', (index) => `slides/slide${index}.xml`, slides.length),
    ...slides.map((content, index) => part(`ppt/slides/slide${index + 1}.xml`, slide(content))),
  ]);
}

/** One sheet per name, of rows of text. */
export function makeXlsx(sheets: Readonly<Record<string, readonly (readonly string[])[]>>): Buffer {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const names = Object.keys(sheets);
  const list = names.map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`);
  const cell = (text: string, column: number, row: number) =>
    `<c r="${String.fromCharCode(65 + column)}${row + 1}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const rows = (content: readonly (readonly string[])[]) =>
    content.map(
      (cells, row) => `<row r="${row + 1}">${cells.map((text, column) => cell(text, column, row)).join('')}</row>`,
    );
  return makePackage([
    part('xl/workbook.xml', `<workbook ${main} ${NAMESPACES}><sheets>${list.join('')}</sheets></workbook>`),
    relationships('xl/_rels/workbook.xml.rels', 'worksheet', (index) => `worksheets/sheet${index}.xml`, names.length),
    ...Object.values(sheets).map((content, index) =>
      part(
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet ${main}><sheetData>${rows(content).join('')}</sheetData></worksheet>`,
      ),
    ),
  ]);
}

function makePackage(parts: readonly ZipContent[]): Buffer {
  return makeZip([part('[Content_Types].xml', `<Types xmlns="${CONTENT_TYPES}"/>`), ...parts]);
}

export function part(name: string, xml: string): ZipContent {
  return { name, content: Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${xml}`) };
}

function relationships(name: string, type: string, target: (index: number) => string, count: number): ZipContent {
  const each = Array.from({ length: count }, (_, index) => {
    return `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target(index + 1)}"/>`;
  });
  return part(name, `<Relationships xmlns="${RELATIONSHIPS}">${each.join('')}</Relationships>`);
}
