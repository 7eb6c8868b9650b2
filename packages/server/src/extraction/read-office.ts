/** Reads .docx, .pptx and .rtf: sections by heading or slide; one line per table row, cells separated by tabs. */
import { readFile } from 'node:fs/promises';
import { type OfficeContentNode, parseOffice } from 'officeparser';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

export type DocumentType = 'docx' | 'pptx' | 'rtf';

/** Types of inline nodes. */
const INLINE: ReadonlySet<string> = new Set(['text', 'break', 'image', 'comment', 'embed']);

/** Omits comments, headers and footers. Throws `ExtractionError` for a document that cannot be read. */
export async function* readOffice(
  path: string,
  type: DocumentType,
  limits: ExtractionLimits,
): AsyncGenerator<TextSection> {
  const content = await parse(await readFile(path), type, limits);
  if (content.length > limits.pages && type === 'pptx') {
    throw new ExtractionError('invalid_file', `The document has more than ${limits.pages} pages.`);
  }
  if (type === 'pptx') yield* content.map(slide);
  else yield* byHeadings(content);
}

async function parse(bytes: Buffer, fileType: DocumentType, limits: ExtractionLimits): Promise<OfficeContentNode[]> {
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
      // The default prints to the console.
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
  let isAfterList = false;
  for (const node of nodes) {
    if (isAfterList && node.type !== 'list') section.text += '\n';
    isAfterList = node.type === 'list';
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

function headingOf(node: OfficeContentNode): { heading?: string } {
  const heading = oneLine(node.text ?? '');
  return heading === '' ? {} : { heading };
}

/** Returns the text of a block and its children with line ends. Notes follow the block that refers to them. */
function toText(node: OfficeContentNode): string {
  if (node.type === 'row') return `${(node.children ?? []).map(cellText).join('\t')}\n`;
  const children = node.children ?? [];
  const inner = children.filter(isBlock);
  const inline = children.filter((child) => !isBlock(child));
  const own = inner.length === 0 ? (node.text ?? '') : inline.map((child) => child.text ?? '').join('');
  const notes = [node, ...inline].flatMap(({ notes }) => notes ?? []);
  const end = node.type === 'list' ? '\n' : '\n\n';
  const text = `${own.trim() === '' ? '' : own + end}${[...inner, ...notes].map(toText).join('')}`;
  return node.type === 'table' ? `${text}\n` : text;
}

/** A table in a cell is written in the line of the cell. */
function cellText(cell: OfficeContentNode): string {
  const inner = (cell.children ?? []).some(isBlock);
  return oneLine(inner ? toText(cell) : (cell.text ?? ''));
}

function isBlock(node: OfficeContentNode): boolean {
  return !INLINE.has(node.type);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
