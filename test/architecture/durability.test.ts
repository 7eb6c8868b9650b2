import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

const FOLDER = 'docs/concepts';
const page = readFileSync(join(ROOT, FOLDER, 'durability.md'), 'utf8');

/** Links with the beginning of a test's sentence as their title. */
const named = [...page.matchAll(/\]\((\S+) "([^"]+)"\)/g)].map(([, path = '', title = '']) => ({
  path: normalize(join(FOLDER, path)),
  title,
}));

/** Rows of tables and paragraphs below the first heading of a part. */
const promises = page
  .slice(page.indexOf('\n## '))
  .split(/\n\n|\n(?=\|)/)
  .map((block) => block.trim())
  .filter((block) => block !== '' && !block.startsWith('#') && !/^\|( ---|.*\| shown by \|$)/.test(block));

describe('the page of durability', () => {
  it('names tests that are there, by the words that they say of themselves', () => {
    expect(named.length).toBeGreaterThan(40);
    const absent = named.filter(
      ({ path, title }) => !existsSync(join(ROOT, path)) || !readFileSync(join(ROOT, path), 'utf8').includes(title),
    );
    expect(absent).toEqual([]);
  });

  it('names a test for each promise, or says that there is none', () => {
    expect(promises.length).toBeGreaterThan(35);
    expect(promises.filter((promise) => !/ "[^"]+"\)/.test(promise) && !/not tested/i.test(promise))).toEqual([]);
  });

  it('names nothing but tests', () => {
    expect(named.filter(({ path }) => !/\.(test|proof|acceptance|conformance)\.ts$/.test(path))).toEqual([]);
  });
});
