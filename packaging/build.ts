/** Compiles sources for npm packages. Node refuses TypeScript under node_modules, so packages contain JavaScript. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');
const CONFIG = join(ROOT, 'packaging/dist/tsconfig.json');
const TESTS = ['**/*.test.ts', '**/*.conformance.ts', '**/testing/**'];

export interface Package {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  exports: Record<string, string>;
  imports?: Record<string, Record<string, string>>;
}

export function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Package;
}

export function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Compiles file by file, without type checks and with unchanged package imports. */
export function compile(source: string, target: string): void {
  runCompiler({
    compilerOptions: {
      noEmit: false,
      declaration: false,
      noCheck: true,
      noResolve: true,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      types: [],
      rootDir: source,
      outDir: target,
    },
    include: [`${source}/**/*.ts`],
    exclude: TESTS.map((pattern) => `${source}/${pattern}`),
  });
}

/** Type declarations of the files that a package exports, and of those that they import. */
export function declare(source: string, target: string, files: readonly string[]): void {
  runCompiler({
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: source, outDir: target },
    files: files.map((file) => join(source, file)),
    include: [],
  });
}

/** Builds a library into a folder, with the entries of its package mapped to the compiled files. */
export function stageLibrary(folder: string, target: string, { types }: { types: boolean }): Package {
  const facts = readPackage(folder);
  const source = join(ROOT, folder, 'src');
  const dist = join(target, 'dist');
  compile(source, dist);
  if (types) declare(source, dist, sourcesOf(source));
  for (const file of readdirSync(source).filter((each) => each.endsWith('.json'))) {
    cpSync(join(source, file), join(dist, file));
  }
  const toEntry = (path: string) =>
    types ? { types: toCompiled(path, '.d.ts'), default: toCompiled(path, '.js') } : toCompiled(path, '.js');
  const toCondition = ([name, path]: [string, string]) => [name, toCompiled(path, name === 'types' ? '.d.ts' : '.js')];
  writeJson(join(target, 'package.json'), {
    ...facts,
    exports: mapValues(facts.exports, toEntry),
    ...(facts.imports === undefined
      ? {}
      : { imports: mapValues(facts.imports, (paths) => Object.fromEntries(Object.entries(paths).map(toCondition))) }),
    files: ['dist'],
  });
  return facts;
}

/** `./src/index.ts` → `./dist/index.js`. */
const toCompiled = (path: string, ending: string): string => path.replace('./src/', './dist/').replace(/\.ts$/, ending);

function mapValues<V, W>(record: Record<string, V>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function sourcesOf(source: string): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testing/'),
  );
}

function runCompiler(config: object): void {
  writeJson(CONFIG, { extends: join(ROOT, 'tsconfig.json'), ...config });
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', CONFIG], { stdio: 'inherit' });
  rmSync(CONFIG);
}
