import { describe, expect, it } from 'vitest';
import { ARROWS, PACKAGES } from './arrows.ts';
import { type Import, importsOf, isServerFile, isTest, readSources, roomOf, type SourceFile } from './sources.ts';

/** Every import that no arrow allows, as `from → to`. */
function wrongArrows(files: readonly SourceFile[]): string[] {
  return files
    .flatMap(importsOf)
    .filter(isWrong)
    .map(({ from, to }) => `${from} → ${to}`);
}

function isWrong({ from, to }: Import): boolean {
  const room = roomOf(from);
  if (to.startsWith('node:')) return false;
  if (isServerFile(to)) return roomOf(to) !== room && !mayImport(room, roomOf(to));
  if (to.startsWith('packages/')) return true;
  return !(PACKAGES[to] ?? []).includes(room);
}

function mayImport(room: string, other: string): boolean {
  const allowed = ARROWS[room] ?? [];
  return allowed === '*' ? other !== 'cli' : allowed.includes(other);
}

const server = readSources('packages/server/src', (path) => !isTest(path));

describe('arrows', () => {
  it('every room has a row in the table, and every row a room', () => {
    expect([...new Set(server.map((file) => roomOf(file.path)))].sort()).toEqual(Object.keys(ARROWS).sort());
  });

  it('no server file imports a room or a package that its row does not allow', () => {
    expect(wrongArrows(server)).toEqual([]);
  });

  it('finds a forbidden import in each form that an import can take', () => {
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
    const upward = readSources('packages/server/src', (path) => path.includes('/testing/') && roomOf(path) !== 'start')
      .flatMap(importsOf)
      .filter(({ to }) => isServerFile(to) && roomOf(to) === 'start');
    expect(upward).toEqual([]);
  });

  it('the contract imports nothing but typebox and itself', () => {
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
