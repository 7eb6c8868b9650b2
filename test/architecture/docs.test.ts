import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readSources } from './sources.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((path) => join('docs', String(path))),
].filter((path) => path.endsWith('.md'));

/** Error types, statuses and parameters that look like error codes. */
const NOT_CODES = new Set([
  'tool_calls',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'rate_limit_error',
  'server_error',
  'service_unavailable',
]);

describe('docs', () => {
  it('the error page has a row for every code of the catalogue', () => {
    const page = read('docs/errors.md');
    const source = readSources('packages/server/src/errors', (path) => !path.endsWith('.test.ts'))
      .map(({ text }) => text)
      .join('\n');
    const codes = [...source.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)]
      .map((match) => match[1] ?? '')
      // Names with this ending are parameters.
      .filter((code) => !NOT_CODES.has(code) && !code.endsWith('_id'));
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('the page of durability describes the effect of a kill on every task', () => {
    const page = read('docs/concepts/durability.md');
    const tasks = readSources('packages/server/src', (path) => path.endsWith('.task.ts')).flatMap(({ text }) =>
      [...text.matchAll(/^ {2}name: '([\w.-]+)',$/gm)].map((match) => match[1] ?? ''),
    );
    expect(tasks.length).toBeGreaterThan(9);
    expect(tasks.filter((name) => !page.includes(`\n| \`${name}\` |`))).toEqual([]);
  });

  it('the error page contains no code that the server never returns', () => {
    const rows = read('docs/errors.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const documented = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map((match) => match[1] ?? ''),
    );
    const source = readSources('packages/server/src', (path) => !path.endsWith('.test.ts'))
      .map((file) => file.text)
      .join('\n');
    // Codes of ranges consist of a noun, a side and a unit.
    const made =
      /^(decimal|integer)_(above_max|below_min)_value$|^(string|array)_(above_max|below_min)_length$|^object_(above_max|below_min)_properties$|^empty_(string|array)$/;
    expect(documented.filter((code) => !made.test(code) && !source.includes(`'${code}'`))).toEqual([]);
  });

  it('the list of pages contains every page', () => {
    const list = read('docs/README.md');
    const listed = pages
      .filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/') && page !== 'docs/README.md')
      .map((page) => page.slice('docs/'.length));
    expect(listed.filter((page) => !list.includes(`](${page})`))).toEqual([]);
  });

  it('the tutorial shows the examples unchanged', () => {
    const blocks = [...read('docs/tutorial.md').matchAll(/<!-- (examples\/[\w.-]+) -->\n```ts\n([\s\S]*?)```\n/g)];
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    for (const [, path = '', text] of blocks) expect(text, path).toBe(read(path));
  });

  it('every link to a file of the repository has a target', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map((match) => join(page, '..', match[1] ?? ''))
        .filter((target) => !exists(target))
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('the README states the same coverage as the coverage page', () => {
    const sentence = /(\d+ of \d+ known operations of the OpenAI API are served \([^)]*\))/;
    expect(sentence.exec(read('README.md'))?.[1]).toBe(sentence.exec(read('docs/coverage.md'))?.[1]);
  });

  it('every setting of the program is named by its variable somewhere in the docs or shown by the program', () => {
    const files = ['settings.ts', 'sandbox-settings.ts'];
    const settings = files.map((name) => read(`packages/server/src/config/${name}`)).join('\n');
    const named = [
      ...pages
        .map(read)
        .join('\n')
        .matchAll(/SELFSAME_[A-Z_]+/g),
    ].map((match) => match[0]);
    expect([...new Set(named)].filter((name) => !settings.includes(`'${name}'`))).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    readdirSync(join(ROOT, path));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
