import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '@selfsame/contract';
import { describe, expect, it } from 'vitest';
import { PUBLIC_PATHS } from '../../packages/server/src/http/health.ts';
import { toResourcePath } from '../../packages/server/src/start/implementations.ts';
import { ROOT, readSources } from './sources.ts';

const tests = [
  ...readSources('acceptance'),
  ...readSources('packages/server/src', (path) => path.endsWith('.test.ts')),
];

describe('coverage', () => {
  it.each(operations.map((operation) => operation.id))('%s has a handler of that name', (id) => {
    expect(existsSync(join(ROOT, `packages/server/src/resources/${toResourcePath(id)}.ts`))).toBe(true);
  });

  it.each(operations.map((operation) => operation.id))('%s is called by a test', (id) => {
    // The official client's method is the operation's id.
    const path = id.replaceAll('.', '\\.');
    const call = new RegExp(`\\.${path.replace(/delete$/, '(delete|del)')}\\b`);
    // Its name differs between the generations of the client: a function of the tests calls either.
    const deleted = new RegExp(`\\bdeleteById\\(\\w+\\.${path.replace(/\\\.delete$/, '')},`);
    expect(tests.some((file) => call.test(file.text) || deleted.test(file.text))).toBe(true);
  });

  it.each(operations.map((operation) => operation.id))('%s has a row in docs/resources', (id) => {
    const page = `docs/resources/${toResourcePath(id).split('/').slice(0, -1).join('-')}.md`;
    expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`\`${id}\``);
  });

  it('every path outside /v1 is on the explicit public list, but for the metrics, which ask who is calling', () => {
    const routes = readSources('packages/server/src/http').flatMap(({ text }) =>
      [...text.matchAll(/app\.get\('([^']+)'/g)].map((match) => match[1]),
    );
    expect(new Set(routes)).toEqual(new Set([...PUBLIC_PATHS, '/metrics']));
  });
});
