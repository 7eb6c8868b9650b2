/** Creates small PDFs: one page per list of lines, in a standard font. */
import { deflateSync } from 'node:zlib';

export interface PdfOptions {
  /** Compressed stream used as the content of the first page. */
  firstContent?: Buffer;
  /** Filters in the dictionary of `firstContent`. */
  filters?: string;
  encrypted?: boolean;
}

export function makePdf(pages: readonly (readonly string[])[], options: PdfOptions = {}): Buffer {
  const objects: Buffer[] = [];
  const add = (content: string | Buffer) => objects.push(Buffer.from(content));
  const pageAt = (index: number) => 4 + index * 2;
  add('<</Type/Catalog/Pages 2 0 R>>');
  add(`<</Type/Pages/Kids[${pages.map((_, index) => `${pageAt(index)} 0 R`).join(' ')}]/Count ${pages.length}>>`);
  add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
  for (const [index, lines] of pages.entries()) {
    const resources = '/Resources<</Font<</F1 3 0 R>>>>';
    add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${pageAt(index) + 1} 0 R${resources}>>`);
    const isGiven = index === 0 && options.firstContent !== undefined;
    add(stream(isGiven ? options.firstContent : deflateSync(drawLines(lines)), isGiven ? options.filters : undefined));
  }
  // A key that the empty password does not match.
  const encryption = `<</Filter/Standard/V 1/R 2/O<${'41'.repeat(32)}>/U<${'42'.repeat(32)}>/P -4>>`;
  const trailer = options.encrypted === true ? `/Encrypt ${encryption}/ID[<00><00>]` : '';
  return assemble(objects, trailer);
}

/** Draws lines; an empty line leaves a gap. */
function drawLines(lines: readonly string[]): string {
  const shown = lines.map((line) => (line === '' ? '0 -14 Td' : `(${line}) Tj 0 -14 Td`));
  return `BT /F1 12 Tf 72 720 Td ${shown.join(' ')} ET`;
}

/** `filters`: more entries of the dictionary. */
export function stream(content: Buffer | undefined, filters = '/FlateDecode'): Buffer {
  const bytes = content ?? Buffer.alloc(0);
  const head = `<</Length ${bytes.length}/Filter ${filters}>>stream\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\nendstream')]);
}

/** A file of these objects; the first one is its catalogue. */
export function assemble(objects: readonly Buffer[], trailer: string): Buffer {
  const parts = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    const bytes = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(bytes);
    length += bytes.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows}`;
  return Buffer.concat([
    ...parts,
    Buffer.from(`${table}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${length}\n%%EOF\n`),
  ]);
}
