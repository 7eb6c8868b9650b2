import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations as declared } from '@selfsame/contract';
import { describe, expect, it } from 'vitest';
import { PUBLIC_PATHS } from '../../packages/server/src/http/health.ts';
import { findServed, toResourcePath } from '../../packages/server/src/start/implementations.ts';
import { ROOT, readSources } from './sources.ts';

const operations = findServed(declared);

const tests = [
  ...readSources('acceptance'),
  ...readSources('packages/server/src', (path) => path.endsWith('.test.ts')),
];

/** Whether `text` calls the official client's method, whose name is the operation's id. */
function isCalled(id: string, text: string): boolean {
  // Clients call the content of a file of a container `content.retrieve`.
  const names: Readonly<Record<string, string>> = { delete: '(?:delete|del)', content: 'content(?:\\.retrieve)?' };
  const segments = id.split('.').map((segment) => names[segment] ?? segment);
  const call = new RegExp(`${segments.map((segment) => `\\s*\\.${segment}`).join('')}\\s*(?:<[^()]*>)?\\(`);
  // The method's name differs between versions of the client; `deleteById` of the tests calls both.
  const collection = segments.slice(0, -1).join('\\.');
  const deletion = new RegExp(`\\bdeleteById\\(\\w+\\.${collection},`);
  return call.test(text) || (id.endsWith('.delete') && deletion.test(text));
}

describe('coverage', () => {
  it('every handler file has the path of a declared operation', () => {
    const handlers = readSources('packages/server/src/resources', (path) => !path.endsWith('.test.ts'))
      .filter(({ text }) => /^export default implement\(/m.test(text))
      .map(({ path }) => path);
    const paths = operations.map(({ id }) => `packages/server/src/resources/${toResourcePath(id)}.ts`);
    expect(handlers.toSorted()).toEqual(paths.toSorted());
  });

  it.each(operations.map((operation) => operation.id))('%s is called by a test', (id) => {
    expect(tests.some(({ text }) => isCalled(id, text))).toBe(true);
  });

  it('does not count a longer name, a mention without a call or a call of another path as a call', () => {
    const id = 'threads.runs.create';
    expect(isCalled(id, 'await client.beta.threads.runs.create(thread.id, {})')).toBe(true);
    expect(isCalled(id, 'client.threads.runs\n  .create(')).toBe(true);
    expect(isCalled('files.delete', 'client.files.del(id)')).toBe(true);
    expect(isCalled('files.delete', 'await deleteById(client.files, id)')).toBe(true);
    const others = [
      '.threads.runs.createAndPoll(',
      '.threads.runs.create_and_run(',
      '.threads.runs.create',
      '.runs.create(',
    ];
    for (const text of others) expect([text, isCalled(id, text)]).toEqual([text, false]);
  });

  it.each(operations.map((operation) => operation.id))('%s has a row in docs/resources', (id) => {
    const page = `docs/resources/${toResourcePath(id).split('/').slice(0, -1).join('-')}.md`;
    expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`\`${id}\``);
  });

  it('every path outside /v1 except /metrics is on the list of public paths', () => {
    const routes = readSources('packages/server/src/http').flatMap(({ text }) =>
      [...text.matchAll(/app\.get\('([^']+)'/g)].map((match) => match[1]),
    );
    expect(new Set(routes)).toEqual(new Set([...PUBLIC_PATHS, '/metrics']));
  });
});
