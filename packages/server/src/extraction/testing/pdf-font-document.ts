/** Creates PDFs of one page whose fonts map codes to characters in the ways of real fonts, or in none. */
import { deflateSync } from 'node:zlib';
import { assemble, stream } from './pdf-document.ts';

export interface CompositeFont {
  /** Name of a predefined character map, e.g. `90ms-RKSJ-H` or `Identity-H`. */
  encoding: string;
  /** A character collection of Adobe: Japan1, GB1, CNS1, Korea1, or Identity. */
  ordering: string;
  /** Text of each two-byte code in the font's map to Unicode. */
  toUnicode?: Readonly<Record<number, string>>;
}

export interface ShownText {
  font: CompositeFont | 'helvetica' | GlyphFont;
  bytes: Buffer;
}

/** A Type 3 font: its glyphs are named drawings. */
export interface GlyphFont {
  glyphNames: Readonly<Record<number, string>>;
}

/** Draws one line per text. */
export function makeFontPdf(texts: readonly ShownText[]): Buffer {
  const objects: Buffer[] = [];
  const add = (content: string | Buffer) => objects.push(Buffer.from(content));
  const fonts: string[] = [];
  const reserved = 4;
  const extra: Buffer[] = [];
  const addExtra = (content: string | Buffer) => reserved + extra.push(Buffer.from(content));
  for (const [index, { font }] of texts.entries()) fonts.push(`/F${index} ${addFont(font, addExtra)} 0 R`);
  const lines = texts.map(({ bytes }, index) => `/F${index} 12 Tf <${bytes.toString('hex')}> Tj 0 -20 Td`);
  add('<</Type/Catalog/Pages 2 0 R>>');
  add('<</Type/Pages/Kids[3 0 R]/Count 1>>');
  const resources = `/Resources<</Font<<${fonts.join('')}>>>>`;
  add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R${resources}>>`);
  add(stream(deflateSync(`BT 72 720 Td ${lines.join(' ')} ET`)));
  return assemble([...objects, ...extra], '');
}

type Add = (content: string | Buffer) => number;

function addFont(font: ShownText['font'], add: Add): number {
  if (font === 'helvetica') return add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>');
  return 'glyphNames' in font ? addType3(font, add) : addComposite(font, add);
}

function addComposite({ encoding, ordering, toUnicode }: CompositeFont, add: Add): number {
  const descriptor =
    '/FontName/Embedded/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/StemV 80';
  const described = add(`<</Type/FontDescriptor${descriptor}>>`);
  const system = `/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 0>>`;
  const kind = ordering === 'Identity' ? 'CIDFontType2' : 'CIDFontType0';
  const inner = add(
    `<</Type/Font/Subtype/${kind}/BaseFont/Embedded${system}/FontDescriptor ${described} 0 R/DW 1000>>`,
  );
  const map = toUnicode === undefined ? '' : `/ToUnicode ${add(stream(deflateSync(characterMap(toUnicode))))} 0 R`;
  return add(`<</Type/Font/Subtype/Type0/BaseFont/Embedded/Encoding/${encoding}/DescendantFonts[${inner} 0 R]${map}>>`);
}

function characterMap(toUnicode: Readonly<Record<number, string>>): string {
  const hex = (code: number) => code.toString(16).padStart(4, '0');
  const rows = Object.entries(toUnicode).map(
    ([code, text]) => `<${hex(Number(code))}> <${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`,
  );
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange ${rows.length} beginbfchar
${rows.join('\n')}
endbfchar endcmap end end`;
}

function addType3({ glyphNames }: GlyphFont, add: Add): number {
  const drawing = add(stream(deflateSync('500 0 0 0 400 700 d1 0 0 400 700 re f')));
  const codes = Object.keys(glyphNames).map(Number);
  const procedures = Object.values(glyphNames).map((name) => `/${name} ${drawing} 0 R`);
  const differences = codes.map((code) => `${code}/${glyphNames[code]}`);
  const [first, last] = [Math.min(...codes), Math.max(...codes)];
  const widths = Array.from({ length: last - first + 1 }, () => 500).join(' ');
  return add(
    `<</Type/Font/Subtype/Type3/FontBBox[0 0 500 700]/FontMatrix[0.001 0 0 0.001 0 0]/Resources<<>>` +
      `/CharProcs<<${procedures.join('')}>>/Encoding<</Differences[${differences.join(' ')}]>>` +
      `/FirstChar ${first}/LastChar ${last}/Widths[${widths}]>>`,
  );
}
