/** Text of an HTML page in sections, one under each heading; links by their words, images, scripts and styles left out. */
import { convert, type FormatCallback } from 'html-to-text';
import type { TextSection } from './extracted-text.ts';

/** Private characters that mark where a heading begins and ends; taken out of the page's own text first. */
const BEGIN = '\u{e000}';
const END = '\u{e001}';

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

const SELECTORS = [
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
  { selector: 'a', options: { ignoreHref: true }, format: 'anchor' },
  { selector: 'img', format: 'skip' },
  { selector: 'tr', format: 'row' },
  { selector: 'td', format: 'cell' },
  { selector: 'th', format: 'cell' },
  { selector: 'title', format: 'skip' },
  { selector: 'template', format: 'skip' },
];

/** `maxDepth`: elements inside each other; what is deeper is left out. */
export function* readHtml(html: string, maxDepth: number): Generator<TextSection> {
  const text = convert(html.replaceAll(BEGIN, '').replaceAll(END, ''), {
    wordwrap: false,
    formatters: { heading, row, cell },
    limits: { maxDepth, maxInputLength: html.length },
    selectors: SELECTORS,
  });
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
