/**
 * Maps known vulnerabilities to kinds of weakness. A document is an entry of the Common Weakness Enumeration without
 * its observed examples; a query is the CVE list's description of one vulnerability as quoted there; relevant are all
 * entries that quote it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmPackage } from './packages.ts';
import type { RetrievalSet, SetDocument } from './retrieval-set.ts';

const PACKAGE = 'cwe-sdk@1.1.19';

/** The package's parser returns a single element as itself, several as a list. */
type Several<T> = T | T[] | undefined;

interface Weakness {
  attr: { '@_ID': string; '@_Name': string; '@_Status': string };
  Description?: unknown;
  Extended_Description?: unknown;
  Background_Details?: unknown;
  Common_Consequences?: unknown;
  Potential_Mitigations?: unknown;
  Demonstrative_Examples?: unknown;
  Observed_Examples?: { Observed_Example?: Several<{ Reference: string; Description: unknown }> };
}

const PARTS = [
  ['', 'Description'],
  ['', 'Extended_Description'],
  ['Background', 'Background_Details'],
  ['Consequences', 'Common_Consequences'],
  ['Mitigations', 'Potential_Mitigations'],
  ['Examples', 'Demonstrative_Examples'],
] as const satisfies readonly (readonly [string, keyof Weakness])[];

export async function readWeaknesses(): Promise<RetrievalSet> {
  const path = join(await npmPackage(PACKAGE), 'raw', 'cwe-archive.json');
  const archive = JSON.parse(await readFile(path, 'utf8')) as {
    Weakness_Catalog: { Weaknesses: { Weakness: Weakness[] } };
  };
  const entries = archive.Weakness_Catalog.Weaknesses.Weakness.filter(({ attr }) => attr['@_Status'] !== 'Deprecated');
  return {
    name: 'weaknesses',
    about: `CVE summaries → CWE entries (npm ${PACKAGE}; CWE is free to use under the terms of The MITRE Corporation)`,
    documents: entries.map(toDocument),
    queries: toQueries(entries),
  };
}

const nameOf = ({ attr }: Weakness) => `CWE-${attr['@_ID']}.md`;

function toDocument(entry: Weakness): SetDocument {
  const parts = PARTS.flatMap(([heading, key]) => {
    const text = textsOf(entry[key]).join('\n\n');
    return text === '' ? [] : [heading === '' ? text : `## ${heading}\n\n${text}`];
  });
  return { name: nameOf(entry), text: [`# ${entry.attr['@_Name']}`, ...parts].join('\n\n') };
}

/** All texts of an element in order, without attributes. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'attr' ? [] : textsOf(inner)));
}

function toQueries(entries: readonly Weakness[]): RetrievalSet['queries'] {
  const flaws = new Map<string, { text: string; relevant: Set<string> }>();
  for (const entry of entries) {
    for (const { Reference, Description } of [entry.Observed_Examples?.Observed_Example ?? []].flat()) {
      const flaw = flaws.get(Reference) ?? { text: textsOf(Description).join(' '), relevant: new Set<string>() };
      flaws.set(Reference, flaw);
      flaw.relevant.add(nameOf(entry));
    }
  }
  return mergeEqual([...flaws.values()]);
}

/** Vulnerabilities with the same description are one query. */
function mergeEqual(queries: readonly { text: string; relevant: Set<string> }[]): RetrievalSet['queries'] {
  const merged = new Map<string, Set<string>>();
  for (const { text, relevant } of queries) merged.set(text, new Set([...relevant, ...(merged.get(text) ?? [])]));
  merged.delete('');
  return [...merged].map(([text, relevant]) => ({ text, relevant }));
}
