/**
 * Where a text may be cut, and how well: before every character a level from 0 (only if nothing else helps) to 6 (before a heading).
 * One pass without backtracking, so that no text makes it slow.
 */
import type { SectionedText } from '../../extraction/extracted-text.ts';

export const LEVEL = { none: 0, word: 1, clause: 2, line: 3, sentence: 4, paragraph: 5, heading: 6 } as const;

/** Cutting here would tear a surrogate pair or take an accent from its letter. */
export const NEVER = 255;

const SENTENCE_END = new Set('.!?…。！？｡।۔؟');
const WIDE_SENTENCE_END = new Set('。！？｡');
const CLAUSE_END = new Set(',;:.!?、，；：');
const WIDE_CLAUSE_END = new Set('、，；：');
const CLOSING = new Set(')]"\'”’»」』）】》');
const BLOCK_END = new Set('};)');
/** No line begins with these in scripts that are written without spaces. */
const NEVER_FIRST = new Set('、，；：。！？｡）」』】》ーっゃゅょッャュョ');
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const JOINED = /[\p{M}\u200d]|\p{Emoji_Modifier}/u;
const SPACE = /\s/;
/** What a sentence begins with: no small letter, and no sign that code goes on with. */
const BEGINNING = /[^\p{Ll}\s*/?:.,;=<>|&+})\]]/u;
/** Before this everything is Latin: no pairs, no marks, words between spaces. */
const LATIN_END = 0x300;

/** One level per UTF-16 code unit of the joined text: that of a cut before it. */
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
    // Indentation goes with the line that it begins.
    if (newlines > 0) levels[lineStart] = levelOfLine(text, spaceStart, { newlines, first: at, lineStart });
    else if (isAfterSpace) levels[at] = levelOfWord(text, spaceStart, at);
    else if (unit >= LATIN_END) levels[at] = levelInside(text, at);
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
  // An indented line goes on with what the lines before began, in code as in lists.
  if (next.newlines > 1) return next.first === next.lineStart ? LEVEL.paragraph : LEVEL.sentence;
  if (endsSentence(text, end, next.first)) return LEVEL.sentence;
  // A line of code that closes a block or a statement, before one that begins at the margin.
  const isBlockEnd = next.first === next.lineStart && BLOCK_END.has(text[end - 1] ?? '');
  return isBlockEnd && !/[})\]]/.test(text[next.first] ?? '') ? LEVEL.sentence : LEVEL.line;
}

function levelOfWord(text: string, end: number, next: number): number {
  if (endsSentence(text, end, next)) return LEVEL.sentence;
  return CLAUSE_END.has(text[end - 1] ?? '') ? LEVEL.clause : LEVEL.word;
}

/** Whether a sentence ends at `end` when the next word begins at `next`. "e.g. this" goes on, and so do operators of code. */
function endsSentence(text: string, end: number, next: number): boolean {
  let last = end - 1;
  for (let closing = 0; closing < 3 && CLOSING.has(text[last] ?? ''); closing++) last -= 1;
  if (!SENTENCE_END.has(text[last] ?? '') || !BEGINNING.test(text[next] ?? '')) return false;
  const before = text[last - 1] ?? ' ';
  return !SPACE.test(before) && !(before === '?' && text[last] === '?');
}

/** Before a character beyond Latin that no space stands before. */
function levelInside(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0xdc00 && unit <= 0xdfff && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) return NEVER;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (JOINED.test(character)) return NEVER;
  if (NEVER_FIRST.has(character) || CLOSING.has(character)) return LEVEL.none;
  return UNSPACED.test(character) ? Math.max(LEVEL.word, levelAfterWide(text, at)) : levelAfterWide(text, at);
}

/** Behind a character of a script that is written without spaces. */
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

/** A heading stays with what follows it. */
function keepHeading(levels: Uint8Array, at: number, text: string): void {
  const lineEnd = text.indexOf('\n');
  let body = lineEnd === -1 ? text.length : lineEnd;
  while (body < text.length && isSpace(text.charCodeAt(body))) body += 1;
  if (body < text.length) levels[at + body] = LEVEL.none;
  for (let inside = at + 1; inside < at + body; inside++) {
    const level = levels[inside] ?? 0;
    if (level !== NEVER) levels[inside] = Math.min(level, LEVEL.word);
  }
}
