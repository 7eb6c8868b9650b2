/** Creates .pptx files whose slides have tables and notes. */
import { makeZip } from '../../lib/testing/zip.ts';
import { part } from './office-documents.ts';

const NAMESPACES =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

export interface Slide {
  title: string;
  table?: readonly (readonly string[])[];
  notes?: string;
}

export function makeDeck(slides: readonly Slide[]): Buffer {
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  const parts = slides.flatMap(({ title, table, notes }, index) => {
    const at = index + 1;
    const tree = shape(title, 'title') + (table === undefined ? '' : tableFrame(table));
    const slide = part(`ppt/slides/slide${at}.xml`, page('sld', tree));
    if (notes === undefined) return [slide];
    return [
      slide,
      links(`ppt/slides/_rels/slide${at}.xml.rels`, [['notesSlide', `../notesSlides/notesSlide${at}.xml`]]),
      part(`ppt/notesSlides/notesSlide${at}.xml`, page('notes', shape(notes, 'body'))),
    ];
  });
  return makeZip([
    part('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    part('ppt/presentation.xml', `<p:presentation ${NAMESPACES}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`),
    links(
      'ppt/_rels/presentation.xml.rels',
      slides.map((_, index) => ['slide', `slides/slide${index + 1}.xml`]),
    ),
    ...parts,
  ]);
}

function page(kind: 'sld' | 'notes', tree: string): string {
  return `<p:${kind} ${NAMESPACES}><p:cSld><p:spTree>${tree}</p:spTree></p:cSld></p:${kind}>`;
}

function shape(text: string, placeholder: 'title' | 'body'): string {
  const about = `<p:nvSpPr><p:cNvPr id="1" name="x"/><p:cNvSpPr/><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr>`;
  return `<p:sp>${about}<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
}

function tableFrame(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const lines = rows.map((cells) => `<a:tr>${cells.map(cell).join('')}</a:tr>`).join('');
  const data = `<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>${lines}</a:tbl></a:graphicData>`;
  return `<p:graphicFrame><a:graphic>${data}</a:graphic></p:graphicFrame>`;
}

function links(name: string, targets: readonly (readonly string[])[]) {
  const each = targets.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return part(name, `<Relationships xmlns="${PACKAGE}">${each.join('')}</Relationships>`);
}
