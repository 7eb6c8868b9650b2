/** Compiles sources for npm packages. Node refuses TypeScript under node_modules, so packages contain JavaScript. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

function runCompiler(config: object): void {
  writeJson(CONFIG, { extends: join(ROOT, 'tsconfig.json'), ...config });
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', CONFIG], { stdio: 'inherit' });
  rmSync(CONFIG);
}
