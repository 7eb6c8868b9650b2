/**
 * Maps items of release notes to the sections of a manual that describe them. A document is a section of Django's
 * documentation (topics, how-tos and contributed applications) from the source package; a query is an item of the
 * release notes without markup; relevant are the sections that the item's cross references lead to, all of which are
 * documents.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { indexTargets } from './django-targets.ts';
import { pypiSources } from './packages.ts';
import type { RetrievalSet, SetDocument, SetQuery } from './retrieval-set.ts';

const PACKAGE = 'django==5.2';
/** Folders of the documents. */
const MANUAL = ['faq', 'howto', 'intro', 'ref', 'topics'];
const DOCUMENTS = /^(?:howto|topics|ref~contrib)~/u;
/** An underlined heading with the labels before it. */
const HEADING = /(?:^\.\. _[^\n]*:\n\s*)*^\S[^\n]*\n([=\-~^"'#*+])\1{2,}$/gmu;
/** Shorter sections only link to others. */
const MIN_CHARACTERS = 200;
/** Items with more targets have no single subject. */
const MAX_SECTIONS = 3;
const MIN_WORDS = 8;
/** A list item with its indented lines. */
const ITEM = /^\* (.+(?:\n(?: {2}.*)?)*)/gmu;
const ROLE = /:(?<role>[a-z:]+):`(?<inner>[^`]+)`/gu;

export async function readDjango(): Promise<RetrievalSet> {
  const docs = join(await pypiSources(PACKAGE), 'docs');
  const pages = (await Promise.all(MANUAL.map((folder) => readPages(docs, folder)))).flat().map(toPage);
  const documents = pages.flatMap(({ sections }) => sections).filter(isDocument);
  const targets = indexTargets(pages);
  const notes = await readPages(docs, 'releases');
  const queries = notes.flatMap(({ text }) =>
    [...text.matchAll(ITEM)].flatMap(([, item = '']) => toQuery(item, targets)),
  );
  const known = new Set(documents.map(({ name }) => name));
  const answered = queries.filter(({ relevant }) => [...relevant].every((name) => known.has(name)));
  const unique = new Map(answered.map((query) => [query.text, query]));
  return {
    name: 'django',
    about: `items of Django's release notes → sections of its manual (PyPI ${PACKAGE}, source archive; BSD-3-Clause)`,
    documents,
    queries: [...unique.values()],
  };
}

const isDocument = ({ name, text }: SetDocument) => DOCUMENTS.test(name) && text.length >= MIN_CHARACTERS;

function toPage({ name, text }: SetDocument) {
  const starts = [0, ...[...text.matchAll(HEADING)].map(({ index }) => index)];
  const sections = starts.map((start, i) => ({
    name: name.replace(/(?=\.txt$)/u, `~${i}`),
    start,
    text: text.slice(start, starts[i + 1]).trim(),
  }));
  return { text, sections };
}

async function readPages(docs: string, folder: string): Promise<SetDocument[]> {
  const files = await readdir(join(docs, folder), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile() && file.name.endsWith('.txt'));
  return await Promise.all(
    paths.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { name: relative(docs, path).replaceAll('/', '~'), text: await readFile(path, 'utf8') };
    }),
  );
}

function toQuery(item: string, targets: ReturnType<typeof indexTargets>): SetQuery[] {
  const relevant = new Set<string>();
  // Code examples are not part of the query.
  const prose = item.split(/::\s*\n/u)[0] ?? '';
  for (const { groups } of prose.matchAll(ROLE)) {
    for (const page of targets(groups?.['role'] ?? '', groups?.['inner'] ?? '')) relevant.add(page);
  }
  const text = toPlain(prose);
  const fits = relevant.size > 0 && relevant.size <= MAX_SECTIONS && text.split(' ').length >= MIN_WORDS;
  return fits ? [{ text, relevant }] : [];
}

/** The text without markup. */
function toPlain(markup: string): string {
  return markup
    .replaceAll(ROLE, (_, _role, inner: string) => shown(inner))
    .replaceAll(/``([^`]+)``/gu, '$1')
    .replaceAll(/`([^`<]+?)\s*(?:<[^>]*>)?`__?/gu, '$1')
    .replaceAll(/\*{1,2}([^*\s][^*]*)\*{1,2}/gu, '$1')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

function shown(inner: string): string {
  const titled = /^(.*?)\s*<[^>]+>$/su.exec(inner)?.[1];
  if (titled !== undefined && titled !== '') return titled;
  return inner.startsWith('~') ? (inner.split('.').at(-1) ?? inner) : inner.replace(/^[.!/]/u, '');
}
