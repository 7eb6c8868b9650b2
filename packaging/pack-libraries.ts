/**
 * Builds the npm packages of the contract and the client: `node packaging/pack-libraries.ts [folder]` writes a tarball
 * of each to the folder (default packaging/dist) and prints their paths. Invariant: the packages contain only newly
 * built files, with a type declaration per file.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, declare, ROOT, readPackage, writeJson } from './build.ts';

interface Library {
  folder: string;
  /** Fields of the package that name files, with the files of the build. */
  entries: object;
}

const LIBRARIES: readonly Library[] = [
  {
    folder: 'packages/contract',
    entries: {
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './*': { types: './dist/*.d.ts', default: './dist/*.js' },
      },
    },
  },
  {
    folder: 'packages/client',
    entries: {
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './operations': { types: './dist/generated/operations.d.ts', default: './dist/generated/operations.js' },
        './*': { types: './dist/generated/resources/*.d.ts', default: './dist/generated/resources/*.js' },
      },
      imports: {
        '#platform': {
          types: './dist/platform/node.d.ts',
          browser: './dist/platform/browser.js',
          node: './dist/platform/node.js',
          default: './dist/platform/browser.js',
        },
      },
      sideEffects: false,
    },
  },
];

const target = resolve(process.argv[2] ?? join(ROOT, 'packaging/dist'));
const stage = join(ROOT, 'packaging/dist/library');
mkdirSync(target, { recursive: true });
for (const { folder, entries } of LIBRARIES) {
  rmSync(stage, { recursive: true, force: true });
  const { name, version, description, license, engines, dependencies } = readPackage(folder);
  const source = join(ROOT, folder, 'src');
  compile(source, join(stage, 'dist'));
  declare(source, join(stage, 'dist'), sourcesOf(source));
  for (const file of readdirSync(source).filter((each) => each.endsWith('.json'))) {
    cpSync(join(source, file), join(stage, 'dist', file));
  }
  cpSync(join(ROOT, folder, 'README.md'), join(stage, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
  const facts = { name, version, description, license, type: 'module', engines, files: ['dist'], dependencies };
  writeJson(join(stage, 'package.json'), { ...facts, ...entries });
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', target], { cwd: stage });
  rmSync(stage, { recursive: true });
  console.log(join(target, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`));
}

function sourcesOf(source: string): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testing/'),
  );
}
