/** House rules of the client: what its folders import, and that bundles of it contain no schemas. */
import { describe, expect, it } from 'vitest';
import { CLIENT_ARROWS, CLIENT_PACKAGES } from './arrows.ts';
import { type Import, importsOf, isTest, readSources } from './sources.ts';

const CLIENT = 'packages/client/src/';
const files = readSources('packages/client/src', (path) => !isTest(path));
const imports = files.flatMap(importsOf);

/** The folder of a file, or the name of a file outside of folders. */
const folderOf = (path: string): string => (path.slice(CLIENT.length).split('/')[0] ?? '').replace(/\.ts$/, '');

function isWrong({ from, to }: Import): boolean {
  const folder = folderOf(from);
  if (to.startsWith(CLIENT)) return folderOf(to) !== folder && CLIENT_ARROWS[folder]?.includes(folderOf(to)) !== true;
  if (to.startsWith('packages/')) return true;
  return CLIENT_PACKAGES[to.startsWith('node:') ? 'node:' : to]?.includes(folder) !== true;
}

describe('the client', () => {
  it('every folder of the client has a row in the table, and every row has a folder', () => {
    expect([...new Set(files.map(({ path }) => folderOf(path)))].toSorted()).toEqual(
      Object.keys(CLIENT_ARROWS).toSorted(),
    );
  });

  it('no file of the client imports a folder or a package that its row does not allow', () => {
    expect(imports.filter(isWrong).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('finds an import of the server, and of a Node module outside of the code for Node', () => {
    const text = "import { x } from '../../../server/src/lib/sse.ts';\nimport { readFile } from 'node:fs';\n";
    expect(importsOf({ path: `${CLIENT}core/planted.ts`, text }).filter(isWrong)).toHaveLength(2);
  });

  it('only the check of responses and the refined types load the contract at run time', () => {
    const loading = imports.filter(({ to, typeOnly }) => /^(?:@selfsame\/contract|typebox)$/.test(to) && !typeOnly);
    expect([...new Set(loading.map(({ from }) => from))]).toEqual([
      `${CLIENT}core/response-check.ts`,
      `${CLIENT}refined/index.ts`,
    ]);
  });
});
