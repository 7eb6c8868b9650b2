/** The part of a file system that a session sees: Python, its packages and their libraries, without other programs. */
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SandboxUnavailableError } from '../sandbox.ts';

export interface RootPaths {
  /** The interpreter, as the session sees it. */
  python: string;
  /** Arguments of `bwrap` that create the root. */
  mounts: string[];
}

const INTERPRETERS = ['/usr/bin/python3', '/usr/local/bin/python3'];

/** Folder of the shared libraries on Debian and its derivatives. */
const MULTIARCH: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

const FONTS_AND_DATA = ['fonts', 'matplotlib', 'zoneinfo'].map((name) => `/usr/share/${name}`);

/** The links to shared libraries, and the settings without which matplotlib of Debian cannot be imported. */
const SETTINGS = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/matplotlibrc', '/etc/mime.types'];

/** Without the layout of Debian: all libraries. Folders of programs stay hidden. */
const ALL_LIBRARIES = ['/usr/lib', '/usr/lib64', '/usr/lib32', '/usr/local/lib', '/usr/local/lib64'];

const SHELLS = new Set(['sh', 'ash', 'bash', 'busybox', 'csh', 'dash', 'fish', 'ksh', 'mksh', 'tcsh', 'zsh']);
const LIBRARY = /\.(?:so|a|o|h|py|pyc|pyi)(?:\.|$)/;
const SET_ID_BITS = 0o6000;
const MAX_LINKS = 16;

/** `root` is a folder with its own `/usr`; the empty string is the machine. */
export async function findRootPaths(root: string): Promise<RootPaths> {
  const { path: python, file } = await findPython(root);
  const libraries = await findLibraries(root, basename(file));
  const paths = [...libraries, ...(await existing(root, [...FONTS_AND_DATA, ...SETTINGS]))];
  const masked = (await Promise.all(libraries.map((path) => findPrograms(root, path)))).flat();
  const mounts = [
    ...paths.flatMap((path) => ['--ro-bind', root + path, path]),
    '--ro-bind',
    root + file,
    python,
    ...(await Promise.all(['/lib', '/lib64'].map((path) => linkOrBind(root, path)))).flat(),
    ...masked.flatMap((path) => ['--ro-bind', '/dev/null', path]),
  ];
  return { python, mounts };
}

async function findPython(root: string): Promise<{ path: string; file: string }> {
  for (const path of INTERPRETERS) {
    const file = await resolveLinks(root, path);
    if (file !== undefined) return { path, file };
  }
  const folder = root === '' ? 'this machine' : root;
  throw new SandboxUnavailableError(
    `There is no Python at ${INTERPRETERS.join(' or ')} of ${folder}. Install python3 (Debian: \`apt-get install python3\`).`,
  );
}

async function findLibraries(root: string, python: string): Promise<string[]> {
  const ofPython = [`/usr/lib/${python}`, '/usr/lib/python3', `/usr/local/lib/${python}`];
  const shared = `/usr/lib/${MULTIARCH[process.arch] ?? ''}`;
  const isDebian = (await existing(root, [`/usr/lib/${python}`, shared])).length === 2 && shared !== '/usr/lib/';
  if (!isDebian) return existing(root, ALL_LIBRARIES);
  const loaders = ['/usr/lib64', '/usr/lib/ld-linux-aarch64.so.1'];
  return existing(root, [...ofPython, shared, ...loaders]);
}

async function existing(root: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => resolveLinks(root, path)));
  return paths.filter((_, index) => found[index] !== undefined);
}

/** `/lib` is a link to `/usr/lib`, except on old systems. */
async function linkOrBind(root: string, path: string): Promise<string[]> {
  const info = await lstat(root + path).catch(() => undefined);
  if (info?.isSymbolicLink() === true) return ['--symlink', await readlink(root + path), path];
  return info === undefined ? [] : ['--ro-bind', root + path, path];
}

/** The path without links, each followed as if `root` were `/`. `undefined`: it does not exist. */
async function resolveLinks(root: string, path: string): Promise<string | undefined> {
  let current = path;
  for (let count = 0; count < MAX_LINKS; count += 1) {
    const info = await lstat(root + current).catch(() => undefined);
    if (info === undefined) return undefined;
    if (!info.isSymbolicLink()) return current;
    current = resolve(dirname(current), await readlink(root + current));
  }
  return undefined;
}

/** Shells, and programs that run as another user, in a folder of libraries. */
async function findPrograms(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(root + folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const candidates = entries.filter((entry) => entry.isFile() && !LIBRARY.test(entry.name));
  const found = await Promise.all(candidates.map((entry) => isProgram(entry)));
  return candidates.filter((_, index) => found[index]).map((entry) => pathOf(entry).slice(root.length));
}

function pathOf(entry: Dirent): string {
  return join(entry.parentPath, entry.name);
}

async function isProgram(entry: Dirent): Promise<boolean> {
  if (SHELLS.has(entry.name)) return true;
  const info = await lstat(pathOf(entry)).catch(() => undefined);
  return ((info?.mode ?? 0) & SET_ID_BITS) !== 0;
}
