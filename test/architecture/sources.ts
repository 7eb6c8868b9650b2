/** Reads the source tree for the house-rule tests: files, imports and modules. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SERVER = 'packages/server/src';

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  path: string;
  text: string;
}

export interface Import {
  from: string;
  /** Repository path of a relative import, else the package's name. */
  to: string;
  typeOnly: boolean;
}

export function readSources(under: string, keep: (path: string) => boolean = () => true): SourceFile[] {
  return readdirSync(join(ROOT, under), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules') && keep(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Tests and their fixtures are exempt from the arrows, because they may combine any modules. */
export function isTest(path: string): boolean {
  return /\.(test|conformance|types\.test)\.ts$/.test(path) || path.includes('/testing/');
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)(\s+type)?\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g;

export function importsOf({ path, text }: SourceFile): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? '';
    return { from: path, to: resolveTarget(path, target), typeOnly: match[1] !== undefined };
  });
}

function resolveTarget(path: string, target: string): string {
  // Which file this is depends on the platform.
  if (target === '#platform') return 'packages/client/src/platform/node.ts';
  if (target.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(path), target));
  const parts = target.split('/');
  return target.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? target);
}

/**
 * The module of a file: `engines/llama-cpp` for an adapter, else the folder directly below `src/`, else the file's
 * name.
 */
export function moduleOf(path: string): string {
  const [module = '', next, after, deeper] = path.slice(SERVER.length + 1).split('/');
  if (module === 'storage' && (next === 'blobs' || next === 'vector-index')) {
    return deeper === undefined ? `storage/${next}` : `storage/${next}/${after}`;
  }
  if (module === 'models' && (next === 'formats' || next === 'supply')) return `models/${next}`;
  const hasAdapters = module === 'engines' || module === 'sandbox';
  const isAdapter = (hasAdapters && after !== undefined) || (module === 'storage' && next === 'sql');
  return isAdapter ? `${module}/${next}` : module.replace(/\.ts$/, '');
}

export function isServerFile(path: string): boolean {
  return path.startsWith(`${SERVER}/`);
}
