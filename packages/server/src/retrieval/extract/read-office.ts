/** Text of .docx, .pptx, .xlsx and .rtf: sections by heading, slide or sheet; tables by rows, cells between tabs. */
import { readFile } from 'node:fs/promises';
import { type OfficeContentNode, parseOffice } from 'officeparser';
import type { OfficeType } from './check-archive.ts';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** Throws `ExtractionError` for a document that cannot be read. Comments, headers and footers are left out. */
export async function* readOffice(
  path: string,
  type: OfficeType | 'rtf',
  limits: ExtractionLimits,
): AsyncGenerator<TextSection> {
  const content = await parse(await readFile(path), type, limits);
  if (content.length > limits.pages && type !== 'docx' && type !== 'rtf') {
    throw new ExtractionError('invalid_file', `The document has more than ${limits.pages} pages.`);
  }
  if (type === 'pptx') yield* content.map(slide);
  else if (type === 'xlsx') yield* content.map(sheet);
  else yield* byHeadings(content);
}

async function parse(
  bytes: Buffer,
  fileType: OfficeType | 'rtf',
  limits: ExtractionLimits,
): Promise<OfficeContentNode[]> {
  try {
    const document = await parseOffice(bytes, {
      fileType,
      ocr: false,
      extractAttachments: false,
      includeRawContent: false,
      ignoreComments: true,
      ignoreHeadersAndFooters: true,
      ignoreSlideMasters: true,
      decompressionLimits: { maxUncompressedBytes: limits.unpackedBytes, maxZipEntries: limits.archiveEntries },
      // It prints to the console otherwise.
      onWarning: () => undefined,
    });
    return document.content;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExtractionError('invalid_file', `The .${fileType} document cannot be read: ${why}`);
  }
}

function* byHeadings(nodes: readonly OfficeContentNode[]): Generator<TextSection> {
  let section: TextSection = { text: '' };
  for (const node of nodes) {
    if (node.type === 'heading') {
      yield section;
      section = { text: '', ...headingOf(node) };
    }
    section.text += toText(node);
  }
  yield section;
}

function slide(node: OfficeContentNode, index: number): TextSection {
  const first = node.children?.[0];
  const heading = first?.type === 'heading' ? headingOf(first) : {};
  return { text: toText(node), page: index + 1, ...heading };
}

function sheet(node: OfficeContentNode, index: number): TextSection {
  const heading = node.type === 'sheet' ? node.metadata?.sheetName : undefined;
  const rows = toText(node);
  if (heading === undefined || rows === '') return { text: rows, page: index + 1 };
  return { text: `${heading}\n${rows}\n`, page: index + 1, heading };
}

function headingOf(node: OfficeContentNode): { heading?: string } {
  const heading = oneLine(node.text ?? '');
  return heading === '' ? {} : { heading };
}

/** The text of a block and what is in it, with its line ends. */
function toText(node: OfficeContentNode): string {
  const notes = (node.notes ?? []).map(toText).join('');
  if (node.type === 'row') return `${rowText(node)}\n${notes}`;
  if (node.type === 'table') return `${(node.children ?? []).map(toText).join('')}\n${notes}`;
  if (node.text === undefined) return (node.children ?? []).map(toText).join('') + notes;
  if (node.text.trim() === '') return notes;
  return node.type === 'list' ? `${node.text}\n${notes}` : `${node.text}\n\n${notes}`;
}

function rowText(row: OfficeContentNode): string {
  return (row.children ?? [])
    .map((cell) => oneLine(cell.text ?? (cell.children ?? []).map(toText).join(' ')))
    .join('\t');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
