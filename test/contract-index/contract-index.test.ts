import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONTRACT, namespaceOf, readContract, toIndex, toOperationModules } from './contract-index.ts';

const read = (file: string) => readFileSync(join(CONTRACT, file), 'utf8');

it('the generated files of the contract are up to date (npm run contract:index)', () => {
  const files = readContract();
  expect(read('index.ts')).toBe(toIndex(files));
  expect(read('operation-modules.ts')).toBe(toOperationModules(files));
});

it('exports a resource as a namespace beside its schemas, and any other file whole', () => {
  const files = [
    { path: 'common/pages.ts', text: 'export const Page = 1;\n' },
    {
      path: 'vector-stores.ts',
      text: 'export const Store = 1;\nexport type Other = 1;\nexport const list = operation({});\n',
    },
  ];
  expect(toIndex(files).split('\n').slice(1, -1)).toEqual([
    "export * from './common/pages.ts';",
    "export * as vectorStores from './vector-stores.ts';",
    "export { Store, type Other } from './vector-stores.ts';",
  ]);
  expect(toOperationModules(files)).toContain("import * as module0 from './vector-stores.ts';");
});

it('names the namespace of a nested resource after its path', () => {
  expect([namespaceOf('vector-stores.ts'), namespaceOf('threads/runs.ts')]).toEqual(['vectorStores', 'threadRuns']);
});
