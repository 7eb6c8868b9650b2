import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

const FOLDER = 'docs/concepts';
const page = readFileSync(join(ROOT, FOLDER, 'durability.md'), 'utf8');

/** Links whose title is the start of a test name. */
const named = [...page.matchAll(/\]\((\S+) "([^"]+)"\)/g)].map(([, path = '', title = '']) => ({
  path: normalize(join(FOLDER, path)),
  title,
}));

/** Table rows and paragraphs below the first heading of a section. */
const promises = page
  .slice(page.indexOf('\n## '))
  .split(/\n\n|\n(?=\|)/)
  .map((block) => block.trim())
  .filter((block) => block !== '' && !block.startsWith('#') && !/^\|( ---|.*\| shown by \|$)/.test(block));

describe('the page of durability', () => {
  it('names existing tests by the start of their names', () => {
    expect(named.length).toBeGreaterThan(40);
    const absent = named.filter(
      ({ path, title }) => !existsSync(join(ROOT, path)) || !readFileSync(join(ROOT, path), 'utf8').includes(title),
    );
    expect(absent).toEqual([]);
  });

  it('names a test for each guarantee, or states that it is not tested', () => {
    expect(promises.length).toBeGreaterThan(35);
    expect(promises.filter((promise) => !/ "[^"]+"\)/.test(promise) && !/not tested/i.test(promise))).toEqual([]);
  });

  it('links only to tests', () => {
    expect(named.filter(({ path }) => !/\.(test|proof|acceptance|conformance)\.ts$/.test(path))).toEqual([]);
  });
});
