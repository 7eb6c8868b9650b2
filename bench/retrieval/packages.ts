/**
 * Fetches registry packages once, with the registries' clients, and unpacks them into a cache outside the repository.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = process.env['BENCH_CACHE'] ?? join(homedir(), '.cache', 'selfsame-bench');

/** Returns the folder of an npm package, e.g. `cwe-sdk@1.1.19`. */
export function npmPackage(requirement: string): Promise<string> {
  return cached(requirement, (folder) =>
    run('npm', ['pack', requirement, '--silent', '--pack-destination', folder], { cwd: folder }),
  );
}

/** Returns the folder of a Python source archive, e.g. `django==5.2`. Requires `python3` with pip. */
export function pypiSources(requirement: string): Promise<string> {
  const how = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', '.', requirement];
  return cached(requirement, (folder) => run('python3', how, { cwd: folder }));
}

async function cached(name: string, download: (folder: string) => Promise<unknown>): Promise<string> {
  const target = join(CACHE, name.replaceAll(/[^\w.@-]+/gu, '-'));
  const found = await readdir(target).catch(() => undefined);
  if (found?.[0] !== undefined) return join(target, found[0]);
  process.stderr.write(`Fetching ${name}…\n`);
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-bench-'));
  try {
    await download(folder);
    const archive = (await readdir(folder)).find((file) => /\.(?:tgz|tar\.gz)$/u.test(file));
    if (archive === undefined) throw new Error(`${name} brought no archive.`);
    const content = join(folder, 'content');
    await mkdir(content);
    await run('tar', ['-xzf', join(folder, archive), '-C', content]);
    await mkdir(CACHE, { recursive: true });
    await run('cp', ['-r', content, `${target}.part`]);
    await rename(`${target}.part`, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return await cached(name, download);
}
