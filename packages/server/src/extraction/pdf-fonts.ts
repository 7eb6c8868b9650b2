/**
 * Determines which characters of a PDF page were decoded. For a font without a map to Unicode, pdf.js may return glyph
 * numbers as if they were characters.
 */
import type { PdfPage, PdfTextContent } from './open-pdf.ts';

type TextItem = Extract<PdfTextContent['items'][number], { str: string }>;

/** Properties of a font that pdf.js exports with `fontExtraProperties`. */
interface FontProperties {
  composite?: boolean;
  isType3Font?: boolean;
  /** Glyph names by character code. Absent entries have the name of the base encoding. */
  differences?: readonly (string | undefined)[];
  /** `_map`: characters by code. Without it, pdf.js returns the codes as characters. */
  toUnicode?: { _map?: readonly (string | undefined)[] };
}

/** Characters that a font can show; `any` if its codes and encoding do not limit them. */
type KnownCharacters = ReadonlySet<string> | 'any' | 'none';

/** Replaces a run of characters that were not decoded. */
export const UNDECODED = '\ufffd';

/** Control characters, private use, noncharacters and the replacement character: no text contains them. */
const NO_TEXT = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\ufffd]/u;
/** Range of Symbol and Wingdings: bullets and arrows, which are decoration. */
const SYMBOL_FONT = /[\uf020-\uf0ff]/;
/** pdf.js returns the punctuation of vertical text in these forms. */
const VERTICAL_FORM = /[\ufe10-\ufe19\ufe30-\ufe4f]/;
const SPACE = /^[\t\n\r\p{Z}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]$/u;

export interface DecodedItem {
  text: string;
  /** Characters shown, white space not counted. */
  shown: number;
  undecoded: number;
}

/** Caches the characters of each font. Font names are unique in a document. */
export class FontInspector {
  readonly #fonts = new Map<string, KnownCharacters>();

  /** Loads the fonts of the page that are not cached. */
  async load(page: PdfPage, { styles }: PdfTextContent): Promise<void> {
    const added = Object.keys(styles).filter((name) => !this.#fonts.has(name));
    if (added.length === 0) return;
    // pdf.js loads fonts only with the drawing operators of the page. If that fails, the text is not checked.
    await page.getOperatorList().catch(() => undefined);
    for (const name of added) {
      const font = page.commonObjs.has(name) ? (page.commonObjs.get(name) as FontProperties) : undefined;
      this.#fonts.set(name, font === undefined ? 'any' : knownCharacters(font));
    }
  }

  decode({ str, fontName, width }: TextItem): DecodedItem {
    const known = this.#fonts.get(fontName) ?? 'any';
    // A glyph that maps to the empty string.
    if (str === '') return { text: '', shown: width > 0 ? 1 : 0, undecoded: width > 0 ? 1 : 0 };
    const decoded: DecodedItem = { text: '', shown: 0, undecoded: 0 };
    for (const character of str) {
      const isSpace = SPACE.test(character);
      if (!isSpace) decoded.shown += 1;
      if (VERTICAL_FORM.test(character)) decoded.text += character.normalize('NFKC');
      else if (isSpace || isDecoded(character, known)) decoded.text += character;
      else {
        decoded.undecoded += 1;
        if (!decoded.text.endsWith(UNDECODED)) decoded.text += UNDECODED;
      }
    }
    return decoded;
  }
}

function isDecoded(character: string, known: KnownCharacters): boolean {
  if (known === 'none') return false;
  if (SYMBOL_FONT.test(character)) return true;
  return !NO_TEXT.test(character) && (known === 'any' || known.has(character));
}

function knownCharacters({ composite, differences, toUnicode }: FontProperties): KnownCharacters {
  const map = toUnicode?._map;
  // Without a character map, the codes of a composite font are glyph numbers.
  if (map === undefined) return composite === true ? 'none' : 'any';
  const known = new Set<string>();
  const add = (text: string) => {
    // pdf.js replaces ligatures and presentation forms by their letters.
    for (const form of [text, text.normalize('NFKC')]) for (const character of form) known.add(character);
  };
  // With four-byte codes the array is long and sparse: `Object.values` reads only its entries.
  for (const text of Object.values(map)) if (text !== undefined) add(text);
  if (composite !== true) for (const code of ownCodes(map, differences ?? [])) add(String.fromCharCode(code));
  return known;
}

/** Returns the codes of a simple font whose glyph name contains the code itself, as in bitmap fonts of TeX. */
function ownCodes(map: readonly (string | undefined)[], differences: readonly (string | undefined)[]): number[] {
  return Array.from({ length: 256 }, (_, code) => code).filter((code) => {
    const number = /^\D{0,8}(\d{1,3})$/.exec(differences[code] ?? '')?.[1];
    return map[code] === undefined && number !== undefined && Number(number) === code;
  });
}
