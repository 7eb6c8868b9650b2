/**
 * Builds the npm package: `node packaging/pack.ts [folder]` writes `selfsame-VERSION.tgz` to the folder (default
 * packaging/dist). Node refuses TypeScript under node_modules, so the sources are compiled; the package contains the
 * libraries. Invariant: the checkout does not change, and the package contains only newly built files.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, declare, type Package, ROOT, readPackage, stageLibrary, writeJson } from './build.ts';

const STAGE = join(ROOT, 'packaging/dist/stage');
/** Packages of this repository that the package contains. */
const BUNDLED = ['packages/contract', 'packages/client', 'packages/mcp'];
/** Optional dependencies: native code without binaries for some platforms. */
const OPTIONAL = ['node-llama-cpp', '@huggingface/transformers'];

function copy(from: string, to: string): void {
  cpSync(join(ROOT, from), join(STAGE, to), { recursive: true });
}

function stageBundled(folder: string): Package {
  const { name } = readPackage(folder);
  return stageLibrary(folder, join(STAGE, 'node_modules', name), { types: false });
}

function stageServer(bundled: readonly Package[]): Package {
  const { dependencies, ...facts } = readPackage('packages/server');
  const source = join(ROOT, 'packages/server/src');
  compile(source, join(STAGE, 'dist'));
  declare(source, join(STAGE, 'dist'), ['index.ts']);
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
  const inner = Object.assign({}, ...bundled.map((each) => each.dependencies)) as Package['dependencies'];
  const wanted = Object.entries({ ...inner, ...dependencies });
  writeJson(join(STAGE, 'package.json'), {
    ...facts,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['bin', 'dist', 'migrations', 'models'],
    bundleDependencies: bundled.map(({ name }) => name),
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
rmSync(STAGE, { recursive: true });
console.log(join(target, `${name}-${version}.tgz`));
