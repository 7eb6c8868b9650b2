/**
 * Rates every position of a text as a border of chunks: from 0 (only as a last resort) to 6 (before a heading). One
 * pass without backtracking, so that the time is linear for every text.
 */
import type { SectionedText } from '../../extraction/extracted-text.ts';

export const LEVEL = { none: 0, word: 1, clause: 2, line: 3, sentence: 4, paragraph: 5, heading: 6 } as const;

/** A cut here would split a surrogate pair or separate a combining mark from its letter. */
export const NEVER = 255;

const SENTENCE_END = new Set('.!?…。！？｡।۔؟');
const WIDE_SENTENCE_END = new Set('。！？｡');
const CLAUSE_END = new Set(',;:.!?、，；：');
const WIDE_CLAUSE_END = new Set('、，；：');
const CLOSING = new Set(')]"\'”’»」』）】》');
const BLOCK_END = new Set('};)');
/** Characters that start no line in scripts without spaces. */
const NEVER_FIRST = new Set('、，；：。！？｡）」』】》ーっゃゅょッャュョ');
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const JOINED = /[\p{M}\u200d]|\p{Emoji_Modifier}/u;
const SPACE = /\s/;
/** Start of a sentence: neither a lower-case letter nor a character that continues code. */
const SENTENCE_START = /[^\p{Ll}\s*/?:.,;=<>|&+})\]]/u;
/** Code units below this are Latin: no surrogates, no combining marks, words separated by spaces. */
const LATIN_END = 0x300;

/** Returns one level per UTF-16 code unit of the joined text, for a cut before that unit. */
export function findBorders(text: string, { sections }: SectionedText): Uint8Array {
  const levels = new Uint8Array(text.length + 1);
  let isAfterSpace = false;
  let newlines = 0;
  let lineStart = 0;
  let spaceStart = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isSpace(unit)) {
      if (!isAfterSpace) spaceStart = at;
      isAfterSpace = true;
      if (unit === 10) {
        newlines += 1;
        lineStart = at + 1;
      }
      continue;
    }
    // Indentation belongs to the line that it starts.
    if (newlines > 0) levels[lineStart] = levelOfLine(text, spaceStart, { newlines, first: at, lineStart });
    else if (isAfterSpace) levels[at] = levelOfWord(text, spaceStart, at);
    else if (unit >= LATIN_END) levels[at] = levelBeforeWide(text, at);
    else if (at > 0 && text.charCodeAt(at - 1) >= LATIN_END) levels[at] = levelAfterWide(text, at);
    isAfterSpace = false;
    newlines = 0;
  }
  markSections(levels, sections);
  return levels;
}

function isSpace(unit: number): boolean {
  return unit <= 32 ? unit === 32 || (unit >= 9 && unit <= 13) : unit > 127 && SPACE.test(String.fromCharCode(unit));
}

function levelOfLine(text: string, end: number, next: { newlines: number; first: number; lineStart: number }): number {
  // An indented line continues the lines before it, in code and in lists.
  if (next.newlines > 1) return next.first === next.lineStart ? LEVEL.paragraph : LEVEL.sentence;
  if (endsSentence(text, end, next.first)) return LEVEL.sentence;
  // A line of code that closes a block or a statement, followed by a line without indentation.
  const isBlockEnd = next.first === next.lineStart && BLOCK_END.has(text[end - 1] ?? '');
  return isBlockEnd && !/[})\]]/.test(text[next.first] ?? '') ? LEVEL.sentence : LEVEL.line;
}

function levelOfWord(text: string, end: number, next: number): number {
  if (endsSentence(text, end, next)) return LEVEL.sentence;
  return CLAUSE_END.has(text[end - 1] ?? '') ? LEVEL.clause : LEVEL.word;
}

/**
 * Whether a sentence ends at `end` if the next word starts at `next`. "e.g. this" and operators of code do not end one.
 */
function endsSentence(text: string, end: number, next: number): boolean {
  let last = end - 1;
  for (let closing = 0; closing < 3 && CLOSING.has(text[last] ?? ''); closing++) last -= 1;
  if (!SENTENCE_END.has(text[last] ?? '') || !SENTENCE_START.test(text[next] ?? '')) return false;
  const before = text[last - 1] ?? ' ';
  return !SPACE.test(before) && !(before === '?' && text[last] === '?');
}

/** Level before a character beyond Latin that follows no space. */
function levelBeforeWide(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0xdc00 && unit <= 0xdfff && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) return NEVER;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (JOINED.test(character)) return NEVER;
  if (NEVER_FIRST.has(character) || CLOSING.has(character)) return LEVEL.none;
  return UNSPACED.test(character) ? Math.max(LEVEL.word, levelAfterWide(text, at)) : levelAfterWide(text, at);
}

/** Level after a character of a script without spaces. */
function levelAfterWide(text: string, at: number): number {
  let last = at - 1;
  for (let closing = 0; closing < 3 && CLOSING.has(text[last] ?? ''); closing++) last -= 1;
  const mark = text[last] ?? '';
  if (WIDE_SENTENCE_END.has(mark)) return LEVEL.sentence;
  if (WIDE_CLAUSE_END.has(mark)) return LEVEL.clause;
  return UNSPACED.test(text[at - 1] ?? '') ? LEVEL.word : LEVEL.none;
}

function markSections(levels: Uint8Array, sections: SectionedText['sections']): void {
  let at = 0;
  for (const { text, heading } of sections) {
    if (heading === undefined) levels[at] = Math.max(levels[at] ?? 0, LEVEL.paragraph);
    else {
      levels[at] = LEVEL.heading;
      keepHeading(levels, at, text);
    }
    at += text.length;
  }
}

/** Prevents cuts between a heading and the text after it. */
function keepHeading(levels: Uint8Array, at: number, text: string): void {
  const lineEnd = text.indexOf('\n');
  let body = lineEnd === -1 ? text.length : lineEnd;
  while (body < text.length && isSpace(text.charCodeAt(body))) body += 1;
  if (body < text.length) levels[at + body] = LEVEL.none;
  for (let next = at + 1; next < at + body; next++) {
    const level = levels[next] ?? 0;
    if (level !== NEVER) levels[next] = Math.min(level, LEVEL.word);
  }
}
