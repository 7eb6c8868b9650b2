/**
 * Builds the npm packages of the libraries: `node packaging/pack-libraries.ts [folder]` writes a tarball
 * of each to the folder (default packaging/dist) and prints their paths. Invariant: the packages contain only newly
 * built files, with a type declaration per file.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT, stageLibrary } from './build.ts';

const target = resolve(process.argv[2] ?? join(ROOT, 'packaging/dist'));
const stage = join(ROOT, 'packaging/dist/library');
mkdirSync(target, { recursive: true });
for (const folder of ['packages/contract', 'packages/client', 'packages/mcp']) {
  rmSync(stage, { recursive: true, force: true });
  const { name, version } = stageLibrary(folder, stage, { types: true });
  cpSync(join(ROOT, folder, 'README.md'), join(stage, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', target], { cwd: stage });
  rmSync(stage, { recursive: true });
  console.log(join(target, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`));
}
