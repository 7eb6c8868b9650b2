/**
 * Builds the npm package: `node packaging/pack.ts [folder]` writes `selfsame-VERSION.tgz` to the folder (default
 * packaging/dist). Node refuses TypeScript under node_modules, so the sources are compiled; the package contains the
 * contract. Invariant: the checkout does not change, and the package contains only newly built files.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, declare, type Package, ROOT, readPackage, writeJson } from './build.ts';

const STAGE = join(ROOT, 'packaging/dist/stage');
const CONTRACT = join(STAGE, 'node_modules/@selfsame/contract');
/** Optional dependencies: native code without binaries for some platforms. */
const OPTIONAL = ['node-llama-cpp', '@huggingface/transformers'];

function copy(from: string, to: string): void {
  cpSync(join(ROOT, from), join(STAGE, to), { recursive: true });
}

function stageContract(): Package {
  const { name, version, description, license, dependencies } = readPackage('packages/contract');
  const source = join(ROOT, 'packages/contract/src');
  compile(source, join(CONTRACT, 'dist'));
  for (const file of readdirSync(source).filter((each) => each.endsWith('.json'))) {
    cpSync(join(source, file), join(CONTRACT, 'dist', file));
  }
  const exports = { '.': './dist/index.js', './*': './dist/*.js' };
  const made = { name, version, description, license, type: 'module', exports, dependencies };
  writeJson(join(CONTRACT, 'package.json'), made);
  return readPackage('packages/contract');
}

function stageServer(contract: Package): Package {
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
  const wanted = Object.entries({ ...contract.dependencies, ...dependencies });
  writeJson(join(STAGE, 'package.json'), {
    ...facts,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['bin', 'dist', 'migrations', 'models'],
    bundleDependencies: [contract.name],
    dependencies: Object.fromEntries(wanted.filter(([name]) => !OPTIONAL.includes(name))),
    optionalDependencies: Object.fromEntries(wanted.filter(([name]) => OPTIONAL.includes(name))),
  });
  return readPackage('packages/server');
}

const target = resolve(process.argv[2] ?? join(ROOT, 'packaging/dist'));
rmSync(STAGE, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { name, version } = stageServer(stageContract());
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', target], { cwd: STAGE });
rmSync(STAGE, { recursive: true });
console.log(join(target, `${name}-${version}.tgz`));
