/**
 * Text of an HTML page in sections, one under each heading; links by their words, images, scripts and styles left out.
 */
import { convert, type FormatCallback } from 'html-to-text';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';

/**
 * Private-use characters that mark the start and the end of a heading, and content that is nested too deeply. They are
 * removed from the text of the page first.
 */
const BEGIN = '\u{e000}';
const END = '\u{e001}';
const TOO_DEEP = '\u{e002}';

const TAG = /<(\/?)([a-z][^\s/>]*)/gi;
/** Elements without content, and elements whose end tag is often omitted because the next one closes them. */
const FLAT = new Set(
  'area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot option optgroup'.split(
    ' ',
  ),
);
/** More open tags than this many times the depth are not worth parsing: the parser's time grows with their square. */
const MAX_OPEN = 20;

const heading: FormatCallback = (node, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral(BEGIN);
  walk(node.children, builder);
  builder.addLiteral(END);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

const row: FormatCallback = (node, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  walk(node.children, builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const cell: FormatCallback = (node, walk, builder) => {
  walk(node.children, builder);
  builder.addLiteral('\t');
};

/** As attributes are written; a style sheet is not read. */
const HIDING_STYLES = ['display:none', 'display: none', 'visibility:hidden', 'visibility: hidden'].map(
  (style) => `[style*="${style}" i]`,
);

const SELECTORS = [
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
  { selector: 'a', options: { ignoreHref: true }, format: 'anchor' },
  { selector: 'img', format: 'skip' },
  { selector: 'tr', format: 'row' },
  { selector: 'td', format: 'cell' },
  { selector: 'th', format: 'cell' },
  ...['title', 'template', 'noscript', '[hidden]', ...HIDING_STYLES].map((selector) => ({ selector, format: 'skip' })),
  ...['summary', 'option', 'textarea', 'legend', 'caption', 'figcaption', 'dt', 'dd', 'text'].map((selector) => ({
    selector,
    format: 'row',
  })),
];

/** Throws `ExtractionError` when more than `maxDepth` elements are inside each other. */
export function* readHtml(html: string, maxDepth: number): Generator<TextSection> {
  if (openTags(html) > maxDepth * MAX_OPEN) throw tooDeep(maxDepth);
  const text = convert(html.replaceAll(/[\u{e000}-\u{e002}]/gu, ''), {
    wordwrap: false,
    formatters: { heading, row, cell },
    limits: { maxDepth, maxInputLength: html.length, ellipsis: TOO_DEEP },
    selectors: SELECTORS,
  });
  if (text.includes(TOO_DEEP)) throw tooDeep(maxDepth);
  const [before = '', ...parts] = text.split(BEGIN);
  if (before.trim() !== '') yield { text: before };
  for (const [index, part] of parts.entries()) {
    const [title = '', ...rest] = part.split(END);
    const words = title.replaceAll(/\s+/g, ' ').trim();
    const body = `${title}${rest.join('')}`.trimEnd();
    if (body === '') continue;
    const ended = index === parts.length - 1 ? `${body}\n` : `${body}\n\n`;
    yield words === '' ? { text: ended } : { text: ended, heading: words };
  }
}

/** About how many elements are inside each other, at most. */
function openTags(html: string): number {
  let open = 0;
  let most = 0;
  for (const [, closing, name = ''] of html.matchAll(TAG)) {
    if (FLAT.has(name.toLowerCase())) continue;
    open = closing === '' ? open + 1 : Math.max(0, open - 1);
    most = Math.max(most, open);
  }
  return most;
}

function tooDeep(maxDepth: number): ExtractionError {
  return new ExtractionError('invalid_file', `The page has more than ${maxDepth} elements inside each other.`);
}
