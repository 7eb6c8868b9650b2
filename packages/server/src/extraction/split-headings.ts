/** Splits a text before its headings. Invariant: the concatenation of the sections is the text. */
import type { TextSection } from './extracted-text.ts';

/** `at`: start of the line; `title`: without markup. */
interface Heading {
  at: number;
  title: string;
}

const HASHES = /^ {0,3}(#{1,6})(?![^ \t])/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(?:=+|-{2,})$/;
const TEX_HEADING =
  /^[ \t]*\\(?:part|chapter|(?:sub){0,2}section|paragraph)\*?(?:\[[^\]\n]*\])?\{((?:[^{}\n]|\{[^{}\n]*\})*)\}/gm;
const TEX_MARKUP = /\\[a-z]+\*?|[{}]/gi;

/** Splits at headings with `#` and at underlined headings, except in fenced code. */
export function splitMarkdown(text: string): Generator<TextSection> {
  return splitAt(text, markdownHeadings(text));
}

/** Splits at `\chapter`, `\section` and similar commands. */
export function splitTex(text: string): Generator<TextSection> {
  return splitAt(text, texHeadings(text));
}

function* splitAt(text: string, headings: Iterable<Heading>): Generator<TextSection> {
  let last: Heading | undefined;
  for (const heading of headings) {
    if (heading.at > (last?.at ?? 0)) yield section(text.slice(last?.at ?? 0, heading.at), last);
    last = heading;
  }
  if (text.length > (last?.at ?? 0)) yield section(text.slice(last?.at ?? 0), last);
}

function section(text: string, heading: Heading | undefined): TextSection {
  return heading === undefined || heading.title === '' ? { text } : { text, heading: heading.title };
}

function* markdownHeadings(text: string): Generator<Heading> {
  let fence: string | undefined;
  let above: Heading | undefined;
  for (const { at, line } of linesOf(text)) {
    const mark = FENCE.exec(line)?.[1];
    const hashes = HASHES.exec(line);
    const previous = above;
    above = undefined;
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else if (hashes !== null) yield { at, title: withoutHashes(line.slice(hashes[0].length)) };
    else if (previous !== undefined && UNDERLINE.test(line)) yield previous;
    else {
      const title = line.trim();
      // Lists, tables and quotes are not headings.
      if (title !== '' && !/^(?:[-*+>|]|\d+[.)])/.test(title)) above = { at, title };
    }
  }
}

function* linesOf(text: string): Generator<{ at: number; line: string }> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    yield { at, line: text.slice(at, end).trimEnd() };
    at = end + 1;
  }
}

/** "Title ##" is closed by hashes; "C#" is not. */
function withoutHashes(title: string): string {
  const words = title.trim();
  let end = words.length;
  while (words[end - 1] === '#') end -= 1;
  return end === 0 || /\s/.test(words[end - 1] ?? '') ? words.slice(0, end).trim() : words;
}

function* texHeadings(text: string): Generator<Heading> {
  for (const match of text.matchAll(TEX_HEADING))
    yield { at: match.index, title: (match[1] ?? '').replaceAll(TEX_MARKUP, '').trim() };
}
