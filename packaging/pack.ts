/**
 * Builds the npm package: `node packaging/pack.ts [folder]` writes `selfsame-VERSION.tgz` to the folder (default
 * packaging/dist). Node refuses TypeScript under node_modules, so the sources are compiled; the package contains the
 * contract and the client. Invariant: the checkout does not change, and the package contains only newly built files.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const STAGE = join(ROOT, 'packaging/dist/stage');
/** Packages of this repository that the package contains. */
const BUNDLED = ['contract', 'client'];
const TESTS = ['**/*.test.ts', '**/*.conformance.ts', '**/testing/**'];
/** Optional dependencies: native code without binaries for some platforms. */
const OPTIONAL = ['node-llama-cpp', '@huggingface/transformers'];

interface Package {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  exports: Record<string, string>;
  imports?: Record<string, Record<string, string>>;
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Package;
}

function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Compiles file by file, without type checks and with unchanged package imports. */
function compile(source: string, target: string): void {
  const config = join(STAGE, '..', 'tsconfig.json');
  writeJson(config, {
    extends: join(ROOT, 'tsconfig.json'),
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
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', config], { stdio: 'inherit' });
}

/** Type declarations of the package's exports: the helper of the configuration file. */
function declare(source: string, target: string): void {
  const config = join(STAGE, '..', 'tsconfig.json');
  writeJson(config, {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: source, outDir: target },
    files: [join(source, 'index.ts')],
    include: [],
  });
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', config], { stdio: 'inherit' });
}

function copy(from: string, to: string): void {
  cpSync(join(ROOT, from), join(STAGE, to), { recursive: true });
}

/** `./src/index.ts` → `./dist/index.js`. */
const toCompiled = (path: string): string => path.replace('./src/', './dist/').replace(/\.ts$/, '.js');

function mapPaths(paths: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, toCompiled(path)]));
}

function stageBundled(folder: string): Package {
  const facts = readPackage(`packages/${folder}`);
  const source = join(ROOT, 'packages', folder, 'src');
  const target = join(STAGE, 'node_modules', facts.name);
  compile(source, join(target, 'dist'));
  for (const file of readdirSync(source).filter((each) => each.endsWith('.json'))) {
    cpSync(join(source, file), join(target, 'dist', file));
  }
  const imports = Object.entries(facts.imports ?? {}).map(([name, paths]) => [name, mapPaths(paths)]);
  writeJson(join(target, 'package.json'), {
    ...facts,
    exports: mapPaths(facts.exports),
    imports: Object.fromEntries(imports),
  });
  return facts;
}

function stageServer(bundled: readonly Package[]): Package {
  const { dependencies, ...facts } = readPackage('packages/server');
  const source = join(ROOT, 'packages/server/src');
  compile(source, join(STAGE, 'dist'));
  declare(source, join(STAGE, 'dist'));
  copy('packages/server/bin', 'bin');
  copy('packages/server/migrations', 'migrations');
  for (const file of [
    'manifest.json',
    'selfsame-nano.gguf',
    'embedding.json',
    'selfsame-nano-embedding.gguf',
    'README.md',
  ])
    copy(`models/nano/${file}`, `models/nano/${file}`);
  for (const file of ['README.md', 'LICENSE']) copy(file, file);
  const wanted = Object.entries(
    Object.assign({}, ...bundled.map((each) => each.dependencies), dependencies) as Package['dependencies'],
  );
  writeJson(join(STAGE, 'package.json'), {
    ...facts,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['bin', 'dist', 'migrations', 'models'],
    bundleDependencies: bundled.map((each) => each.name),
    dependencies: Object.fromEntries(wanted.filter(([name]) => !OPTIONAL.includes(name))),
    optionalDependencies: Object.fromEntries(wanted.filter(([name]) => OPTIONAL.includes(name))),
  });
  return readPackage('packages/server');
}

const target = resolve(process.argv[2] ?? join(ROOT, 'packaging/dist'));
rmSync(STAGE, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { name, version } = stageServer(BUNDLED.map(stageBundled));
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', target], { cwd: STAGE });
rmSync(join(STAGE, '..', 'tsconfig.json'));
rmSync(STAGE, { recursive: true });
console.log(join(target, `${name}-${version}.tgz`));
