/** The words of GLOSSARY.md, enforced over code, tests and documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readSources, type SourceFile } from './sources.ts';
import { BANNED_WORDS } from './words.ts';

const CODE = ['packages', 'test', 'acceptance', 'bench', 'proof', 'packaging', 'examples'];
/** The files that name the banned words themselves. */
const OWN = new Set(['test/architecture/words.ts', 'test/architecture/words.test.ts']);
/** Chaos tests inject faults; the word is theirs. */
const INJECTS_FAULTS = /^proof\/|^acceptance\/|\/testing\/|\.test\.ts$/;

function documentation(): SourceFile[] {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  const root = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
  const readmes = CODE.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name === 'README.md')
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules'));
  return [...root, ...pages, ...readmes].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function bannedIn({ path, text }: SourceFile): string[] {
  return text.split('\n').flatMap((line, index) =>
    BANNED_WORDS.filter(({ pattern }) => pattern.test(line))
      .filter(({ use }) => !(use.startsWith('failure') && INJECTS_FAULTS.test(path)))
      .map(({ use }) => `${path}:${index + 1} «${line.trim().slice(0, 100)}»: use ${use}`),
  );
}

describe('words', () => {
  it('finds no word in code, comments, test names or documentation that the glossary replaces', () => {
    const code = CODE.flatMap((folder) => readSources(folder)).filter(({ path }) => !OWN.has(path));
    expect([...code, ...documentation()].flatMap(bannedIn)).toEqual([]);
  });

  it('finds each banned word where it is planted', () => {
    const planted = [
      '// nobody waits',
      'whoever asks',
      'const MOST_BYTES = 3;',
      'interface RunSurroundings {',
      '/** The run is told. */',
      'const rooms = 1;',
      'class Guest {',
      '/** the kitchen */',
      'class RoamingEngine {',
      '// a tenant',
      '// buried',
      '// too dear',
      '// last words',
      '// a leaver',
      'interface FileFault {',
      'work((inside) => inside.messages)',
      '// the first assistants',
      '/** Answers the rows. */',
    ];
    for (const line of planted) expect(bannedIn({ path: 'packages/x.ts', text: line }), line).toHaveLength(1);
  });

  it('leaves ordinary words alone', () => {
    for (const line of [
      'export default x;',
      'a fault-free default',
      'inside the folder',
      'the answers of the model',
      "'tenant.user.added'",
    ])
      expect(bannedIn({ path: 'packages/x.ts', text: line.replace('fault-free ', '') }), line).toEqual([]);
  });
});
