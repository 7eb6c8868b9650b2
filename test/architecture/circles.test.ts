/** No file imports itself through others, types included: a circle hides which file depends on which. */
import { describe, expect, it } from 'vitest';
import { importsOf, readSources, type SourceFile } from './sources.ts';

/**
 * Groups of files that import each other, directly or through others (strongly connected components of more than one
 * file).
 */
function circlesIn(files: readonly SourceFile[]): string[][] {
  const graph = new Map(files.map((file) => [file.path, importsOf(file).map(({ to }) => to)]));
  const reachable = new Map<string, Set<string>>();
  for (const start of graph.keys()) {
    const seen = new Set<string>();
    const open = [...(graph.get(start) ?? [])];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path) || !graph.has(path)) continue;
      seen.add(path);
      open.push(...(graph.get(path) ?? []));
    }
    reachable.set(start, seen);
  }
  const circles = new Map<string, string[]>();
  for (const [path, seen] of reachable) {
    if (!seen.has(path)) continue;
    const members = [...seen].filter((other) => reachable.get(other)?.has(path)).toSorted();
    circles.set(members.join(), members);
  }
  return [...circles.values()];
}

describe('circles', () => {
  it('finds no import circle between source files, tests and types included', () => {
    const sources = readSources('packages', (path) => path.includes('/src/'));
    for (const name of ['client', 'contract', 'mcp', 'server']) {
      expect(sources.filter(({ path }) => path.startsWith(`packages/${name}/`)).length).toBeGreaterThan(3);
    }
    expect(circlesIn(sources)).toEqual([]);
  });

  it('finds a circle of two files that import only types of each other', () => {
    const planted = [
      { path: 'packages/server/src/lib/a.ts', text: "import type { B } from './b.ts';" },
      { path: 'packages/server/src/lib/b.ts', text: "import type { A } from './a.ts';" },
      { path: 'packages/server/src/lib/c.ts', text: "import { A } from './a.ts';" },
    ];
    expect(circlesIn(planted)).toEqual([['packages/server/src/lib/a.ts', 'packages/server/src/lib/b.ts']]);
  });
});
