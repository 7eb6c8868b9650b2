import { describe, expect, it } from 'vitest';
import { ARROWS, PACKAGES } from './arrows.ts';
import { type Import, importsOf, isServerFile, isTest, moduleOf, readSources, type SourceFile } from './sources.ts';

/** Every import without an arrow, as `from → to`. */
function wrongArrows(files: readonly SourceFile[]): string[] {
  return files
    .flatMap(importsOf)
    .filter(isWrong)
    .map(({ from, to }) => `${from} → ${to}`);
}

function isWrong({ from, to }: Import): boolean {
  const module = moduleOf(from);
  if (to.startsWith('node:')) return false;
  if (isServerFile(to)) return moduleOf(to) !== module && !mayImport(module, moduleOf(to));
  if (to.startsWith('packages/')) return true;
  return !(PACKAGES[to] ?? []).includes(module);
}

function mayImport(module: string, other: string): boolean {
  const allowed = ARROWS[module] ?? [];
  return allowed === '*' ? other !== 'cli' : allowed.includes(other);
}

const server = readSources('packages/server/src', (path) => !isTest(path));

describe('arrows', () => {
  it('every module has a row in the table, and every row has a module', () => {
    expect([...new Set(server.map((file) => moduleOf(file.path)))].sort()).toEqual(Object.keys(ARROWS).sort());
  });

  it('no server file imports a module or a package that its row does not allow', () => {
    expect(wrongArrows(server)).toEqual([]);
  });

  it('finds a forbidden import in every syntactic form', () => {
    const path = 'packages/server/src/http/planted.ts';
    const forms = [
      "import { x } from '../engines/llama-cpp/language-model.ts';",
      "import type { X } from '../storage/sql/schema.ts';",
      "export { x } from '../engines/registry.ts';",
      "const x = await import('../start/server.ts');",
      "import Database from 'better-sqlite3';",
      "import '../cli/main.ts';",
    ];
    for (const text of forms) expect(wrongArrows([{ path, text }]), text).toHaveLength(1);
  });

  it('no test harness outside of start imports start', () => {
    const upward = readSources(
      'packages/server/src',
      (path) => path.includes('/testing/') && moduleOf(path) !== 'start',
    )
      .flatMap(importsOf)
      .filter(({ to }) => isServerFile(to) && moduleOf(to) === 'start');
    expect(upward).toEqual([]);
  });

  it('the contract imports only typebox and itself', () => {
    const contract = readSources('packages/contract/src', (path) => !isTest(path));
    const foreign = contract
      .flatMap(importsOf)
      .filter(({ to }) => to !== 'typebox' && !to.startsWith('packages/contract/') && !to.startsWith('node:'));
    expect(foreign).toEqual([]);
  });

  it('acceptance tests import no package source', () => {
    const reaching = readSources('acceptance')
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('packages/'));
    expect(reaching).toEqual([]);
  });
});
