/**
 * Tells which characters of a PDF page were decoded. A font without a map to Unicode may leave only glyph numbers, which pdf.js returns as
 * if they were characters.
 */
import type { PdfPage, PdfTextContent } from './open-pdf.ts';

type TextItem = Extract<PdfTextContent['items'][number], { str: string }>;

/** What pdf.js exports of a font with `fontExtraProperties`. */
interface FontProperties {
  composite?: boolean;
  isType3Font?: boolean;
  /** Glyph names by character code; absent entries are those of the base encoding. */
  differences?: readonly (string | undefined)[];
  /** `_map`: the characters of each code. Without it, the codes themselves stand for characters. */
  toUnicode?: { _map?: readonly (string | undefined)[] };
}

/** Characters a font shows; `any` for fonts whose codes and encoding do not limit them. */
type KnownCharacters = ReadonlySet<string> | 'any' | 'none';

/** A run of characters that were not decoded stands in the text as one of these. */
export const UNDECODED = '\ufffd';

/** Control characters, private use, noncharacters and the replacement character: no text contains them. */
const NO_TEXT = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\ufffd]/u;
/** Where Symbol and Wingdings lie: bullets and arrows, which are decoration. */
const SYMBOL_FONT = /[\uf020-\uf0ff]/;
/** pdf.js writes the punctuation of vertical lines in these forms. */
const VERTICAL_FORM = /[\ufe10-\ufe19\ufe30-\ufe4f]/;
const SPACE = /^[\t\n\r\p{Z}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]$/u;

export interface DecodedItem {
  text: string;
  /** Characters shown, white space not counted. */
  shown: number;
  undecoded: number;
}

/** Keeps what is known of each font; font names are unique in a document. */
export class FontInspector {
  readonly #fonts = new Map<string, KnownCharacters>();

  /** Loads the fonts that the page's text is the first to use. */
  async load(page: PdfPage, { styles }: PdfTextContent): Promise<void> {
    const added = Object.keys(styles).filter((name) => !this.#fonts.has(name));
    if (added.length === 0) return;
    // pdf.js hands fonts over with the page's drawing operators only. A drawing that fails leaves the text as it is.
    await page.getOperatorList().catch(() => undefined);
    for (const name of added) {
      const font = page.commonObjs.has(name) ? (page.commonObjs.get(name) as FontProperties) : undefined;
      this.#fonts.set(name, font === undefined ? 'any' : knownCharacters(font));
    }
  }

  decode({ str, fontName, width }: TextItem): DecodedItem {
    const known = this.#fonts.get(fontName) ?? 'any';
    // A glyph whose character is the empty string.
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
  // Codes of a composite font are glyph numbers unless a character map says otherwise.
  if (map === undefined) return composite === true ? 'none' : 'any';
  const known = new Set<string>();
  const add = (text: string) => {
    // pdf.js writes ligatures and presentation forms as the letters they stand for.
    for (const form of [text, text.normalize('NFKC')]) for (const character of form) known.add(character);
  };
  // Codes of four bytes make the array long and sparse: only what it holds is read.
  for (const text of Object.values(map)) if (text !== undefined) add(text);
  if (composite !== true) for (const code of ownCodes(map, differences ?? [])) add(String.fromCharCode(code));
  return known;
}

/** Codes of a simple font without a known glyph name whose name says the code itself, as bitmap fonts of TeX have them. */
function ownCodes(map: readonly (string | undefined)[], differences: readonly (string | undefined)[]): number[] {
  return Array.from({ length: 256 }, (_, code) => code).filter((code) => {
    const number = /^\D{0,8}(\d{1,3})$/.exec(differences[code] ?? '')?.[1];
    return map[code] === undefined && number !== undefined && Number(number) === code;
  });
}
